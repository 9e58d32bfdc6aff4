import type { Lines } from '../lines.ts';
import { type CopyPlan, readCopyPlan } from './copyPlan.ts';
import { type LogLine, parseLogLine } from './logLine.ts';
import { ocImageLines } from './ocImageLines.ts';
import { ocMirror1Lines } from './ocMirror1Lines.ts';
import { ocMirror2Lines } from './ocMirror2Lines.ts';
import { ocRunLines, unknownOcLines } from './ocRunLines.ts';
import { olmLines } from './olmLines.ts';
import { opmLines } from './opmLines.ts';
import { type Effect, type LogPattern, type LogSeverity, type Recognised, recognise } from './pattern.ts';
import { explainPull } from './pullFailure.ts';
import { pullLines } from './pullLines.ts';
import { explainRun, type FoundLine, isWhole, type RunContext } from './runFindings.ts';
import { type LogSection, mappingOf, splitRuns, toolOf } from './runs.ts';

/**
 * A log of the tools that mirror and pull: what each line that matters means, and what came of each command. Never
 * throws, and takes time linear in the text.
 */
export interface LogDocument {
  /** The worst of the runs. */
  readonly verdict: Verdict;
  readonly runs: readonly LogRun[];
  /** In the order of the text. A line may stand here twice, where it means two things. */
  readonly lines: readonly ExplainedLine[];
  /** What `oc` wrote, by the name that it has at the destination → its digest. */
  readonly digests: ReadonlyMap<string, string>;
  /** True when a line can be of nothing but such a log. Other texts may hold words like `error:`. */
  readonly isLog: boolean;
}

/**
 * What a log says of its command:
 * - `failed`: it ended with an error
 * - `incomplete`: images are missing or damaged, whatever the exit code
 * - `complete`: all was done
 * - `unknown`: it does not tell
 */
export type Verdict = 'failed' | 'incomplete' | 'unknown' | 'complete';

/** From the worst on. That nothing is known is worse than that all is well. */
export const verdicts: readonly Verdict[] = ['failed', 'incomplete', 'unknown', 'complete'];

/** One command's part of the log. */
export interface LogRun {
  /** `oc`, `oc-mirror`, `opm`, `podman`, `skopeo`, `kubelet`, `olm`, or the program that the command names. */
  readonly tool: string;
  /** As it was typed; empty where the log does not show it. */
  readonly command: string;
  readonly verdict: Verdict;
  /** The lines of its output, zero-based; `end` is one behind the last. */
  readonly start: number;
  readonly end: number;
  /** The folder that the run wrote its manifests to, as the log names it. */
  readonly manifests: string | undefined;
  /** The line in which it says that it is through, zero-based. */
  readonly through: number | undefined;
  /** The mapping.txt that it wrote or read, as the log names it. */
  readonly mapping: string | undefined;
  /** True when it copied to files. */
  readonly toFiles: boolean;
  /** True when it copied from files. */
  readonly fromFiles: boolean;
  /** The images that it planned to write, by their names at the destination; undefined where the log leaves parts out. */
  readonly planned: ReadonlySet<string> | undefined;
}

export interface ExplainedLine {
  /** Zero-based. */
  readonly line: number;
  readonly code: string;
  readonly severity: LogSeverity;
  /** Plain sentences. */
  readonly cause: string;
  readonly fix: string;
  /** The image that the line names, as it names it. */
  readonly image: string | undefined;
  readonly effect: Effect | undefined;
}

const patterns: readonly LogPattern[] = [
  ...ocImageLines,
  ...ocRunLines,
  ...ocMirror1Lines,
  ...ocMirror2Lines,
  ...opmLines,
  ...olmLines,
  ...pullLines,
  ...unknownOcLines,
];

/** Progress, which needs no explanation and is most of a log. */
const progress = /^(?:uploading|mounted): |^(?:\S+ )?sha256:[0-9a-f]{64}(?: |$)/;

