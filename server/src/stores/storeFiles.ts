import { type BigIntStats, constants } from 'node:fs';
import {
  copyFile,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, UserError } from '../base/errors.ts';
import { concat, without } from '../content/byteStream.ts';
import { algorithmOf, digestMismatch, digestOfStream, verified } from '../content/contentDigest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { DiskError } from '../disk/diskError.ts';
import { isBelow, notAFile, openPlainFile } from '../disk/openFile.ts';
import { readHandle } from '../disk/readFile.ts';
import { renameOver } from '../disk/renameOver.ts';
import { folderSynced } from '../disk/syncFolder.ts';
import { writeGathered, writePieces } from '../disk/writeGathered.ts';
import type { OpenBlob } from './imageStore.ts';
import { damaged, isMissing, outside, reading, writing } from './storeErrors.ts';
import { identityOf, isKnownWhole, rememberWhole } from './wholeFiles.ts';

const folderMode = 0o755;
/** Bytes that are read from the disk at once. */
const chunkSize = 256 * 1024;
/** What file systems answer that have no links, or no more of them. */
const linkless = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EXDEV', 'EMLINK'];

/** Where something is, by the names of the folders below the store's and its own. */
export type Parts = readonly string[];

/** A file of a store that is there. */
export interface StoredFile {
  /** Without links. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** What it is and when it was written: equal while nobody writes to it, and for hard links of one file. */
  readonly identity: string;
}

/** A file of a store that is open. */
export interface OpenedFile extends Omit<StoredFile, 'path'> {
  readonly handle: FileHandle;
}

/** How a file gets its name. */
interface Placing {
  readonly giveName?: (temporary: string, path: string) => Promise<void> | void;
  /** Its name until it is whole, where that is not any. */
  readonly temporary?: string;
  /** Whether it is left there when an error ends the writing. */
  readonly isKept?: (error: unknown) => boolean;
}

/** How a blob is written that is worth going on with. */
export interface Resuming {
  /** The path of what is left of another try. */
  readonly left: string | undefined;
  /** Its name until it is whole. */
  readonly partName: string;
}

/** What stores differ in. */
export interface StoreHabits {
  /** Of the files that are written. */
  readonly mode: number;
  /** A name of its own for a file until it is whole. */
  readonly temporaryName: () => string;
}

/**
 * The files below the folder of a store. Nothing is read or written outside, wherever links lead; whatever is written
 * appears whole and under its name at once. After a loss of power a name may be missing, but no content is half.
 */
export class StoreFiles {
  /** The store's own folder. */
  readonly root: string;
  readonly #habits: StoreHabits;
  /** Folders without links, as they were when they were first asked for. */
  readonly #folders = new Map<string, string>();
  readonly #settled = new Set<string>();

  /** @param root the store's own folder, which is made with the first file */
  constructor(root: string, habits: StoreHabits) {
    this.root = root;
    this.#habits = habits;
  }

  /** As a person finds it. */
  pathOf(parts: Parts): string {
    return join(this.root, ...parts);
  }

  /** The path without links; undefined when nothing is there. @throws UserError when it is elsewhere */
  async resolve(parts: Parts): Promise<string | undefined> {
    const path = this.pathOf(parts);
    const real = await realpathOf(path);
    if (real === undefined) return undefined;
    const root = await realpathOf(this.root);
    if (root === undefined || !isBelow(real, root)) throw outside(path);
    return real;
  }

  /** Undefined when there is no such file. */
  async find(parts: Parts): Promise<StoredFile | undefined> {
    const folder = await this.#folderOf(parts);
    if (folder === undefined) return undefined;
    let path: string | undefined = join(folder, parts.at(-1) ?? '');
    let found = await reading(path, () => statusOf(path ?? ''));
    if (found?.isSymbolicLink() === true) {
      path = await this.resolve(parts);
      found = path === undefined ? undefined : await reading(path, () => statusOf(path ?? ''));
    }
    if (path === undefined || found === undefined) return undefined;
    if (!found.isFile()) throw damaged(notAFile(found).ofFile(this.pathOf(parts)));
    return { path, size: Number(found.size), identity: identityOf(found) };
  }

  /** Opens a file for reading; undefined when there is none. Whoever opens it closes it. */
  async open(parts: Parts): Promise<FileHandle | undefined> {
    return (await this.opened(parts))?.handle;
  }

  /** The bytes of a file; undefined when there is none, `'tooLong'` when they are more than `limit`. */
  async read(parts: Parts, limit: number): Promise<Buffer | 'tooLong' | undefined> {
    const opened = await this.opened(parts);
    if (opened === undefined) return undefined;
    const { handle, size } = opened;
    try {
      return await reading(this.pathOf(parts), () => readHandle(handle, { size }, limit));
    } catch (error) {
      if (error instanceof DiskError && error.code === 'tooLarge') return 'tooLong';
      throw error;
    } finally {
      await handle.close();
    }
  }

