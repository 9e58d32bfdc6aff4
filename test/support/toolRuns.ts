import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { splitLines } from '../../server/src/documents/lines.ts';
import { groundTruth } from './groundTruth.ts';
import { logLines, logNames, outcomes } from './logs.ts';
import { writeProgram } from './writeProgram.ts';

const fixtures = join(import.meta.dirname, '../fixtures');

/** One command of a real tool, with what it printed. */
export interface RecordedRun {
  readonly name: string;
  readonly words: readonly string[];
  readonly output: string;
  /** Below zero where a signal ended it. */
  readonly exitCode: number;
  /** True where the log is of this command alone. */
  readonly isAlone: boolean;
}

/** The command lines of logs that do not show theirs. */
const commands = JSON.parse(readFileSync(join(fixtures, 'logs/commands.json'), 'utf8')) as Record<
  string,
  string
>;
const newest = JSON.parse(readFileSync(join(fixtures, 'tool-logs/exitCodes.json'), 'utf8')) as Record<
  string,
  readonly number[]
>;

/** All commands of oc, oc-mirror, opm, podman, skopeo and grpcurl in the recorded logs that no shell has to read. */
export const recordedRuns: readonly RecordedRun[] = [
  ...logNames.flatMap((name) => runsIn(name, logLines(name), outcomes[name]?.exitCodes ?? [])),
  ...Object.entries(newest).flatMap(([name, exitCodes]) => {
    const packed = readFileSync(join(fixtures, `tool-logs/${name}.log.gz`));
    return runsIn(name, splitLines(gunzipSync(packed).toString('utf8')), exitCodes);
  }),
];

function runsIn(
  name: string,
  lines: readonly string[],
  exitCodes: readonly (number | null)[],
): RecordedRun[] {
  const known = commands[name];
  const all = known === undefined ? lines : [`$ ${known}`, ...lines];
  const starts = all.flatMap((line, at) => (line.startsWith('$ ') ? [at] : []));
  return starts.flatMap((start, index) => {
    const words = wordsOf((all[start] ?? '').slice(2));
    const exitCode = exitCodes[index];
    const isOurs = /^(?:oc|oc-mirror|opm|podman|skopeo|grpcurl)$/.test(words[0] ?? '');
    const isShell = words.some((word) => /^[|&><]/.test(word) || word.includes('$('));
    if (!isOurs || isShell || exitCode === undefined || exitCode === null) return [];
    const output = `${all
      .slice(start + 1, starts[index + 1])
      .join('\n')
      .trimEnd()}\n`;
    return [{ name, words, output, exitCode, isAlone: starts.length === 1 }];
  });
}

/** The words of a command line in which at most whole words are quoted. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, one?: string, two?: string) => one ?? two ?? ''),
  );
}

/**
 * A folder to work in, and a tool that stands in `PATH` and does there what was recorded: it prints the log, leaves the manifests,
 * and ends as the real one did.
 */
export function replayed(
  parent: string,
  run: RecordedRun,
): { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(parent, 'work-'));
  const programs = mkdtempSync(join(parent, 'bin-'));
  writeFileSync(join(programs, 'output'), run.output);
  const recorded = join(groundTruth, run.name);
  const left = join(programs, 'left');
  mkdirSync(left);
  if (existsSync(recorded)) {
    for (const name of readdirSync(recorded)) {
      if (name !== 'expected.json') cpSync(join(recorded, name), join(left, name), { recursive: true });
    }
  }
  const program = join(programs, run.words[0] ?? '');
  const end = run.exitCode < 0 ? `kill -${-run.exitCode} $$` : `exit ${run.exitCode}`;
  writeProgram(program, `#!/bin/sh\nset -e\ncp -R '${left}/.' .\ncat '${programs}/output'\n${end}\n`);
  return { folder, path: [programs, process.env.PATH].join(delimiter) };
}