/** What `oc` prints when all goes well. */
const plainOc =
  /^(?:uploading|mounted): \S+ sha256:|^src image has index label for |^using (?:database|index) path mapping: |^wrote mirroring manifests to |^info: (?:Planning|Mirroring) completed in |^sha256:[0-9a-f]{64} (?:file:\/\/|[\w.-]+[.:])\S*\//;

export function parseLog(lines: Lines): LogDocument {
  const logLines = lines.map(parseLogLine);
  const recognised = logLines.map((line, at) => recogniseLine(withAnswers(line, logLines, at)));
  const sections = splitRuns(lines);
  // By the mapping.txt that they went into.
  const tags = new Map<string, readonly FoundLine[]>();
  const parts = sections.map((section, index) =>
    readRun(section, index, sections, logLines, recognised, tags),
  );
  const inRuns = new Set<number>();
  for (const { start, end } of sections) for (let at = start; at < end; at++) inRuns.add(at);
  // What notes quote between their blocks is nobody's output, and explained all the same.
  const quoted = recognised.flatMap((line, number) =>
    line?.strong === true && !inRuns.has(number) ? [explained(line, number)] : [],
  );
  const runs = parts.flatMap(({ run }) => (run === undefined ? [] : [run]));
  return {
    verdict: worst(runs.map(({ verdict }) => verdict)),
    runs,
    lines: [...parts.flatMap((part) => part.lines), ...quoted].sort((a, b) => a.line - b.line),
    digests: new Map(parts.flatMap((part) => [...part.digests])),
    isLog:
      recognised.some((line) => line?.strong === true) || logLines.some(({ body }) => plainOc.test(body)),
  };
}

/** The worst of several verdicts; `unknown` of none. */
export function worst(given: readonly Verdict[]): Verdict {
  return verdicts.find((verdict) => given.includes(verdict)) ?? 'unknown';
}

const answer =
  /^(?:denied|unauthorized|toomanyrequests|name unknown|manifest unknown|name invalid|unsupported)\b/;
/** More than a registry ever says at once. */
const mostAnswers = 5;

/** A registry may say several things at once: then `errors:` ends the line, and they stand below it. */
function withAnswers(line: LogLine, lines: readonly LogLine[], at: number): LogLine {
  if (!line.body.endsWith(': errors:')) return line;
  const answers: string[] = [];
  for (const { body } of lines.slice(at + 1, at + 1 + mostAnswers)) {
    if (!answer.test(body)) break;
    answers.push(body);
  }
  return answers.length === 0 ? line : { ...line, body: `${line.body} ${answers.join('; ')}` };
}

function recogniseLine(line: LogLine): Recognised | undefined {
  if (line.body === '' || progress.test(line.body)) return undefined;
  const found = recognise(line, patterns);
  if (found !== undefined) return found.code.startsWith('pull/') ? explainPull(found) : found;
  return line.level === 'error' ? unknownError(line) : undefined;
}

/** A logger's error that no table knows. */
function unknownError({ body, logger }: LogLine): Recognised {
  const tool = logger === 'logrus' ? 'opm' : logger === 'oc-mirror' ? 'oc-mirror' : 'oc';
  return {
    code: `${tool}/error`,
    severity: 'error',
    cause: `${tool} reports an error that Operator Mirror does not know: ${body}.`,
    fix: 'Read the lines before it. operator-mirror check FOLDER --online says which images of mapping.txt the destination lacks.',
    image: undefined,
    effect: undefined,
    strong: false,
    groups: {},
  };
}

function explained({ code, severity, cause, fix, image, effect }: Recognised, line: number): ExplainedLine {
  return { line, code, severity, cause, fix, image, effect };
}

interface ReadRun {
  readonly run: LogRun | undefined;
  readonly lines: readonly ExplainedLine[];
  readonly digests: ReadonlyMap<string, string>;
}

