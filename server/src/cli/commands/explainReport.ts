import { withoutVersion } from '../../documents/log/catalogIndex.ts';
import type { ExplainedLine, LogDocument, LogRun } from '../../documents/log/logDocument.ts';
import { type LogProblem, problemsOf, verdictWords } from '../../documents/log/problems.ts';
import { explainTagOf } from '../../workspace/digestTags.ts';
import { placesOf, unplannedPlaces } from '../../workspace/logLinks.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { counted, oneLine } from '../words.ts';

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
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Where the log was read, and the files that it may be about. */
export interface LogOrigin {
  readonly name: string;
  readonly snapshot: Snapshot;
}

/** First what came of it, then each problem once with all its lines, then what to run next. */
export function renderText(log: LogDocument, origin: LogOrigin): string {
  if (log.lines.length === 0 && log.runs.length === 0) {
    return `${origin.name}: nothing in it is known to be of oc, oc-mirror, opm, podman, skopeo, the kubelet or OLM\n`;
  }
  const parts = [
    [`${origin.name}: ${verdictWords[log.verdict]}`, ...runLines(log.runs)].join('\n'),
    ...problemsOf(log.lines).map((problem) => describe(problem, log, origin)),
    unplanned(log, origin),
    nextStep(log),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** The runs, where there is more to tell than the verdict of the one that there is. */
function runLines(runs: readonly LogRun[]): string[] {
  if (runs.length < 2) return [];
  return runs
    .filter(({ verdict }) => verdict !== 'unknown')
    .map(({ tool, command, verdict, start, end }) => {
      const what = oneLine(command === '' ? tool : command);
      const lines = end > start ? ` (lines ${start + 1}-${end})` : '';
      return `  ${verdict.padEnd('incomplete'.length)}  ${what.length > 100 ? `${what.slice(0, 99)}…` : what}${lines}`;
    });
}

/** Nobody reads more; the JSON has them all. */
const mostLines = 12;

function describe(
  { code, severity, cause, fix, lines }: LogProblem,
  log: LogDocument,
  origin: LogOrigin,
): string {
  const word = severity === 'information' ? 'info' : severity;
  const shown = lines.slice(0, mostLines).map((line) => `  ${lineText(line, log, origin)}`);
  const left = lines.length - shown.length;
  return [
    `${word}: ${oneLine(cause)} (${code})`,
    ...shown,
    ...(left > 0 ? [`  and ${counted(left, 'line')} more: --format json has them all`] : []),
    `  What to do: ${oneLine(fix)}`,
  ].join('\n');
}

function lineText({ line, image }: ExplainedLine, log: LogDocument, { name, snapshot }: LogOrigin): string {
  const place = `${name}:${line + 1}`;
  if (image === undefined) return place;
  const tag = explainTagOf(image, snapshot, log.digests.get(image));
  const meaning = tag === undefined ? '' : `, the tag of ${tag.pullSpec ?? tag.digest}`;
  const [mapping] = placesOf(image, snapshot);
  const link = mapping === undefined ? '' : ` (${mapping.path}:${mapping.range.start.line + 1})`;
  return `${place}  ${oneLine(image)}${meaning}${link}`;
}

/** What mapping.txt tells and the log does not: lines that no run planned to write. */
function unplanned(log: LogDocument, { snapshot }: LogOrigin): string {
  // An error may name the digest of what mapping.txt has by tag.
  const named = new Set(
    log.lines.flatMap(({ image }) =>
      image === undefined ? [] : image.includes('@') ? [image, withoutVersion(image)] : [image],
    ),
  );
  const places = log.runs.flatMap((run) => unplannedPlaces(run, snapshot, named));
  if (places.length === 0) return '';
  const shown = places
    .slice(0, mostLines)
    .map(({ path, range, pair }) => `  ${path}:${range.start.line + 1}  ${oneLine(pair.source.text)}`);
  const left = places.length - shown.length;
  return [
    `warning: ${counted(places.length, 'line')} of mapping.txt not written: the plan of the run leaves ${places.length === 1 ? 'it' : 'them'} out, most likely because another tag has the same digest, and oc says nothing of it.`,
    ...shown,
    ...(left > 0 ? [`  and ${counted(left, 'line')} more`] : []),
    `  What to do: ${log.runs.some(({ toFiles }) => toFiles) ? 'Mirror again with operator-mirror mirror, which writes every tag.' : 'Copy what is missing with operator-mirror copy -f mapping.txt, which writes every line.'}`,
  ].join('\n');
}

/** One command that brings whoever reads this further. */
function nextStep({ runs, lines }: LogDocument): string {
  const bad = runs.findLast(({ verdict }) => verdict === 'failed' || verdict === 'incomplete');
  const pull = lines.find(({ code, image }) => code.startsWith('pull/') && image !== undefined);
  if (pull?.image !== undefined && (bad === undefined || bad.manifests === undefined)) {
    return `Next: operator-mirror trace ${oneLine(pull.image)} --in FOLDER`;
  }
  if (bad?.manifests === undefined) return '';
  return bad.toFiles
    ? 'Next: cure the above, run the same command again, then operator-mirror verify .'
    : `Next: cure the above, then operator-mirror copy -f ${oneLine(bad.manifests)}/mapping.txt`;
}