  /**
   * True when the file has the digest that it should have. Read whole once in the life of this process, for as
   * long as nothing writes to it; hard links are one file.
   */
  async isWhole(parts: Parts, digest: string, signal: AbortSignal): Promise<boolean> {
    const found = await this.find(parts);
    if (found === undefined) return false;
    if (isKnownWhole(found.identity, digest)) return true;
    const opened = await this.opened(parts);
    if (opened === undefined) return false;
    const { handle, identity } = opened;
    try {
      const actual = await reading(this.pathOf(parts), () =>
        digestOfStream(handle.createReadStream({ autoClose: false, signal }), algorithmOf(digest)),
      );
      if (actual !== digest) return false;
      rememberWhole(identity, digest);
      return true;
    } finally {
      await handle.close();
    }
  }

  /** As `open`, with what the file is. */
  async opened(parts: Parts): Promise<OpenedFile | undefined> {
    const found = await this.find(parts);
    if (found === undefined) return undefined;
    try {
      const { handle, info } = await reading(found.path, () => openPlainFile(found.path));
      return { handle, size: Number(info.size), identity: identityOf(info) };
    } catch (error) {
      throw error instanceof DiskError ? damaged(error.ofFile(this.pathOf(parts)), error) : error;
    }
  }

  /** Writes a file, and forgets it again should `content` fail. The content has been held to `digest`. */
  async write(
    folder: Parts,
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    digest?: string,
  ): Promise<void> {
    const make = async (temporary: string, path: string) => {
      await this.#fill(temporary, path, content, digest);
    };
    await this.#place(folder, name, make);
  }

  /**
   * Writes a blob as `write` does, and goes on with the beginning of it that is left of another try. Wrong bytes there are found, and
   * everything is written anew. What there is of it when its source fails, or the process ends, stays for the next try.
   */
  async writeOn(
    folder: Parts,
    name: string,
    blob: Descriptor,
    openBlob: OpenBlob,
    { left, partName }: Resuming,
  ): Promise<void> {
    const place = this.pathOf([...folder, name]);
    let begun = left;
    const make = async (temporary: string, path: string) => {
      if (begun !== undefined) {
        // Another process may have taken it first.
        const has = await rename(begun, temporary).then(
          () => true,
          () => false,
        );
        begun = undefined;
        if (has && (await this.#fillOn(temporary, path, blob, openBlob, place))) return;
      }
      await this.#fill(temporary, path, verified(await openBlob(), blob, place), blob.digest);
    };
    await this.#place(folder, name, make, { temporary: partName, isKept: isOfUse });
  }

  /** Writes the rest of a file. False, and the file is gone, when its beginning was not that of the blob. */
  async #fillOn(
    temporary: string,
    path: string,
    blob: Descriptor,
    openBlob: OpenBlob,
    place: string,
  ): Promise<boolean> {
    try {
      const { size } = await stat(temporary);
      if (size > blob.size) throw digestMismatch(place, blob.digest, '');
      const beginning = (await open(temporary)).createReadStream({ highWaterMark: chunkSize });
      const all = size === blob.size ? beginning : concat(beginning, () => openBlob(size));
      await this.#fill(temporary, path, without(verified(all, blob, place), size), blob.digest, 'a');
      return true;
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'digestMismatch') throw error;
      await rm(temporary, { force: true });
      return false;
    }
  }

