import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { outcomes } from '../../support/logs.ts';
import { type RecordedRun, recordedRuns, replayed } from '../../support/toolRuns.ts';
import { CommandLine } from '../cli/copyHarness.ts';

/* What real tools printed, through `operator-mirror run`: a program in their place prints it, leaves their files and ends as they did. */

const line = new CommandLine();
afterAll(() => line.remove());

/** What `run --format json` says, and the progress that it wrote. */
interface Replay {
  readonly run: RecordedRun;
  readonly code: number;
  readonly stderr: string;
  readonly report: {
    readonly tool: string;
    readonly command: readonly string[];
    readonly exitCode: number | null;
    readonly verdict: string;
    readonly done: boolean;
    readonly problems: readonly { code: string; severity: string; images: readonly string[] }[];
    readonly manifests: { folder: string; summary: Record<string, number> } | null;
    readonly next: string | null;
  };
  readonly total: number;
  readonly end: { readonly copied: number; readonly failed: number };
}

const replays = new Map<RecordedRun, Promise<Replay>>();

function replayOf(run: RecordedRun): Promise<Replay> {
  const known = replays.get(run) ?? replay(run);
  replays.set(run, known);
  return known;
}

async function replay(run: RecordedRun): Promise<Replay> {
  const { folder, path } = replayed(line.folder, run);
  line.environment = { PATH: path };
  const progressFile = `${folder}.jsonl`;
  const ours = ['--format', 'json', '--dir', folder, '--progress-file', progressFile];
  const { code, stdout, stderr } = await line.run('run', ...ours, '--', ...run.words);
  const events = readFileSync(progressFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  const total = events.findLast(({ event }) => event === 'progress')?.total ?? 0;
  return { run, code, stderr, report: JSON.parse(stdout), total, end: events.at(-1) };
}

const names = [...new Set(recordedRuns.map(({ name }) => name))];

describe.each(names)('%s', (name) => {
  const runs = recordedRuns.filter((run) => run.name === name);

  it('ends with 0 exactly where the tool did and nothing is lost', async () => {
    for (const run of runs) {
      const { code, report } = await replayOf(run);
      expect(report.exitCode).toBe(run.exitCode < 0 ? null : run.exitCode);
      expect(report.done).toBe(code === 0);
      if (run.exitCode !== 0) expect(code).toBe(1);
      // What is in the registries and files afterwards is known of whole logs; this one has nothing to lose, and says so.
      if (!run.isAlone || outcomes[name] === undefined || name === 'fbc-oc48-fails') continue;
      expect(code).toBe(run.exitCode === 0 && outcomes[name].lost.length === 0 ? 0 : 1);
    }
  });

  it('passes on all that the tool prints', async () => {
    for (const run of runs) {
      const { stderr } = await replayOf(run);
      // What we say of it stands between its lines, and in none of them.
      const lines = stderr.split('\n').filter((text) => !text.startsWith('operator-mirror run: '));
      expect(lines.join('\n')).toBe(run.output);
    }
  });

  it('counts the images of oc as it goes', async () => {
    for (const run of runs.filter(({ words }) => words[0] === 'oc')) {
      const { total, end } = await replayOf(run);
      const lines = run.output.split('\n');
      const written = lines.filter((text) => /^sha256:[0-9a-f]+ \S+$/.test(text));
      const planned = lines.flatMap(
        (text) => / {6}sha256:[0-9a-f]+ -> (.+)/.exec(text)?.[1]?.split(/,? /) ?? [],
      );
      expect(end.copied).toBe(written.length);
      if (written.length > 0) expect(total).toBe(planned.length);
    }
  });

  it('keeps the command that brings files into a registry', async () => {
    for (const run of runs) {
      const [, next = null] = /To upload local images to a registry, run:\n\n\t(.*)/.exec(run.output) ?? [];
      if (run.words[0] === 'oc') expect((await replayOf(run)).report.next).toBe(next);
    }
  });
});

it('is a table of results that was held to what is known of each run', async () => {
  const rows: string[] = [];
  for (const run of recordedRuns) {
    const { code, report, end } = await replayOf(run);
    const { verdict, manifests, problems } = report;
    const found = problems.filter(({ severity }) => severity === 'error' || severity === 'warning');
    const left = Object.entries(manifests?.summary ?? {}).flatMap(([severity, count]) =>
      count > 0 ? `${count} ${severity}` : [],
    );
    rows.push(
      `${run.name}: ${run.words.slice(0, run.words[0] === 'oc' ? 4 : 2).join(' ')}`,
      `  exit ${run.exitCode} → ${code} ${verdict}, ${end.copied} written, ${end.failed} lost`,
      ...(manifests === null ? [] : [`  ${basename(manifests.folder)}: ${left.join(', ') || 'clean'}`]),
      ...found.map(
        ({ code: problem, severity, images }) => `  ${severity} ${problem} (${images.length} images)`,
      ),
    );
  }
  const path = join(import.meta.dirname, '../../fixtures/tool-logs/results.txt');
  const actual = `${rows.join('\n')}\n`;
  if (process.env.UPDATE === '1') writeFileSync(path, actual);
  expect(actual).toBe(readFileSync(path, 'utf8'));
});
