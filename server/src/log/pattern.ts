import { paragraph } from '../base/words.ts';
import type { LogLine } from './logLine.ts';
import { explainMirrors } from './mirrorAttempts.ts';
import { placeFor, placeInWords, whoFailed, wordsFor } from './place.ts';
import type { Failure, PullCause, Reason, Requester } from './reason.ts';
import { reasonOf } from './reasons.ts';
import { fill } from './template.ts';

export type LogSeverity = 'error' | 'warning' | 'information' | 'hint';

/**
 * What a line says of the command that printed it:
 * - `lost`: an image is missing or damaged, whatever the exit code will be
 * - `ended`: the command ended with an error
 * - `unpulled`: a node or a pod could not pull an image
 * - `done`: it says that all was done
 */
export type Effect = 'lost' | 'ended' | 'unpulled' | 'done';

/** What to do, where it depends on the version of the cluster; `fix` is for when nobody knows the version. */
export interface VersionedFix {
  /** Before OpenShift 4.13, which has no ImageDigestMirrorSet and no ImageTagMirrorSet. */
  readonly before413: string;
  readonly since413: string;
}

/**
 * One kind of line that a tool prints. `cause` and `fix` are plain sentences; `{name}` in them stands for a named
 * group of `captures`, and `{place}` for the registry (or the file store) on the failing side.
 */
export interface LogPattern {
  /** Stable: scripts and tests name it. */
  readonly code: string;
  readonly severity: LogSeverity;
  /** The text that a line begins with, after time stamps and levels. */
  readonly begins?: string;
  /** Or the text that it holds anywhere. */
  readonly holds?: string;
  /** Another text that it holds behind that. */
  readonly also?: string;
  /** What stands behind `begins` or `holds`. Sticky, so that it is tried in one place only. */
  readonly captures?: RegExp;
  /** Set where the reason begins with `holds` itself. */
  readonly isReason?: true;
  /** The image that the line names, as a template. */
  readonly image?: string;
  readonly cause: string;
  readonly fix: string;
  readonly fixByVersion?: VersionedFix;
  readonly effect?: Effect;
  /** Set where nothing but a log of ours has such a line. */
  readonly strong?: true;
  /** Set where the line is always of a node or of a pod of the cluster. */
  readonly requester?: Requester;
  /** The side that fails, for lines whose group `reason` holds the words of a registry or a file system. */
  readonly side?: Failure['side'];
  /** What the failure does to the image, added to the cause that the reason gives. */
  readonly consequence?: string;
  /** What a headline says, where the line is about a pull and no reason says it. */
  readonly pull?: PullCause;
}

/** Why a pull failed, for headlines. */
export interface FailedPull {
  readonly cause: PullCause;
  /** The registry that it failed at, where one is named. */
  readonly place: string | undefined;
  /** The reference of the mirror that lacks the image or refuses it; undefined where no mirror was tried. */
  readonly mirror?: string;
}

export interface Recognised {
  readonly code: string;
  readonly severity: LogSeverity;
  readonly cause: string;
  readonly fix: string;
  readonly fixByVersion?: VersionedFix;
  readonly image: string | undefined;
  readonly effect: Effect | undefined;
  readonly strong: boolean;
  readonly groups: Readonly<Record<string, string | undefined>>;
  readonly requester: Requester;
  readonly pull?: FailedPull;
  /** Set where only the place in the log tells whether the line ended the command or concerns an image. */
  readonly undecided?: true;
}

/**
 * The first pattern that a line is of; undefined when it is of none. Linear in the length of the line.
 *
 * @param requester who asked for images where the pattern does not say it
 */
export function recognise(
  line: LogLine,
  patterns: readonly LogPattern[],
  requester: Requester,
): Recognised | undefined {
  for (const pattern of patterns) {
    const groups = groupsOf(pattern, line.body);
    if (groups !== undefined) return explain(pattern, groups, pattern.requester ?? requester);
  }
  return undefined;
}

function groupsOf(pattern: LogPattern, body: string): Record<string, string | undefined> | undefined {
  let end: number;
  if (pattern.begins !== undefined) {
    if (!body.startsWith(pattern.begins)) return undefined;
    end = pattern.begins.length;
  } else {
    const at = body.indexOf(pattern.holds ?? '');
    if (at === -1) return undefined;
    end = at + (pattern.holds ?? '').length;
  }
  if (pattern.also !== undefined && !body.includes(pattern.also, end)) return undefined;
  if (pattern.isReason === true) return { reason: body.slice(end - (pattern.holds ?? '').length) };
  if (pattern.captures === undefined) return {};
  pattern.captures.lastIndex = end;
  const match = pattern.captures.exec(body);
  return match === null ? undefined : { ...match.groups };
}

