import { relative, sep } from 'node:path';
import { columnsOf, padded } from '../../base/columns.ts';
import { type Sentence, sentence, t } from '../../base/sentences.ts';
import { oneLine, printable, printableJson } from '../../base/words.ts';
import { headlineOf } from '../../log/headline.ts';
import type { ExplainedLine, LogDocument, LogRun, Verdict } from '../../log/logDocument.ts';
import { type LogProblem, problemsOf } from '../../log/problems.ts';
import type { PullCause } from '../../log/reason.ts';
import { explainTagOf } from '../../workspace/digestTags.ts';
import { placesNaming } from '../../workspace/logLinks.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';

/** What `explain --format json` prints: its names are a contract with scripts. Lines count from one. */
export function renderJson({ verdict, runs, lines }: LogDocument): string {
  const report = {
    verdict,
    runs: runs.map(({ tool, command, verdict }) => ({ tool, command, verdict })),
    lines: lines.map(({ line, code, severity, cause, fix, image }) => ({
      line: line + 1,
      code,
      severity,
      cause,
      fix,
      image: image ?? null,
    })),
  };
  return `${printableJson(report, 2)}\n`;
}

/** Where the log was read, and the files that it may be about. */
export interface LogOrigin {
  readonly name: string;
  readonly snapshot: Snapshot;
}

/** A report of one log. */
interface Report extends LogOrigin {
  readonly log: LogDocument;
  /** What the rows call the files that they lead to, by their paths. */
  readonly names: ReadonlyMap<string, string>;
}

