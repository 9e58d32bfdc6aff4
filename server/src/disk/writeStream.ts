import { open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownTemporaryName } from './ownTemporary.ts';
import { syncFolder } from './syncFolder.ts';

/**
 * Writes a file that is too large for memory. It has its name, also in place of another file, once it is whole and on the disk; whatever
 * happens before leaves nothing under it.
 *
 * @returns how many bytes it has
 * @throws what `content` throws, and what the operating system says
 */
export async function writeStream(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  mode = 0o644,
): Promise<number> {
  const temporary = join(dirname(path), ownTemporaryName());
  let size = 0;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      for await (const chunk of content) {
        await handle.writeFile(chunk);
        size += chunk.length;
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    syncFolder(dirname(path));
  } finally {
    await rm(temporary, { force: true });
  }
  return size;
}
