import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Bytes that this process may still write to the disk on which a folder is or will be; undefined where nobody can say. */
export async function freeSpace(folder: string): Promise<number | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      if (path === dirname(path)) return undefined;
    }
  }
}
