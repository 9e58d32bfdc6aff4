import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holdRun, readRun, runFolder, runFolders } from '../../../../server/src/mirror/run/runState.ts';
import type { JournalEntry } from '../../../../server/src/runs/journal.ts';
import { temporaryFolder } from '../../../support/fileStore.ts';
import { planOfLines } from '../../../support/mirrorResults.ts';

const { signal } = new AbortController();
const time = '2026-01-02T03:04:05.000Z';
const start: JournalEntry = { event: 'start', time, process: 7, command: 'mirror', asked: 'x' };
const image = (destination: string): JournalEntry => ({
  event: 'image',
  destination,
  digest: `sha256:${'a'.repeat(64)}`,
});

let base: string;
let folder: string;
beforeEach(() => {
  base = temporaryFolder();
  folder = runFolder(base, {
    name: 'redhat operator:index',
    parts: ['docker://reg.example.com/m', 'catalog', 'x'],
  });
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('the state of a run', () => {
  it('is in a folder of its own, by what is mirrored and where to', () => {
    expect(folder).toMatch(/\/mirror-runs\/redhat-operator-index-[0-9a-f]{8}$/);
    const other = runFolder(base, {
      name: 'redhat operator:index',
      parts: ['docker://reg.example.com/m', 'catalog', 'y'],
    });
    expect(other).not.toBe(folder);
    expect(dirname(other)).toBe(dirname(folder));
  });

  it('is empty before the first run, and whole after one', async () => {
    expect(await runFolders(base)).toEqual([]);
    expect(await readRun(folder)).toMatchObject({ plan: undefined, result: undefined, last: undefined });
    const plan = planOfLines(['quay.io/a/app:v1 -> reg.example.com/m/a-app:v1']);
    await holdRun(folder, signal, async (run) => {
      run.note(start);
      await run.keepPlan(plan);
      run.note({ event: 'planned', images: 1 });
      run.note(image('reg.example.com/m/a-app:v1'));
    });
    expect(readdirSync(folder).sort()).toEqual(['journal.jsonl', 'plan.json']);
    const { plan: kept, proven, last } = await readRun(folder);
    expect(kept?.images.map(({ source }) => source)).toEqual(['quay.io/a/app:v1']);
    expect([...proven.keys()]).toEqual(['reg.example.com/m/a-app:v1']);
    expect(last).toMatchObject({ asked: 'x', isPlanned: true, hasEnded: false });
    expect(await runFolders(base)).toEqual([folder]);
  });

  it('goes on behind a line that a killed run left in part', async () => {
    await holdRun(folder, signal, async (run) => run.note(image('reg.example.com/m/a:v1')));
    appendFileSync(join(folder, 'journal.jsonl'), '{"event":"image","destination":"reg.exam');
    await holdRun(folder, signal, async (run) => run.note(image('reg.example.com/m/b:v1')));
    expect([...(await readRun(folder)).proven.keys()]).toEqual([
      'reg.example.com/m/a:v1',
      'reg.example.com/m/b:v1',
    ]);
    expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n')).toHaveLength(4);
  });

  it('keeps a second run out, which says whose it is', async () => {
    await holdRun(folder, signal, async (run) => {
      run.note(start);
      await expect(holdRun(folder, signal, async () => {})).rejects.toMatchObject({
        code: 'locked',
        message: `another run of this command is at work in ${folder}: process 7, since ${time}`,
      });
    });
    expect(await holdRun(folder, signal, async () => 'free')).toBe('free');
  });

  it('shows machines that cannot see its process that it goes on', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await holdRun(folder, signal, async () => {
        const lock = join(folder, 'lock');
        const long = new Date(Date.now() - 60_000);
        utimesSync(lock, long, long);
        vi.advanceTimersByTime(5_000);
        expect(statSync(lock).mtimeMs).toBeGreaterThan(long.getTime() + 30_000);
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it('takes the folder of a run that was killed, and what it left on the way', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, '.operator-mirror-00000000-1-1-0123456789abcdef.tmp'), 'half');
    const old = new Date(Date.now() - 48 * 60 * 60 * 1000);
    utimesSync(join(folder, '.operator-mirror-00000000-1-1-0123456789abcdef.tmp'), old, old);
    await holdRun(folder, signal, async () => {});
    expect(readdirSync(folder)).toEqual(['journal.jsonl']);
  });

  it('proves nothing where it is no journal', async () => {
    mkdirSync(join(folder, 'journal.jsonl'), { recursive: true });
    expect((await readRun(folder)).proven.size).toBe(0);
  });
});