function readRun(
  section: LogSection,
  index: number,
  sections: readonly LogSection[],
  logLines: readonly LogLine[],
  recognised: readonly (Recognised | undefined)[],
  earlierTags: Map<string, readonly FoundLine[]>,
): ReadRun {
  const { command, start, end } = section;
  const body = logLines.slice(start, end);
  const plan = readCopyPlan(body, start);
  const found = recognised
    .slice(start, end)
    .flatMap((line, number) => (line === undefined ? [] : foldedErrors(line, body[number], start + number)));
  const tool = command === '' ? toolOfLines(body, found) : toolOf(command);
  // A block of notes in which nothing was run, such as a piece of YAML.
  if (tool === undefined) return { run: undefined, lines: [], digests: plan.digests };
  const context: RunContext = {
    section,
    ...tool,
    plan,
    lines: body,
    found,
    followed: sections.length > index + 1,
    earlierTags: earlierTags.get(mappingOf(command) ?? '') ?? [],
  };
  if (plan.manifests !== undefined) {
    const tags = found.filter(({ code }) => code === 'oc/no-digest-mapping');
    earlierTags.set(`${plan.manifests.replace(/^(?:\.\/)+/, '')}/mapping.txt`, tags);
  }
  const lines = explainRun(context);
  return {
    run: {
      tool: tool.tool,
      command,
      verdict: verdictOf(plan, lines),
      start,
      end,
      manifests: plan.manifests,
      through: plan.through,
      mapping: plan.manifests === undefined ? mappingOf(command) : `${plan.manifests}/mapping.txt`,
      toFiles: plan.toFiles,
      fromFiles: plan.fromFiles,
      planned: isWhole(context) && plan.completed ? new Set(plan.planned.keys()) : undefined,
    },
    lines,
    digests: plan.digests,
  };
}

/** Every image of a line in which `oc` folds all that failed, and what else the line says. */
function foldedErrors(found: Recognised, said: LogLine | undefined, line: number): FoundLine[] {
  const first = { ...found, line };
  if (found.code !== 'oc/unparsed-image' || said === undefined) return [first];
  const images = [
    ...said.body.matchAll(/couldn't parse image for mirroring \(([^\s)]+)\), skipping mirror/g),
  ];
  const whole = /: mirroring failed: |, mirroring failed: |^error: /.test(said.body)
    ? recognise(said, ocRunLines)
    : undefined;
  return [
    first,
    ...images.slice(1).map(([, image]) => ({ ...first, image })),
    ...(whole === undefined ? [] : [{ ...whole, line }]),
  ];
}

function verdictOf(plan: CopyPlan, lines: readonly ExplainedLine[]): Verdict {
  const says = (effect: Effect) => lines.some((line) => line.effect === effect);
  if (says('ended')) return 'failed';
  if (says('lost')) return 'incomplete';
  return plan.completed || says('done') ? 'complete' : 'unknown';
}

const toolsByFamily: Readonly<Record<string, string>> = { pull: 'kubelet' };

/** The tool whose lines these are, where no command says it. */
function toolOfLines(
  lines: readonly LogLine[],
  found: readonly Recognised[],
): { readonly tool: string; readonly action: undefined } | undefined {
  if (lines.some(({ logger }) => logger === 'oc-mirror')) return { tool: 'oc-mirror', action: undefined };
  const sure = found.find(({ strong }) => strong) ?? found[0];
  if (sure === undefined) {
    return lines.some(({ body }) => plainOc.test(body)) ? { tool: 'oc', action: undefined } : undefined;
  }
  const family = sure.code.slice(0, sure.code.indexOf('/'));
  if (
    sure.code === 'pull/done' ||
    lines.some(({ body }) => /^Trying to pull |^Getting image source/.test(body))
  )
    return { tool: 'podman', action: undefined };
  return { tool: toolsByFamily[family] ?? family, action: undefined };
}
