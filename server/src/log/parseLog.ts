import type { Lines } from '../documents/lines.ts';
import { type CopyPlan, readCopyPlan } from './copyPlan.ts';
import { explainedLine } from './explainedLine.ts';
import { type ExplainedLine, type LogDocument, type LogRun, type Verdict, verdicts } from './logDocument.ts';
import { type LogLine, parseLogLine } from './logLine.ts';
import { unpackLog } from './logText.ts';
import { newestVersionIn, withVersion } from './logVersion.ts';
import { ocRunLines } from './ocRunLines.ts';
import type { Effect, Recognised } from './pattern.ts';
import { recognise } from './pattern.ts';
import { isPlainOc, recogniseLines } from './recognition.ts';
import type { FoundLine, RunContext } from './runContext.ts';
import { explainRun, isWhole } from './runFindings.ts';
import { type LogSection, mappingOf, splitRuns, toolOf } from './runs.ts';

/** What each line of a log means, and what came of its commands. Any text will do: most are no logs. */
export function parseLog(lines: Lines): LogDocument {
  const { texts, numbers } = unpackLog(lines);
  const document = parseTexts(texts);
  const whole = numbers === undefined ? document : renumbered(document, numbers);
  return withVersion(whole, newestVersionIn(texts));
}

function parseTexts(lines: Lines): LogDocument {
  const logLines = lines.map(parseLogLine);
  const sections = splitRuns(lines);
  const recognised = recogniseLines(logLines, sections);
  // By the mapping.txt that they went into.
  const tags = new Map<string, readonly FoundLine[]>();
  const parts = sections.map((section, index) =>
    readRun(section, index, sections, logLines, recognised, tags),
  );
  const inRuns = new Set<number>();
  for (const { start, end } of sections) for (let at = start; at < end; at++) inRuns.add(at);
  // What notes quote between their blocks is nobody's output, and explained all the same.
  const quoted = recognised.flatMap((line, number) =>
    line?.strong === true && !inRuns.has(number) ? [explainedLine(line, number)] : [],
  );
  const runs = parts.flatMap(({ run }) => (run === undefined ? [] : [run]));
  return {
    verdict: worst(runs.map(({ verdict }) => verdict)),
    runs,
    lines: [...parts.flatMap((part) => part.lines), ...quoted].sort((a, b) => a.line - b.line),
    digests: new Map(parts.flatMap((part) => [...part.digests])),
    isLog: recognised.some((line) => line?.strong === true) || logLines.some(isPlainOc),
  };
}

/** A document of texts that were taken out of lines, with the numbers of those lines. */
function renumbered(document: LogDocument, numbers: readonly number[]): LogDocument {
  const last = numbers.at(-1) ?? 0;
  const lineOf = (at: number) => numbers[at] ?? last;
  const endOf = (end: number, start: number) => (end > start ? lineOf(end - 1) + 1 : lineOf(start));
  return {
    ...document,
    runs: document.runs.map((run) => ({
      ...run,
      start: lineOf(run.start),
      end: endOf(run.end, run.start),
      through: run.through === undefined ? undefined : lineOf(run.through),
    })),
    lines: document.lines.map((line) => ({ ...line, line: lineOf(line.line) })),
  };
}

/** The worst of several verdicts; `unknown` of none. */
export function worst(given: readonly Verdict[]): Verdict {
  return verdicts.find((verdict) => given.includes(verdict)) ?? 'unknown';
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
    ? recognise(said, ocRunLines, found.requester)
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
  if (says('unpulled')) return 'not-pulled';
  return plan.completed || says('done') ? 'complete' : 'unknown';
}

/** The tool whose lines these are, where no command says it. */
function toolOfLines(
  lines: readonly LogLine[],
  found: readonly Recognised[],
): { readonly tool: string; readonly action: undefined } | undefined {
  if (lines.some(({ logger }) => logger === 'oc-mirror')) return { tool: 'oc-mirror', action: undefined };
  const sure = found.find(({ strong }) => strong) ?? found[0];
  if (sure === undefined) {
    return lines.some(isPlainOc) ? { tool: 'oc', action: undefined } : undefined;
  }
  return { tool: toolOfPull(sure, lines) ?? sure.code.slice(0, sure.code.indexOf('/')), action: undefined };
}

/** Nodes, podman and skopeo print the same, so that what stands round a line tells whose it is. */
function toolOfPull({ code, requester }: Recognised, lines: readonly LogLine[]): string | undefined {
  if (!code.startsWith('pull/')) return undefined;
  return requester === 'node'
    ? 'kubelet'
    : lines.some(isPodman) || code === 'pull/done'
      ? 'podman'
      : 'unknown';
}

function isPodman({ body }: LogLine): boolean {
  return /^(?:Trying to pull |Getting image source|Error: )/.test(body);
}
