import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, renameSync, rmSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codeOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { copyAttributes } from './attributes.ts';
import { DiskError } from './diskError.ts';
import { type OpenedFile, openRegularFile } from './openFile.ts';
import { overwrite } from './overwrite.ts';
import { holds } from './syncBytes.ts';
import { syncFolder } from './syncFolder.ts';

/** What a file is to become. */
export interface Replacement {
  /** The bytes that the new content was made from: only while the file holds exactly these is it replaced. */
  readonly expected: Buffer;
  readonly content: Buffer;
  /** See `OpenRules.inside`. */
  readonly inside?: readonly string[] | undefined;
  /** The mode from now on; what it was, where left out. */
  readonly mode?: number;
}

/**
 * Replaces the content of a file that is there. Owner, group, mode, extended attributes (access lists and security
 * labels among them) and hard links stay. A link stays one. A full disk, or an end of this process at any moment,
 * leaves the old content: under its own name, or beside it as `.operator-mirror-*.tmp`.
 *
 * A save of somebody else at the same moment is not lost, whether it writes the file or puts another one in its place:
 * the old file is moved aside, looked at, and the new one gets the name only if nobody has taken it meanwhile; what was
 * written to the old file until then is put back. For those microseconds the name is not there. What remains: a program
 * that has had the file open all the while and writes to it later still writes to the old file, as after any save by
 * renaming. A file with several hard links, or with attributes that cannot be carried to another file, is written in
 * place instead; see `overwrite` for what that promises.
 *
 * @throws DiskError `changed`, `notAFile`, `outside`; what the operating system says. The file is then as it was, or as
 * somebody else has just saved it.
 */
export async function replaceFile(
  path: string,
  { expected, content, inside, mode }: Replacement,
): Promise<void> {
  const file = await openRegularFile(path, { inside, write: true });
  try {
    if (!holds(file.handle.fd, expected)) throw changed();
    const names = namesBeside(file.path);
    const prepared = await prepare(file, content, names, mode);
    if (prepared === undefined) {
      await overwrite(file, expected, content);
      if (mode !== undefined) await file.handle.chmod(mode);
    } else {
      swap(file, expected, prepared, names);
    }
  } finally {
    await file.handle.close();
  }
}

export function changed(): DiskError {
  return new DiskError('changed', t('it has changed since it was read'));
}

interface Names {
  readonly folder: string;
  /** Of the new content, until it gets the file's name. */
  readonly fresh: string;
  /** Of the old file, while nobody knows yet whether it may go. */
  readonly aside: string;
}

function namesBeside(path: string): Names {
  const folder = dirname(path);
  const stem = join(folder, `.operator-mirror-${randomBytes(6).toString('hex')}`);
  return { folder, fresh: `${stem}-new.tmp`, aside: `${stem}-old.tmp` };
}

/** The new content in a file of its own that has all attributes of the old one. Undefined where that cannot be had. */
async function prepare(
  { path, info }: OpenedFile,
  content: Buffer,
  { fresh, aside }: Names,
  mode: number | undefined,
): Promise<Stats | undefined> {
  if (info.nlink > 1) return undefined;
  try {
    const handle = await open(fresh, 'wx+', 0o600);
    try {
      const copied = await copyAttributes(path, fresh);
      const copy = await handle.stat();
      if (!copied || copy.uid !== info.uid || copy.gid !== info.gid || copy.mode !== info.mode)
        return discard(fresh);
      await handle.writeFile(content);
      if (mode !== undefined) await handle.chmod(mode);
      await handle.sync();
      // The file system must know hard links: they give a name only if it is free.
      linkSync(fresh, aside);
      rmSync(aside);
      return await handle.stat();
    } finally {
      await handle.close();
    }
  } catch (error) {
    discard(fresh);
    // Where no other file can be made, the file itself may still be written; not where there is no room for it.
    if (['ENOSPC', 'EDQUOT', 'EIO'].includes(codeOf(error))) throw error;
    return undefined;
  }
}

function discard(path: string): undefined {
  rmSync(path, { force: true });
}

/** Nothing of this waits, so that as little as possible can happen in between. */
function swap({ handle, path, info }: OpenedFile, expected: Buffer, fresh: Stats, names: Names): void {
  try {
    renameSync(path, names.aside);
  } catch (error) {
    discard(names.fresh);
    throw error;
  }
  if (!isSame(lstatSync(names.aside), info) || !holds(handle.fd, expected)) {
    discard(names.fresh);
    putBack(names.aside, path);
    throw changed();
  }
  try {
    linkSync(names.fresh, path);
  } catch (error) {
    discard(names.fresh);
    // Somebody has saved under the name: then that counts, and what was aside is what they replaced.
    if (codeOf(error) === 'EEXIST') {
      if (holds(handle.fd, expected)) rmSync(names.aside);
      throw changed();
    }
    putBack(names.aside, path);
    throw error;
  }
  rmSync(names.fresh);
  if (!holds(handle.fd, expected)) {
    // Somebody who had the file open before has written to it: that save counts.
    if (isSame(lstatSync(path, { throwIfNoEntry: false }), fresh)) renameSync(names.aside, path);
    throw changed();
  }
  rmSync(names.aside);
  syncFolder(names.folder);
}

/** Gives a file its name again, unless somebody has taken the name meanwhile. */
function putBack(aside: string, path: string): void {
  try {
    linkSync(aside, path);
    rmSync(aside);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') renameSync(aside, path);
  }
}

function isSame(a: Stats | undefined, b: Stats): boolean {
  return a !== undefined && a.dev === b.dev && a.ino === b.ino;
}
