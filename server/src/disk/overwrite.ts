import { randomBytes } from 'node:crypto';
import { fsyncSync, ftruncateSync, lstatSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { DiskError } from './diskError.ts';
import type { OpenedFile } from './openFile.ts';
import { holds, writeAll } from './syncBytes.ts';

/**
 * Writes new content into a file, which so stays the same file with all its names and attributes. The old content is
 * kept in a file of its own meanwhile, and what is longer is written first, so that a full disk refuses before a byte of
 * the old content is touched; whatever fails later puts the old content back.
 *
 * It is not one step: who reads in these microseconds may see a mixture, and a save in place by somebody else in them
 * may mix with ours. That is seen, and the old content is then kept under the name that the error says.
 *
 * @throws DiskError `changed`; what the operating system says, and then the file is as it was
 */
export async function overwrite(
  { handle, path, info }: OpenedFile,
  expected: Buffer,
  content: Buffer,
): Promise<void> {
  const { fd } = handle;
  const saved = await saveCopy(path, expected);
  let keep = false;
  try {
    const isStill = () => {
      const now = lstatSync(path, { throwIfNoEntry: false });
      return now !== undefined && now.dev === info.dev && now.ino === info.ino;
    };
    if (!isStill() || !holds(fd, expected))
      throw new DiskError('changed', t('it has changed since it was read'));
    try {
      writeContent(fd, expected, content);
    } catch (error) {
      keep = !restored(fd, expected);
      if (!keep) throw error;
      throw new DiskError(
        'changed',
        t('writing it failed halfway ({0}); what it was is in {1}', codeOf(error), saved),
      );
    }
    if (!isStill()) throw new DiskError('changed', t('it has changed since it was read'));
    if (!holds(fd, content)) {
      keep = true;
      throw new DiskError(
        'changed',
        t('it was written by something else at the same time; what it was is in {0}', saved),
      );
    }
  } finally {
    if (!keep) rmSync(saved, { force: true });
  }
}

function writeContent(fd: number, expected: Buffer, content: Buffer): void {
  if (content.length > expected.length) {
    writeAll(fd, content.subarray(expected.length), expected.length);
    fsyncSync(fd);
  }
  writeAll(fd, content.subarray(0, expected.length), 0);
  ftruncateSync(fd, content.length);
  fsyncSync(fd);
}

function restored(fd: number, expected: Buffer): boolean {
  try {
    writeAll(fd, expected, 0);
    ftruncateSync(fd, expected.length);
    fsyncSync(fd);
    return true;
  } catch {
    return false;
  }
}

/** Beside the file, or where that folder takes no new files, where the system keeps temporary ones. */
async function saveCopy(path: string, bytes: Buffer): Promise<string> {
  const name = `.operator-mirror-${randomBytes(6).toString('hex')}-old.tmp`;
  try {
    return await write(join(dirname(path), name), bytes);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error))) throw error;
    return write(join(tmpdir(), name), bytes);
  }
}

async function write(path: string, bytes: Buffer): Promise<string> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
    return path;
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
