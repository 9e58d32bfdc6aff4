import type { ExplainedLine } from './logDocument.ts';
import type { LogSeverity } from './pattern.ts';

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

/** Marks that an image was given up, of which another line says why. */
function withoutMarks(lines: readonly ExplainedLine[]): readonly ExplainedLine[] {
  const names = new Set(
    lines.flatMap(({ code, image, effect }) =>
      code === 'oc-mirror/aborted' || image === undefined || effect === undefined ? [] : namesOf(image),
    ),
  );
  return lines.filter(
    ({ code, image }) =>
      code !== 'oc-mirror/aborted' || image === undefined || !namesOf(image).some((name) => names.has(name)),
  );
}

/** An image by its name, and by the last part of it, which is all that spinners show. */
function namesOf(image: string): string[] {
  const name = image.replace('docker://', '');
  return [name, name.slice(name.lastIndexOf('/') + 1)];
}

/** What says that a pull failed, or what came of it, and never why. */
const echoes = new Set(['pull/back-off', 'pull/pod-waits', 'olm/deployment-timeout']);

/**
 * Lines without those that only repeat that a pull failed, where another line says of the same image, or a line near
 * says of whichever it was, why. For people; scripts get them all.
 */
function withoutEchoes(lines: readonly ExplainedLine[]): ExplainedLine[] {
  const failures = lines.filter(({ code }) => code.startsWith('pull/') && !echoes.has(code));
  const images = new Set(failures.flatMap(({ image }) => image ?? []));
  let next = 0;
  return lines.filter(({ code, image, line }) => {
    if (!echoes.has(code)) return true;
    if (image !== undefined) return !images.has(image);
    while ((failures[next]?.line ?? Number.POSITIVE_INFINITY) < line - nearLines) next++;
    return (failures[next]?.line ?? Number.POSITIVE_INFINITY) > line + nearLines;
  });
}

const order: readonly LogSeverity[] = ['error', 'warning', 'information', 'hint'];

/** Each problem of those that people read once, with all its lines: what is worst first, then in the order of the log. */
export function problemsOf(lines: readonly ExplainedLine[]): LogProblem[] {
  const problems = new Map<string, { problem: LogProblem; lines: ExplainedLine[] }>();
  for (const line of withoutEchoes(withoutMarks(lines))) {
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
