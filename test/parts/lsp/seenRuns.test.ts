import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GrowingFile } from '../../../server/src/disk/growingFile.ts';
import { RunWatch } from '../../../server/src/lsp/runWatch.ts';
import { SeenRuns } from '../../../server/src/lsp/seenRuns.ts';
import { holdRun } from '../../../server/src/mirror/run/runState.ts';
import type { RunNews } from '../../../server/src/protocol/runs.ts';
import { stateOf } from '../../../server/src/runs/seenRun.ts';
import { endedProcess } from '../../support/endedProcess.ts';
import { temporaryFolder } from '../../support/fileStore.ts';
import { broughtTo, failedAs, journalOf, plannedFor, startOf } from '../../support/mirrorRuns.ts';

const { signal } = new AbortController();
const time = '2026-01-02T03:04:05.000Z';
const later = '2026-01-02T04:04:05.000Z';
const destination = 'docker://mirror.example.com:8443/olm';
const begun = [startOf(time), plannedFor(3, destination)];
const end = { event: 'end', time: later, complete: true } as const;

let top: string;
let base: string;
let folder: string;
let journal: string;
beforeEach(() => {
  top = temporaryFolder();
  base = join(top, 'a/b');
  folder = join(base, 'mirror-runs/imageset-0123abcd');
  journal = join(folder, 'journal.jsonl');
  mkdirSync(folder, { recursive: true });
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

const places = (isTrusted = true, others: string[] = []) => ({ folders: [top], others, isTrusted });

async function seen(isTrusted = true, others: string[] = []) {
  const runs = new SeenRuns();
  await runs.find(places(isTrusted, others));
  await runs.look();
  return runs;
}

describe('the mirror runs of a workspace', () => {
  it('are found in its folders, and what they did is known', async () => {
    writeFileSync(journal, journalOf([...begun, failedAs('a'), end]));
    const [run] = (await seen()).all;
    expect(run).toMatchObject({ folder, isAlive: false, record: { failed: 1 } });
    expect(run && stateOf(run)).toBe('done');
  });

  it('go on while their process is there, with how far they are, and have stopped once it is gone', async () => {
    const runs = new SeenRuns();
    await runs.find(places());
    const progress = { done: 1, total: 3, bytes: 5, rate: 5 };
    await holdRun(folder, signal, async (run) => {
      for (const entry of begun) run.note(entry);
      run.keepProgress(progress);
      expect(await runs.look()).toMatchObject({ changed: [{ isAlive: true, progress }], isListNew: true });
      expect(runs.isAnyAlive).toBe(true);
      expect(await runs.look()).toEqual({ changed: [], isListNew: false });
      run.note(broughtTo('r/a:v1'));
      expect(await runs.look()).toMatchObject({ changed: [{ record: { brought: 1 } }], isListNew: false });
    });
    expect(await runs.look()).toMatchObject({ changed: [{ isAlive: false }], isListNew: false });
    expect(runs.all.map(stateOf)).toEqual(['stopped']);
  });

  it('have stopped where a killed process left its lock and half a line', async () => {
    writeFileSync(journal, `${journalOf([...begun, broughtTo('r/a:v1')])}{"event":"image","dest`);
    writeFileSync(join(folder, 'lock'), `${endedProcess()} 0123456789abcdef`);
    const runs = await seen();
    expect(runs.all).toMatchObject([{ isAlive: false, record: { brought: 1 } }]);
    expect(runs.all.map(stateOf)).toEqual(['stopped']);
    // Nothing is taken away from whoever runs it again.
    expect(existsSync(join(folder, 'lock'))).toBe(true);
  });

  it('are read again from the start where a journal is another one, also of the same length', async () => {
    writeFileSync(journal, journalOf([...begun, broughtTo('r/a:v1')]));
    const runs = await seen();
    writeFileSync(join(top, 'new'), journalOf([startOf(later), plannedFor(3, destination), failedAs('x')]));
    renameSync(join(top, 'new'), journal);
    expect(await runs.look()).toMatchObject({
      changed: [{ record: { time: later, brought: 0, failed: 1 } }],
    });
    const { size } = statSync(journal);
    const same = journalOf([startOf(time), plannedFor(4, destination)]).padEnd(size + 40, ' ');
    writeFileSync(journal, same);
    expect(await runs.look()).toMatchObject({ changed: [{ record: { time, failed: 0 } }] });
  });

  it('come and go', async () => {
    const runs = await seen();
    expect(runs.all).toEqual([]);
    writeFileSync(journal, journalOf(begun));
    expect(await runs.look()).toMatchObject({ isListNew: true });
    expect(runs.get(folder)).toBeDefined();
    rmSync(folder, { recursive: true });
    expect(await runs.look()).toEqual({ changed: [], isListNew: true });
    expect(runs.get(folder)).toBeUndefined();
  });

  it('are found where something came, also where only the folder above is told of', async () => {
    rmSync(top, { recursive: true });
    mkdirSync(top);
    const runs = await seen();
    mkdirSync(folder, { recursive: true });
    writeFileSync(journal, journalOf(begun));
    await runs.look();
    expect(runs.all).toEqual([]);
    await runs.findAt([join(top, 'file'), join(top, 'a'), '/elsewhere/mirror-runs/x']);
    await runs.look();
    expect(runs.all).toMatchObject([{ folder }]);
  });

  it('are none where there is no file to read', async () => {
    execFileSync('mkfifo', [journal]);
    mkdirSync(join(base, 'mirror-runs/other-0123abcd/journal.jsonl'), { recursive: true });
    expect((await seen()).all).toEqual([]);
  });

  it('are not looked for outside of a workspace without trust, wherever links lead', async () => {
    const outside = temporaryFolder();
    try {
      const other = join(outside, 'mirror-runs/x-0123abcd');
      mkdirSync(other, { recursive: true });
      writeFileSync(join(other, 'journal.jsonl'), journalOf(begun));
      symlinkSync(join(other, 'journal.jsonl'), journal);
      symlinkSync(outside, join(top, 'link'));
      expect((await seen(false, [outside])).all).toEqual([]);
      const found = (await seen(true, [outside])).all.map((run) => run.folder);
      expect(found.sort()).toEqual([folder, other].sort());
    } finally {
      rmSync(outside, { recursive: true, force: true });
    }
  });
});

describe('a file that grows', () => {
  it('is read from where it was left', async () => {
    const path = join(top, 'file');
    writeFileSync(path, 'x'.repeat(300_000));
    const file = new GrowingFile(path, undefined);
    const pieces: number[] = [];
    let restarts = 0;
    const read = () =>
      file.read(
        1_000_000,
        (piece) => pieces.push(piece.length),
        () => restarts++,
      );
    expect(await read()).toBe(true);
    appendFileSync(path, 'y'.repeat(70));
    expect(await read()).toBe(true);
    expect(await read()).toBe(false);
    expect(pieces).toEqual([262_144, 37_856, 70]);
    expect(restarts).toBe(1);
    appendFileSync(path, 'z'.repeat(800_000));
    await read();
    expect(pieces.reduce((sum, length) => sum + length, 0)).toBe(1_000_000);
  });
});

describe('the watch over mirror runs', () => {
  it('tells of a run that begins, goes on and ends, once somebody has asked', async () => {
    const news: RunNews[] = [];
    const watch = new RunWatch(
      () => ({ folders: [top], isTrusted: true }),
      (one) => news.push(one),
    );
    try {
      expect(await watch.list([], false)).toEqual([]);
      await holdRun(folder, signal, async (run) => {
        for (const entry of begun) run.note(entry);
        watch.heard([join(folder, 'lock')]);
        await vi.waitFor(() => expect(news).toMatchObject([{ isListNew: true }]), { timeout: 10_000 });
        run.note(failedAs('a'));
        await vi.waitFor(() => expect(news.length).toBeGreaterThan(1), { timeout: 10_000 });
        run.note({ ...end, complete: false });
      });
      await vi.waitFor(() => expect(news.at(-1)?.changed).toMatchObject([{ state: 'incomplete' }]), {
        timeout: 10_000,
      });
      expect(await watch.list([], false)).toMatchObject([{ run: folder, state: 'incomplete' }]);
    } finally {
      watch.close();
    }
  });
});
