import { type BigIntStats, constants, type Stats } from 'node:fs';
import { type FileHandle, open, readlink, realpath, stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { t } from '../base/sentences.ts';
import { DiskError } from './diskError.ts';

/** How a file may be opened. */
export interface OpenRules {
  /**
   * The folders that the user named: a link is followed while it stays in one of them. Undefined where somebody named
   * the very file, whose links lead wherever their owner wants.
   */
  readonly inside?: readonly string[] | undefined;
  /** To write it too. */
  readonly write?: boolean;
}

/** A regular file that is open. Whoever has it closes it. */
export interface OpenedFile {
  readonly handle: FileHandle;
  /** Without links. */
  readonly path: string;
  readonly info: Stats;
}

/** What a path must be opened with so that nothing waits: a pipe for its writer, a terminal for becoming ours. */
const patient = constants.O_NONBLOCK ?? 0;
const ownTerminal = constants.O_NOCTTY ?? 0;
export const unblocked = patient | ownTerminal;

/**
 * Opens a regular file, and nothing else: pipes, devices and sockets are refused without opening them, because to open
 * some of them does something already.
 *
 * @throws DiskError `notAFile`, `outside`, and what the operating system says
 */
export async function openRegularFile(path: string, { inside, write }: OpenRules = {}): Promise<OpenedFile> {
  const before = await stat(path);
  if (!before.isFile()) throw notAFile(before);
  const real = await realpath(path);
  const folders = inside === undefined ? undefined : await realFolders(inside);
  if (folders !== undefined) requireInside(real, folders);
  const access = write === true ? constants.O_RDWR : constants.O_RDONLY;
  const handle = await open(real, access | unblocked | (constants.O_NOFOLLOW ?? 0));
  try {
    const info = await handle.stat();
    if (!info.isFile()) throw notAFile(info);
    // A folder on the way may have become a link meanwhile; Linux tells where the file is that was opened.
    if (folders !== undefined) requireInside(await openedPath(handle, real), folders);
    return { handle, path: real, info };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Opens a file to read it where somebody has just seen a regular file, by a path without links: what has come there meanwhile is
 * refused. Whoever has it closes it.
 *
 * @throws DiskError `notAFile`; what the operating system says
 */
export async function openPlainFile(
  path: string,
): Promise<{ readonly handle: FileHandle; readonly info: BigIntStats }> {
  const handle = await open(path, constants.O_RDONLY | unblocked | (constants.O_NOFOLLOW ?? 0));
  try {
    const info = await handle.stat({ bigint: true });
    if (!info.isFile()) throw notAFile(info);
    return { handle, info };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Why what is there is no file that can be read or written. */
export function notAFile(info: Stats | BigIntStats): DiskError {
  if (info.isDirectory())
    return new DiskError('notAFile', t('it is a folder'), (path) => t('{0} is a folder', path));
  if (info.isFIFO())
    return new DiskError('notAFile', t('it is a pipe and no file'), (path) =>
      t('{0} is a pipe and no file', path),
    );
  if (info.isSocket())
    return new DiskError('notAFile', t('it is a socket and no file'), (path) =>
      t('{0} is a socket and no file', path),
    );
  return new DiskError('notAFile', t('it is a device and no file'), (path) =>
    t('{0} is a device and no file', path),
  );
}

/** True for what lies below a folder; both without links. */
export function isBelow(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(folder, way) === path;
}

async function realFolders(folders: readonly string[]): Promise<string[]> {
  return Promise.all(folders.map((folder) => realpath(folder).catch(() => resolve(folder))));
}

function requireInside(path: string, folders: readonly string[]): void {
  if (folders.some((folder) => isBelow(path, folder))) return;
  const [folder = ''] = folders;
  throw new DiskError('outside', t('it is a link that leads out of {0}', folder), (path) =>
    t('{0} is a link that leads out of {1}, so it was not read', path, folder),
  );
}

async function openedPath({ fd }: FileHandle, otherwise: string): Promise<string> {
  return process.platform === 'linux' ? readlink(`/proc/self/fd/${fd}`).catch(() => otherwise) : otherwise;
}
