import type { ExplainedLine, Verdict } from './logDocument.ts';
import type { LogSeverity } from './pattern.ts';

/** A verdict in words for people. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  failed: 'failed: a command ended with an error',
  incomplete: 'incomplete: images are missing or damaged, whatever the exit code was',
  unknown: 'unknown: the log does not tell whether all was done',
  complete: 'complete: the log says that all was done',
};

/** Lines that mean the same. */
export interface LogProblem {
  readonly code: string;
  readonly severity: LogSeverity;
  readonly cause: string;
  readonly fix: string;
  readonly lines: readonly ExplainedLine[];
}

/** Lines round a line in which the event that it belongs to stands. */
const nearLines = 20;

/**
 * Lines without those that only repeat that a pull failed, where another line says of the same image, or a line near
 * says of whichever it was, why. For people; scripts get them all.
 */
function withoutEchoes(lines: readonly ExplainedLine[]): ExplainedLine[] {
  const failures = lines.filter(({ code }) => code.startsWith('pull/') && code !== 'pull/back-off');
  const images = new Set(failures.flatMap(({ image }) => image ?? []));
  let next = 0;
  return lines.filter(({ code, image, line }) => {
    if (code !== 'pull/back-off') return true;
    if (image !== undefined) return !images.has(image);
    while ((failures[next]?.line ?? Number.POSITIVE_INFINITY) < line - nearLines) next++;
    return (failures[next]?.line ?? Number.POSITIVE_INFINITY) > line + nearLines;
  });
}

const order: readonly LogSeverity[] = ['error', 'warning', 'information', 'hint'];

/** Each problem of those that people read once, with all its lines: what is worst first, then in the order of the log. */
export function problemsOf(lines: readonly ExplainedLine[]): LogProblem[] {
  const problems = new Map<string, { problem: LogProblem; lines: ExplainedLine[] }>();
  for (const line of withoutEchoes(lines)) {
    const { code, severity, cause, fix } = line;
    const key = [code, severity, cause, fix].join('\n');
    const known = problems.get(key);
    if (known === undefined) {
      const own = [line];
      problems.set(key, { problem: { code, severity, cause, fix, lines: own }, lines: own });
    } else {
      known.lines.push(line);
    }
  }
  return [...problems.values()]
    .map(({ problem }) => problem)
    .sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}
