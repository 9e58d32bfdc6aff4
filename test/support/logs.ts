import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { splitLines } from '../../server/src/documents/lines.ts';
import type { LogDocument } from '../../server/src/log/logDocument.ts';

/** What real `oc` and `opm` printed, one file a run, and two notes of an administrator with logs in them. */
const folder = join(import.meta.dirname, '../fixtures/logs');

export const logNames: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.log.gz'))
  .map((name) => name.slice(0, -'.log.gz'.length))
  .sort();

export const noteNames = ['seed-tags', 'seed-operatorhub'] as const;

/** The lines of a log or of notes. */
export function logLines(name: string): string[] {
  const packed = join(folder, `${name}.log.gz`);
  return splitLines(
    existsSync(packed)
      ? gunzipSync(readFileSync(packed)).toString('utf8')
      : readFileSync(join(folder, `${name}.txt`), 'utf8'),
  );
}

export interface LogOutcome {
  readonly exitCodes: readonly (number | null)[];
  /** Source and destination of images that are not at the destination, not whole there, or another one. */
  readonly lost: readonly (readonly [string, string])[];
}

/** What came of each run, asked of registries and files afterwards, and not of the log. */
export const outcomes = JSON.parse(readFileSync(join(folder, 'outcomes.json'), 'utf8')) as Readonly<
  Record<string, LogOutcome>
>;

/** A document in short, for people to read and compare. */
export function inShort(log: LogDocument): string {
  const runs = log.runs.map(
    ({ tool, command, verdict, start, end }) =>
      `run ${start + 1}-${end} ${tool} ${verdict}${command === '' ? '' : `: ${command}`}`,
  );
  const lines = log.lines.map(
    ({ line, severity, code, image, effect }) =>
      `${line + 1} ${severity} ${code}${effect === undefined ? '' : ` (${effect})`}${image === undefined ? '' : ` ${image}`}`,
  );
  return [log.verdict, ...runs, ...lines, ''].join('\n');
}

/** What a person has checked against the run's own facts; with UPDATE=1 it is written instead. */
export function checked(name: string, actual: string): string {
  const path = join(folder, `${name}.expected`);
  if (process.env.UPDATE === '1') writeFileSync(path, actual);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
