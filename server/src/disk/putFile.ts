import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownTemporaryName } from './ownTemporary.ts';
import { syncFolder } from './syncFolder.ts';

/**
 * Writes a file that a program keeps for itself, in place of what has the name: whoever opens it finds the old content or the new
 * one, at every moment and after a loss of power. Files of a person are for `replaceFile`.
 *
 * @throws what the operating system says
 */
export async function putFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const ready = join(folder, ownTemporaryName());
  try {
    const file = await open(ready, 'wx', 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(ready, path);
  } finally {
    await rm(ready, { force: true });
  }
  syncFolder(folder);
}

/**
 * The same at once and without waiting until it is on the disk: for what is written again in a second. After a loss of power it may
 * be empty.
 *
 * @throws what the operating system says
 */
export function putFileNow(path: string, text: string): void {
  const ready = join(dirname(path), ownTemporaryName());
  try {
    writeFileSync(ready, text, { flag: 'wx', mode: 0o644 });
    renameSync(ready, path);
  } finally {
    rmSync(ready, { force: true });
  }
}