  /**
   * Writes a file in the place of another one, in one step.
   * @param expected what the name has until then; undefined expects that there is no such file
   * @returns the identity of the new file; undefined, and nothing has happened, where the name has other content by then
   */
  async replace(
    folder: Parts,
    name: string,
    content: Buffer,
    expected: Buffer | undefined,
  ): Promise<string | undefined> {
    let identity: string | undefined;
    const make = async (temporary: string, path: string) => {
      identity = await this.#fill(temporary, path, [content]);
    };
    await this.#place(folder, name, make, {
      giveName: (temporary, path) => {
        if (!renameOver(temporary, path, expected)) identity = undefined;
      },
    });
    return identity;
  }

  /**
   * Sees to it that what was written into folders is there under its names after a loss of power. To be called when all of an image is
   * there, and before anybody is told so.
   */
  async settle(...folders: readonly Parts[]): Promise<void> {
    const waiting = new Set(folders.map((parts) => this.pathOf(parts)));
    for (const parts of folders) {
      // The folders on the way there are new once.
      for (let depth = parts.length - 1; depth >= 0; depth--) {
        const path = this.pathOf(parts.slice(0, depth));
        if (!this.#settled.has(path)) waiting.add(path);
      }
    }
    await Promise.all([...waiting].map(folderSynced));
    for (const path of waiting) this.#settled.add(path);
  }

  /** @returns the identity of the file that was written */
  async #fill(
    temporary: string,
    path: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    digest?: string,
    flags: 'wx' | 'a' = 'wx',
  ): Promise<string> {
    const handle = await writing(path, () => open(temporary, flags, this.#habits.mode));
    try {
      await writeGathered(content, (pieces) => writing(path, () => writePieces(handle, pieces)));
      await writing(path, () => handle.sync());
      const identity = identityOf(await handle.stat({ bigint: true }));
      if (digest !== undefined) rememberWhole(identity, digest);
      return identity;
    } finally {
      await handle.close();
    }
  }

  /** Gives a file another name, as a hard link where there are such, else as a copy. */
  async duplicate(from: StoredFile, folder: Parts, name: string): Promise<void> {
    await this.#place(
      folder,
      name,
      (temporary, path) =>
        writing(path, async () => {
          try {
            await link(from.path, temporary);
          } catch (error) {
            if (!linkless.includes(codeOf(error))) throw error;
            await copyFile(from.path, temporary, constants.COPYFILE_EXCL);
            await synced(temporary);
          }
        }),
      {
        giveName: async (temporary, path) => {
          await rename(temporary, path);
          // Between two names of the same file that does nothing.
          await rm(temporary, { force: true });
        },
      },
    );
  }

  /** Makes a symbolic link to a neighbour, or a file with the neighbour's name where there are none. */
  async link(folder: Parts, name: string, target: string): Promise<void> {
    await this.#place(folder, name, (temporary, path) =>
      writing(path, async () => {
        try {
          await symlink(target, temporary);
        } catch (error) {
          if (!linkless.includes(codeOf(error))) throw error;
          await writeFile(temporary, target, { flag: 'wx', mode: this.#habits.mode });
          await synced(temporary);
        }
      }),
    );
  }

  /** Lets `make` make something under a name of its own, and then gives it its name in one step. */
  async #place(
    parts: Parts,
    name: string,
    make: (temporary: string, path: string) => Promise<void>,
    { giveName = rename, temporary: ownName, isKept = () => false }: Placing = {},
  ): Promise<void> {
    const folder = await this.#madeFolder(parts);
    const path = this.pathOf([...parts, name]);
    const temporary = join(folder, ownName ?? this.#habits.temporaryName());
    try {
      await make(temporary, path);
      await writing(path, async () => giveName(temporary, join(folder, name)));
    } catch (error) {
      if (!isKept(error)) await rm(temporary, { force: true });
      throw error;
    }
  }

  /** The folder of a file without links; undefined when it is not there. */
  async #folderOf(parts: Parts): Promise<string | undefined> {
    const folder = parts.slice(0, -1);
    const key = folder.join('/');
    const known = this.#folders.get(key);
    if (known !== undefined) return known;
    const found = folder.length === 0 ? await realpathOf(this.root) : await this.resolve(folder);
    if (found !== undefined) this.#folders.set(key, found);
    return found;
  }

  /** A folder without links, which is made where it is missing. */
  async #madeFolder(parts: Parts): Promise<string> {
    const key = parts.join('/');
    const known = this.#folders.get(key);
    // Somebody may have taken it away.
    if (known !== undefined && (await statusOf(known))?.isDirectory() === true) return known;
    const folder = await this.#makeFolder(parts);
    this.#folders.set(key, folder);
    return folder;
  }

  async #makeFolder(parts: Parts): Promise<string> {
    return writing(this.pathOf(parts), async () => {
      await mkdir(this.root, { recursive: true, mode: folderMode });
      const root = await realpath(this.root);
      let folder = root;
      for (const [index, part] of parts.entries()) {
        await mkdir(join(folder, part), { mode: folderMode }).catch((error: unknown) => {
          if (codeOf(error) !== 'EEXIST') throw error;
        });
        folder = await realpath(join(folder, part));
        if (!isBelow(folder, root)) throw outside(this.pathOf(parts.slice(0, index + 1)));
      }
      return folder;
    });
  }
}

/** True for an error after which the bytes that were written are still right, and have room. */
function isOfUse(error: unknown): boolean {
  return !(error instanceof UserError) || !['digestMismatch', 'unwritable', 'diskFull'].includes(error.code);
}

/** What is at a path itself, be it a link; undefined when there is nothing. */
async function statusOf(path: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function realpathOf(path: string): Promise<string | undefined> {
  return reading(path, async () => {
    try {
      return await realpath(path);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  });
}

async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
