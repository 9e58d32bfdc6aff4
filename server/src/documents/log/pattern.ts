import type { LogLine } from './logLine.ts';
import type { Failure, Reason } from './reasons.ts';
import { reasonOf } from './reasons.ts';

export type LogSeverity = 'error' | 'warning' | 'information' | 'hint';

/**
 * What a line says of the command that printed it:
 * - `lost`: an image is missing or damaged, whatever the exit code will be
 * - `ended`: the command ended with an error
 * - `done`: it says that all was done
 */
export type Effect = 'lost' | 'ended' | 'done';

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
  /** The image that the line names, as a template. */
  readonly image?: string;
  readonly cause: string;
  readonly fix: string;
  readonly effect?: Effect;
  /** Set where nothing but a log of ours has such a line. */
  readonly strong?: true;
  /** The side that fails, for lines whose group `reason` holds the words of a registry or a file system. */
  readonly side?: Failure['side'];
  /** What the failure does to the image, added to the cause that the reason gives. */
  readonly consequence?: string;
}

export interface Recognised {
  readonly code: string;
  readonly severity: LogSeverity;
  readonly cause: string;
  readonly fix: string;
  readonly image: string | undefined;
  readonly effect: Effect | undefined;
  readonly strong: boolean;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** The first pattern that a line is of; undefined when it is of none. Linear in the length of the line. */
export function recognise(line: LogLine, patterns: readonly LogPattern[]): Recognised | undefined {
  for (const pattern of patterns) {
    const groups = groupsOf(pattern, line.body);
    if (groups !== undefined) return explain(pattern, groups);
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
  if (pattern.captures === undefined) return {};
  pattern.captures.lastIndex = end;
  const match = pattern.captures.exec(body);
  return match === null ? undefined : { ...match.groups };
}

function explain(pattern: LogPattern, groups: Readonly<Record<string, string | undefined>>): Recognised {
  const image = pattern.image === undefined ? undefined : fill(pattern.image, groups);
  const base = {
    severity: pattern.severity,
    image,
    effect: pattern.effect,
    strong: pattern.strong === true,
    groups,
  };
  const reasonText = groups.reason ?? '';
  const side = pattern.side === 'source' && writes.test(reasonText) ? 'unnamed-destination' : pattern.side;
  const failure: Failure | undefined =
    side === undefined ? undefined : { side, image: image ?? '', reason: reasonText };
  const reason = failure === undefined ? undefined : reasonOf(failure);
  const values = { ...groups, side, place: failure === undefined ? undefined : placeOf(failure) };
  if (reason === undefined) {
    return {
      ...base,
      code: pattern.code,
      cause: fill(pattern.cause, values),
      fix: fill(pattern.fix, values),
    };
  }
  return { ...base, ...explainReason(pattern, reason, values) };
}

function explainReason(
  pattern: LogPattern,
  reason: Reason,
  values: Readonly<Record<string, string | undefined>>,
): Pick<Recognised, 'code' | 'cause' | 'fix'> {
  const family = pattern.code.slice(0, pattern.code.indexOf('/'));
  const cause = fill(reason.cause, values);
  return {
    code: `${family}/${reason.code}`,
    cause: pattern.consequence === undefined ? cause : `${cause} ${fill(pattern.consequence, values)}`,
    fix: fill(
      (values.side?.endsWith('destination') ? reason.fixDestination : undefined) ?? reason.fix,
      values,
    ),
  };
}

/** A template with its values in; a sentence that then begins with `the` begins with `The`. */
export function fill(template: string, values: Readonly<Record<string, string | undefined>>): string {
  const text = template.replace(/\{([a-z]+)\}/g, (_, name: string) => values[name] ?? '');
  return text.startsWith('the ') ? `T${text.slice(1)}` : text;
}

/** Where a reason says itself whose words it repeats. */
const places: readonly RegExp[] = [
  /"https?:\/\/([^/"\s]+)\//,
  /\bhttps?:\/\/([^/"\s]+)\/v2\//,
  /\b(?:exists|in) ([\w-]+(?:\.[\w-]+)+(?::\d{1,5})?|[\w.-]+:\d{1,5})[/:]/,
];

/** What containers/image says of the destination, though the line names the source. */
const writes =
  /\b(?:writing (?:blob|manifest|config)|uploading (?:layer|manifest)|initiating layer upload|at destination)\b/;

/**
 * Who failed, in words. The reason's own URL says it best; otherwise the image does where it is on the failing
 * side.
 */
function placeOf({ side, image, reason }: Failure): string {
  for (const place of places) {
    const host = place.exec(reason)?.[1];
    if (host !== undefined) return host;
  }
  const file = image.startsWith('file://');
  if (side === 'unnamed-destination') return 'the destination';
  if (side === 'unnamed-source') return 'the source';
  if (file) return 'the file store';
  const name = image.replace(/^docker:\/\//, '');
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  if (/[.:]|^localhost$/.test(first)) return first;
  return side === 'source' ? 'the source registry' : 'the destination registry';
}
