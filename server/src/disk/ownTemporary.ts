import { randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from './diskError.ts';
import { hasEnded, processName, processNameGrammar } from './processName.ts';

const hour = 60 * 60 * 1000;
/** Milliseconds after which a file of a process that nobody here can see counts as left behind. */
const foreignPatience = 24 * hour;
/** Milliseconds after which nobody is expected to go on with a part: a run that ended on Friday is started again on Monday. */
const partPatience = 7 * 24 * hour;

const grammar = new RegExp(
  `^\\.operator-mirror-(${processNameGrammar})-(?:[0-9a-f]{16}\\.tmp|((?:[a-z0-9]+[:-])?[0-9a-f]{64,128})\\.part)$`,
);

/** A name for a file that this process makes, and that gets another name or goes. */
export function ownTemporaryName(): string {
  return `.operator-mirror-${processName()}-${randomBytes(8).toString('hex')}.tmp`;
}

/**
 * The same for one that is worth going on with where this process leaves it.
 * @param whole the name that it gets when it is whole: its content's digest, or the hexadecimal digits of it
 */
export function ownPartName(whole: string): string {
  return `.operator-mirror-${processName()}-${whole}.part`;
}

/** The paths of such files in a folder whose processes have ended without removing them. A folder that is not there has none. */
export async function leftTemporaries(folder: string): Promise<string[]> {
  return (await leftFiles(folder)).map(({ path }) => path);
}

/**
 * Removes them, but for the parts that somebody may go on with.
 * @returns the paths of these, by the name that each gets when it is whole
 */
export async function removeLeftTemporaries(folder: string): Promise<ReadonlyMap<string, string>> {
  const parts = new Map<string, string>();
  for (const { path, whole, untouched } of await leftFiles(folder)) {
    const isOfUse = whole !== undefined && untouched < partPatience && !parts.has(whole);
    if (isOfUse && !(await isThere(join(folder, whole)))) parts.set(whole, path);
    else await rm(path, { force: true });
  }
  return parts;
}

interface LeftFile {
  readonly path: string;
  /** The name that a part gets when it is whole. */
  readonly whole: string | undefined;
  /** Milliseconds since somebody wrote to it. */
  readonly untouched: number;
}

async function leftFiles(folder: string): Promise<LeftFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const left: LeftFile[] = [];
  for (const name of names) {
    const [, owner, whole] = grammar.exec(name) ?? [];
    if (owner === undefined) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found === undefined) continue;
    const untouched = Date.now() - found.mtimeMs;
    if (hasEnded(owner, untouched, foreignPatience)) left.push({ path, whole, untouched });
  }
  return left;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
