import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { DiskError, isAbsent } from './diskError.ts';
import { ownTemporaryName } from './ownTemporary.ts';
import { hasEnded, processName, processNameGrammar } from './processName.ts';

/** A lock that somebody has. */
export interface HeldLock {
  /** False once somebody else took it for left behind, as may happen to a process that was halted for long. */
  isHeld(): boolean;
  /**
   * Shows those who cannot see this process that it is still there: for a lock that is held for longer than milliseconds, to be
   * called every few seconds.
   */
  touch(): void;
}

/** Milliseconds between two touches of a lock that is held for long. */
export const touchEvery = 5_000;

/** Milliseconds for which somebody waits for a lock that is held for milliseconds. */
const usualPatience = 60_000;
/** Milliseconds after which the lock of a process that nobody here can see counts as left behind. */
const foreignPatience = 30_000;
/** Bytes that no lock exceeds. */
const longest = 200;
/** Milliseconds that a lock may be there without its owner's name in it. */
const namelessPatience = 5_000;

/**
 * Runs something that only one process, and only one task of it, may do at a time: a file at `path` is there meanwhile. What a
 * killed process left is taken over at once, and what is left of one on another machine after a while.
 *
 * @throws DiskError `locked` where somebody has held it all the while; the signal's reason; what the operating system says
 */
export async function withLock<Result>(
  path: string,
  task: (lock: HeldLock) => Promise<Result>,
  signal: AbortSignal,
  patience = usualPatience,
): Promise<Result> {
  const mine = `${processName()} ${randomBytes(8).toString('hex')}`;
  const end = performance.now() + patience;
  while (!taken(path, mine)) {
    signal.throwIfAborted();
    if (removeLeftLock(path)) continue;
    if (performance.now() > end) {
      throw new DiskError('locked', t('another run has it'), (name) =>
        t('{0}: another run has been writing it for {1} seconds', name, Math.round(patience / 1000)),
      );
    }
    await sleep(2 + Math.random() * 8, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
  const isHeld = () => contentOf(path)?.text === mine;
  const touch = () => {
    const now = new Date();
    if (isHeld()) utimesSync(path, now, now);
  };
  try {
    return await task({ isHeld, touch });
  } finally {
    if (isHeld()) rmSync(path, { force: true });
  }
}

/** Takes a lock that nobody has. It gets its name when its owner's is in it, so that a process that is killed meanwhile leaves none that is nobody's. */
function taken(path: string, mine: string): boolean {
  if (contentOf(path) !== undefined) return false;
  const fresh = join(dirname(path), ownTemporaryName());
  try {
    writeFileSync(fresh, mine, { flag: 'wx', mode: 0o644 });
    return linked(fresh, path) ?? written(path, mine);
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** Undefined where the file system has no links, as those of USB sticks. */
function linked(fresh: string, path: string): boolean | undefined {
  try {
    linkSync(fresh, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) return undefined;
    throw error;
  }
}

function written(path: string, mine: string): boolean {
  try {
    writeFileSync(path, mine, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    // A full disk has room for a name and none for what is in it.
    if (contentOf(path)?.text === '' && ['ENOSPC', 'EDQUOT'].includes(codeOf(error))) rmSync(path);
    throw error;
  }
}

/** Removes a lock that nobody holds any more. True when there is none by now: then it is worth trying again at once. */
export function removeLeftLock(path: string): boolean {
  const found = contentOf(path);
  if (found === undefined) return true;
  const { text } = found;
  if (!isLeft(found)) return false;
  const aside = join(dirname(path), ownTemporaryName());
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isAbsent(error)) return true;
    throw error;
  }
  try {
    // Somebody else was quicker, and it is his that was moved.
    if (contentOf(aside)?.text !== text) linkSync(aside, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
  return true;
}

/** Whether somebody holds a lock now. Nothing is changed. Of a process that nobody here can see this takes a while to tell. */
export function isLocked(path: string): boolean {
  const found = contentOf(path);
  return found !== undefined && !isLeft(found);
}

function isLeft({ text, untouched }: LockContent): boolean {
  const owner = ownerIn.exec(text)?.[1];
  return owner === undefined ? untouched > namelessPatience : hasEnded(owner, untouched, foreignPatience);
}

/** What is in a lock, and the milliseconds since somebody touched it. */
interface LockContent {
  readonly text: string;
  readonly untouched: number;
}

const ownerIn = new RegExp(`^(${processNameGrammar}) `);

function contentOf(path: string): LockContent | undefined {
  try {
    const info = lstatSync(path);
    // Anything else that has the name is no lock of ours, and reading it might wait for ever.
    const isOurs = info.isFile() && info.size <= longest;
    return { text: isOurs ? readFileSync(path, 'latin1') : '', untouched: Date.now() - info.mtimeMs };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
