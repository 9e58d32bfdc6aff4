import { randomBytes } from 'node:crypto';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsent } from './diskError.ts';
import { hasEnded, processName, processNameGrammar } from './processName.ts';

/** Milliseconds after which a file of a process that nobody here can see counts as left behind. */
const foreignPatience = 24 * 60 * 60 * 1000;

const grammar = new RegExp(`^\\.operator-mirror-(${processNameGrammar})-[0-9a-f]{16}\\.tmp$`);

/** A name for a file that this process makes, and that gets another name or goes. */
export function ownTemporaryName(): string {
  return `.operator-mirror-${processName()}-${randomBytes(8).toString('hex')}.tmp`;
}

/** The paths of such files in a folder whose processes have ended without removing them. A folder that is not there has none. */
export async function leftTemporaries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const left: string[] = [];
  for (const name of names) {
    const owner = grammar.exec(name)?.[1];
    if (owner === undefined) continue;
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined && hasEnded(owner, Date.now() - found.mtimeMs, foreignPatience)) left.push(path);
  }
  return left;
}

/** Removes them. */
export async function removeLeftTemporaries(folder: string): Promise<void> {
  for (const path of await leftTemporaries(folder)) await rm(path, { force: true });
}
