import { randomBytes } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../base/errors.ts';
import { changed } from './replaceFile.ts';

/**
 * Makes a file that is not there, whole at once, and never over one that somebody else has made meanwhile.
 * @param mode of the file, from its first moment on
 * @throws DiskError `changed` when there is a file by now; what the operating system says
 */
export async function createFile(path: string, content: Buffer, mode: number): Promise<void> {
  const fresh = join(dirname(path), `.operator-mirror-${randomBytes(6).toString('hex')}-new.tmp`);
  try {
    const file = await open(fresh, 'wx', mode);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(fresh, path).catch(async (error: unknown) => {
      if (codeOf(error) === 'EEXIST') throw changed();
      // File systems without hard links: made in place, if it is still not there.
      const file = await open(path, 'wx', mode);
      try {
        await file.writeFile(content);
      } finally {
        await file.close();
      }
    });
  } finally {
    await rm(fresh, { force: true });
  }
}
