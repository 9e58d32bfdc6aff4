import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from '../../../server/src/disk/lockFile.ts';
import { ownTemporaryName, removeLeftTemporaries } from '../../../server/src/disk/ownTemporary.ts';
import { hasEnded, processName } from '../../../server/src/disk/processName.ts';
import { endedProcess } from '../../support/endedProcess.ts';
import { temporaryFolder } from '../../support/fileStore.ts';

const never = new AbortController().signal;

let folder: string;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a process', () => {
  it('has a name by which others can tell whether it has ended', () => {
    expect(hasEnded(processName(), 1e9, 1)).toBe(false);
    expect(hasEnded(endedProcess(), 0, 1e9)).toBe(true);
    // Another one may have got its number.
    const [machine, pid, start] = processName().split('-');
    expect(hasEnded(`${machine}-${pid}-${Number(start) + 1}`, 0, 1e9)).toBe(process.platform === 'linux');
    expect(hasEnded(`00000000-${pid}-${start}`, 99, 100)).toBe(false);
    expect(hasEnded(`00000000-${pid}-${start}`, 101, 100)).toBe(true);
  });
});

describe('a lock', () => {
  it('lets one task at a time do its work', async () => {
    let inside = 0;
    let most = 0;
    const task = async () => {
      most = Math.max(most, ++inside);
      await sleep(1);
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => withLock(path, task, never)));
    expect(most).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is free again after a task that failed', async () => {
    const wrong = new Error('wrong');
    await expect(withLock(path, () => Promise.reject(wrong), never)).rejects.toBe(wrong);
    expect(await withLock(path, async ({ isHeld }) => isHeld(), never)).toBe(true);
  });

  it('is taken over from a process that was killed, at once', async () => {
    writeFileSync(path, `${endedProcess()} 0123456789abcdef`);
    const start = performance.now();
    const results = await Promise.all([1, 2, 3].map((n) => withLock(path, async () => n, never)));
    expect(results).toEqual([1, 2, 3]);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not there without its owner, where a process ends while it takes it', async () => {
    // What the system says to who may not write a byte is the moment between the file and what is in it.
    const file = join(import.meta.dirname, '../../../server/src/disk/lockFile.ts');
    const script = `import { withLock } from ${JSON.stringify(file)};
      await withLock(${JSON.stringify(path)}, async () => {}, new AbortController().signal);`;
    const command = 'ulimit -f 0; exec "$0" --input-type=module -e "$1"';
    const { status, stderr } = spawnSync('bash', ['-c', command, process.execPath, script]);
    expect(status).toBe(1);
    expect(String(stderr)).toContain('EFBIG');
    expect(await withLock(path, async () => 1, never, 0)).toBe(1);
    await removeLeftTemporaries(folder);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is waited for while its process lives, and then given up with a reason', async () => {
    writeFileSync(path, `${processName()} 0123456789abcdef`);
    await expect(withLock(path, async () => 1, never, 50)).rejects.toMatchObject({ code: 'locked' });
    const stop = new AbortController();
    const waiting = withLock(path, async () => 1, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    expect(readFileSync(path, 'utf8')).toContain('0123456789abcdef');
  });

  it.each(['', 'nonsense'])('without an owner is left behind once it is old: %j', async (text) => {
    writeFileSync(path, text);
    await expect(withLock(path, async () => 1, never, 50)).rejects.toMatchObject({ code: 'locked' });
    const old = Date.now() / 1000 - 10;
    utimesSync(path, old, old);
    expect(await withLock(path, async () => 1, never, 50)).toBe(1);
  });

  it('is no link or pipe that somebody put there', async () => {
    const theirs = join(folder, 'theirs');
    writeFileSync(theirs, 'theirs');
    symlinkSync(theirs, path);
    await expect(withLock(path, async () => 1, never, 50)).rejects.toMatchObject({ code: 'locked' });
    rmSync(path);
    execFileSync('mkfifo', [path]);
    await expect(withLock(path, async () => 1, never, 50)).rejects.toMatchObject({ code: 'locked' });
    expect(readFileSync(theirs, 'utf8')).toBe('theirs');
  });
});

describe('temporary files', () => {
  it('of processes that have ended are removed, and no others', async () => {
    const living = spawn('sleep', ['60']);
    try {
      await once(living, 'spawn');
      const [machine] = processName().split('-');
      const nameOf = (owner: string) => `.operator-mirror-${owner}-0123456789abcdef.tmp`;
      const kept = [
        ownTemporaryName(),
        nameOf(`${machine}-${living.pid}-0`),
        nameOf('00000000-1-1'),
        'a.tmp',
      ];
      for (const name of [...kept, nameOf(endedProcess())]) writeFileSync(join(folder, name), '');
      await removeLeftTemporaries(folder);
      expect(readdirSync(folder).sort()).toEqual(kept.sort());
      const old = Date.now() / 1000 - 2 * 24 * 60 * 60;
      utimesSync(join(folder, nameOf('00000000-1-1')), old, old);
      await removeLeftTemporaries(folder);
      expect(existsSync(join(folder, nameOf('00000000-1-1')))).toBe(false);
      await removeLeftTemporaries(join(folder, 'none'));
    } finally {
      living.kill();
    }
  });
});