/** First what came of it, then each problem once with all its lines, then what to run next. */
export function renderText(log: LogDocument, { name, snapshot }: LogOrigin): string {
  if (log.lines.length === 0 && log.runs.length === 0) {
    return `${t('{0}: nothing in it is known to be of oc, oc-mirror, opm, podman, skopeo, the kubelet or OLM', printable(name))}\n`;
  }
  const report: Report = { log, name: printable(nearPath(name)), snapshot, names: shortNames(snapshot) };
  const problems = problemsOf(log.lines).map((problem) => describe(problem, report));
  const parts = [
    [`${report.name}: ${oneLine(headlineOf(log))}`, ...runLines(log.runs), ...legend(problems, report)].join(
      '\n',
    ),
    ...problems,
    nextStep(log),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** From the current folder where the file lies below it, and that is shorter. */
function nearPath(path: string): string {
  const near = relative('.', path);
  const isBelow = near !== '' && near !== '..' && !near.startsWith(`..${sep}`);
  return isBelow && near.length < path.length ? near : path;
}

/** The last parts of each path, as many as tell it from the others. */
function shortNames({ files }: Snapshot): ReadonlyMap<string, string> {
  const paths = [...files.values()]
    .filter(({ content }) => content.type === 'mapping')
    .map(({ path }) => path);
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const path of paths) {
    const last = path.split('/').at(-1) ?? path;
    counts.set(last, (counts.get(last) ?? 0) + 1);
  }
  for (const path of paths) {
    const last = path.split('/').at(-1) ?? path;
    names.set(path, counts.get(last) === 1 ? last : nearPath(path));
  }
  return names;
}

/** Which file the rows mean by a short name. */
function legend(problems: readonly string[], { names }: Report): string[] {
  return [...names].flatMap(([path, name]) => {
    const near = nearPath(path);
    return name !== near && problems.some((text) => text.includes(`${name}:`))
      ? [printable(`  ${t('{0} is {1}', name, near)}`)]
      : [];
  });
}

/** A verdict in one word; the headline says more of it. */
const verdictNames: Readonly<Record<Verdict, Sentence>> = {
  failed: sentence('failed'),
  incomplete: sentence('incomplete'),
  'not-pulled': sentence('not-pulled'),
  unknown: sentence('unknown'),
  complete: sentence('complete'),
};

/** The runs, where there is more to tell than the verdict of the one that there is. */
function runLines(runs: readonly LogRun[]): string[] {
  if (runs.length < 2) return [];
  const width = Math.max(...Object.values(verdictNames).map((name) => columnsOf(t(name))));
  return runs
    .filter(({ verdict }) => verdict !== 'unknown')
    .map(({ tool, command, verdict, start, end }) => {
      const what = oneLine(command === '' ? tool : command);
      const lines = end > start + 1 ? t('lines {0}-{1}', start + 1, end) : t('line {0}', start + 1);
      const shown = what.length > 100 ? `${what.slice(0, 99)}…` : what;
      return `  ${padded(t(verdictNames[verdict]), width)}  ${t('{0} ({1})', shown, lines)}`;
    });
}

/** Nobody reads more; the JSON has them all. */
const mostRows = 12;

/** A problem with the place of its first line as compilers write it, which editors and terminals follow. */
function describe({ code, severity, cause, fix, lines }: LogProblem, report: Report): string {
  const word = severity === 'information' ? 'info' : severity;
  const [first] = lines;
  const rows = lines.length === 1 && first?.image === undefined ? [] : lines;
  return [
    `${report.name}:${(first?.line ?? 0) + 1}: ${word}: ${oneLine(cause)} (${code})`,
    ...shownRows(rows, report),
    `  ${t('What to do: {0}', oneLine(fix))}`,
  ].join('\n');
}

/** The first rows, of which each image has one, and how many lines there are besides. */
function shownRows(lines: readonly ExplainedLine[], report: Report): string[] {
  const rows = new Map<string | undefined, { readonly first: ExplainedLine; count: number }>();
  for (const line of lines) {
    const row = rows.get(line.image);
    if (row === undefined) rows.set(line.image, { first: line, count: 1 });
    else row.count++;
  }
  const shown = [...rows.values()].slice(0, mostRows);
  const width = lines.length === 1 ? 0 : Math.max(...shown.map(({ first }) => String(first.line + 1).length));
  const left = lines.length - shown.reduce((sum, { count }) => sum + count, 0);
  return [
    ...shown.map(({ first, count }) => {
      const text = lineText(first, width, report);
      return `  ${withMore(text, count - 1)}`;
    }),
    ...(left > 0 ? [`  ${leftLine(left)}`] : []),
  ];
}

function withMore(text: string, more: number): string {
  if (more === 0) return text;
  return more === 1
    ? t('{0}, and 1 more line like it', text)
    : t('{0}, and {1} more lines like it', text, more);
}

function leftLine(left: number): string {
  return left === 1
    ? t('and 1 more line: --format json has them all')
    : t('and {0} more lines: --format json has them all', left);
}

function lineText({ line, image }: ExplainedLine, width: number, { log, snapshot, names }: Report): string {
  // A width of none: the only line of its problem, whose place stands above.
  const number = width === 0 ? '' : `${t('line {0}', String(line + 1).padEnd(width))}  `;
  if (image === undefined) return number.trimEnd();
  const tag = explainTagOf(image, snapshot, log.digests.get(image));
  const name = oneLine(image);
  const meant = tag === undefined ? name : t('{0}, the tag of {1}', name, tag.pullSpec ?? tag.digest);
  const [mapping] = placesNaming(image, snapshot);
  const link =
    mapping === undefined
      ? ''
      : ` (${names.get(mapping.path) ?? mapping.path}:${mapping.range.start.line + 1})`;
  return printable(`${number}${meant}${link}`);
}

/** Causes of which a trace shows more than the log does. */
const tracedCauses: ReadonlySet<PullCause> = new Set([
  'not-redirected',
  'missing',
  'blocked',
  'network',
  'login',
  'other',
]);

/** One command that brings whoever reads this further. */
function nextStep({ runs, lines }: LogDocument): string {
  const bad = runs.findLast(({ verdict }) => verdict === 'failed' || verdict === 'incomplete');
  const pull = lines.find(({ effect, image, pull: failed }) => {
    return (
      effect === 'unpulled' && image !== undefined && (failed === undefined || tracedCauses.has(failed.cause))
    );
  });
  if (pull?.image !== undefined && (bad === undefined || bad.manifests === undefined)) {
    return t('Next: operator-mirror trace {0} --in FOLDER', oneLine(pull.image));
  }
  if (bad?.manifests === undefined) return '';
  if (bad.toFiles)
    return t('Next: fix the errors above, run the same command again, then operator-mirror check .');
  return bad.fromFiles
    ? t('Next: fix the errors above, then run the same command again')
    : t('Next: fix the errors above, then operator-mirror copy -f {0}/mapping.txt', oneLine(bad.manifests));
}
