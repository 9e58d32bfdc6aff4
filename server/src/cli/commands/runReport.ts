import { t } from '../../base/sentences.ts';
import { oneLine, printable, printableJson } from '../../base/words.ts';
import type { ExplainedLine, Verdict } from '../../log/logDocument.ts';
import { problemsOf } from '../../log/problems.ts';
import { shellLine } from '../../runs/commandLine.ts';
import { placesNaming } from '../../workspace/logLinks.ts';
import { summaryLine } from './checkReport.ts';
import { renderText } from './explainReport.ts';
import type { CheckedManifests, RunResult } from './runResult.ts';

/** What `run --format json` prints. Lines count from one; the first is the command itself. */
export function runJson(result: RunResult): string {
  const { command, end, log, hasFailed, isWhole, manifests, next } = result;
  const report = {
    tool: command.tool,
    command: [command.program, ...command.words],
    exitCode: end.exitCode ?? null,
    ...(end.signal === undefined ? {} : { signal: end.signal }),
    verdict: verdictOf(result),
    done: !hasFailed,
    ...(isWhole ? {} : { unread: true }),
    problems: problemsOf(log.lines).map(({ code, severity, cause, fix, lines }) => ({
      code,
      severity,
      cause,
      fix,
      images: imagesOf(lines),
      lines: lines.map(({ line }) => line + 1),
    })),
    manifests: manifests === undefined ? null : manifestsJson(manifests),
    next: next ?? null,
  };
  return `${printableJson(report, 2)}\n`;
}

/** What the tool itself calls a failure is one, also where its output tells nothing. */
function verdictOf({ log: { verdict }, end }: RunResult): Verdict {
  const saysNothing = verdict === 'complete' || verdict === 'unknown';
  return saysNothing && end.exitCode !== 0 ? 'failed' : verdict;
}

function manifestsJson({ folder, report, fixed }: CheckedManifests) {
  return { folder, files: report.files.map(({ path }) => path), summary: report.summary, fixed };
}

function imagesOf(lines: readonly ExplainedLine[]): string[] {
  return [...new Set(lines.flatMap(({ image }) => image ?? []))];
}

/** How many images are missing or damaged. A log may name one by its source and by its destination: a line of mapping.txt has both. */
export function countLost({ log, files }: RunResult): number {
  const lost = imagesOf(log.lines.filter(({ effect }) => effect === 'lost'));
  const keys = lost.map((image) => {
    const [place, ...others] = placesNaming(image, files);
    return place === undefined || others.length > 0 ? image : `${place.path}:${place.range.start.line}`;
  });
  return new Set(keys).size;
}

/**
 * What the terminal shows at the end: problems with their causes, the lines of mapping.txt that they are about as compilers name
 * theirs, the manifests, and what to run next.
 * @param kept where the output was kept, which is what the problems then name as their place
 */
export function runText(result: RunResult, kept: string | undefined): string {
  const { command, log, files, manifests, next, hasFailed } = result;
  const isSilent = log.lines.length === 0 && log.verdict === 'unknown';
  const name = kept ?? command.tool;
  const parts = [
    ...(isSilent ? [] : [renderText(log, { name, snapshot: files }).trimEnd()]),
    ...mappingLines(result),
    endLine(result),
    ...(manifests === undefined ? [] : [manifestsText(manifests)]),
    ...(next === undefined ? [] : [nextText(next, hasFailed)]),
  ];
  return `\n${parts.join('\n\n')}\n`;
}

/** How the tool ended, and whether that is to be believed. */
function endLine({ command: { tool }, end, log, hasFailed, isWhole }: RunResult): string {
  if (end.exitCode === undefined) return t('{0} was ended by {1}', tool, end.signal ?? '');
  if (!isWhole)
    return t(
      '{0} printed more than can be read, so nobody knows whether it lost anything: verify what it wrote',
      tool,
    );
  if (!hasFailed)
    return log.verdict === 'complete'
      ? t('{0} exited with 0, and its output says that all was done', tool)
      : t('{0} exited with 0, and nothing in its output says otherwise', tool);
  return end.exitCode === 0
    ? t('{0} exited with 0 all the same: its output shows that images are missing or damaged', tool)
    : t('{0} exited with {1}', tool, end.exitCode);
}

/** More of them help nobody. */
const mostPlaces = 100;

/** A line for each line of a mapping.txt whose image was lost, so that terminals and editors lead there. */
function mappingLines({ log, files }: RunResult): string[] {
  const shown = new Set<string>();
  for (const { effect, image, cause, code } of log.lines) {
    if (effect !== 'lost' || image === undefined) continue;
    for (const { path, range } of placesNaming(image, files)) {
      const { line, character } = range.start;
      if (shown.size < mostPlaces)
        shown.add(printable(`${path}:${line + 1}:${character + 1}: error: ${oneLine(cause)} (${code})`));
    }
  }
  return shown.size === 0 ? [] : [[...shown].join('\n')];
}

function manifestsText({ folder, report, fixed }: CheckedManifests): string {
  const { error, warning } = report.summary;
  const line = t('Manifests: {0}: {1}', printable(folder), summaryLine(report, fixed));
  if (error + warning === 0) return line;
  const certain = report.files.some(({ findings }) =>
    findings.some(({ fixes }) => fixes.some(({ preferred }) => preferred)),
  );
  const check = shellLine(['operator-mirror', 'check', ...(certain ? ['--fix'] : []), folder]);
  return [
    line,
    certain ? t('Repair them: {0}', printable(check)) : t('See them: {0}', printable(check)),
  ].join('\n');
}

function nextText(next: string, hasFailed: boolean): string {
  return hasFailed
    ? t('Next, once nothing is missing: {0}', printable(next))
    : t('Next: {0}', printable(next));
}