function explain(
  pattern: LogPattern,
  captured: Readonly<Record<string, string | undefined>>,
  requester: Requester,
): Recognised {
  const reasonText = captured.reason === undefined ? '' : reasonWords(captured.reason);
  const groups = captured.reason === undefined ? captured : { ...captured, reason: reasonText };
  const image = pattern.image === undefined ? undefined : fill(pattern.image, groups);
  const base = {
    severity: pattern.severity,
    image,
    effect: pattern.effect,
    strong: pattern.strong === true,
    groups,
    requester,
  };
  const side = pattern.side === 'source' && writes.test(reasonText) ? 'unnamed-destination' : pattern.side;
  if (side === undefined) return { ...base, ...explainPlain(pattern, groups) };
  const mirrors = explainMirrors(reasonText, requester);
  if (mirrors !== undefined) {
    const { code, ...told } = mirrors;
    const cause =
      pattern.consequence === undefined
        ? told.cause
        : paragraph([told.cause, fill(pattern.consequence, groups)]);
    return { ...base, ...told, cause, image: image ?? told.image, code: `${familyOf(pattern)}/${code}` };
  }
  const failure: Failure = { side, image: image ?? '', reason: reasonText };
  const host = placeInWords(reasonText) ?? groups.place ?? whoFailed(failure);
  const reason = reasonOf({ ...failure, place: host });
  const place = reason === undefined ? host : placeFor(reason, host);
  const values = { ...groups, side, ...wordsFor(place) };
  const pull = { cause: reason?.pull ?? pattern.pull ?? 'other', place } as const;
  if (reason === undefined) return { ...base, ...explainPlain(pattern, values), pull };
  return { ...base, ...explainReason(pattern, reason, values, requester), pull };
}

function explainPlain(
  pattern: LogPattern,
  values: Readonly<Record<string, string | undefined>>,
): Pick<Recognised, 'code' | 'cause' | 'fix' | 'fixByVersion' | 'pull'> {
  return {
    code: pattern.code,
    cause: fill(pattern.cause, values),
    fix: fill(pattern.fix, values),
    ...(pattern.fixByVersion === undefined
      ? {}
      : {
          fixByVersion: {
            before413: fill(pattern.fixByVersion.before413, values),
            since413: fill(pattern.fixByVersion.since413, values),
          },
        }),
    ...(pattern.pull === undefined ? {} : { pull: { cause: pattern.pull, place: undefined } }),
  };
}

function explainReason(
  pattern: LogPattern,
  reason: Reason,
  values: Readonly<Record<string, string | undefined>>,
  requester: Requester,
): Pick<Recognised, 'code' | 'cause' | 'fix'> {
  const cause = fill(reason.cause, values);
  return {
    code: `${familyOf(pattern)}/${reason.code}`,
    cause: pattern.consequence === undefined ? cause : paragraph([cause, fill(pattern.consequence, values)]),
    fix: fill(fixOf(reason, values.side ?? '', requester), values),
  };
}

/** The cure that fits the side that failed, and the place where whoever asked stands. */
export function fixOf(reason: Reason, side: string, requester: Requester): string {
  if (requester === 'node' && reason.fixNode !== undefined) return reason.fixNode;
  return (side.endsWith('destination') ? reason.fixDestination : undefined) ?? reason.fix;
}

function familyOf({ code }: LogPattern): string {
  return code.slice(0, code.indexOf('/'));
}

/** What containers/image says of the destination, though the line names the source. */
const writes =
  /\b(?:writing (?:blob|manifest|config)|uploading (?:layer|manifest)|initiating layer upload|at destination)\b/;

/** The columns FIRST SEEN, COUNT and NAME, which `oc get events -o wide` puts behind the message. */
const wideColumns = / {2,30}\S{1,20} {2,30}\d{1,9} {2,30}\S{1,300}$/;

/**
 * The words of a reason alone: without the quotes round it, the columns of a table behind it, and what CRI-O says of
 * its second try, to read the image as an OCI artifact, which fails where the first did.
 */
export function reasonWords(text: string): string {
  const artifact = text.indexOf('; artifact err: ');
  let words = artifact === -1 ? text : text.slice(0, artifact);
  words = words.replace(wideColumns, '');
  if (words.includes('\\"')) words = words.replaceAll('\\"', '"');
  let end = words.length;
  while (end > 0 && `"',`.includes(words.charAt(end - 1))) end--;
  // Quotes within the words have a beginning too.
  const closes = words.slice(end).startsWith('"') && (words.slice(0, end).split('"').length - 1) % 2 === 1;
  return closes ? words.slice(0, end + 1) : words.slice(0, end);
}
