import { dirname, resolve } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { digestOf, verified } from '../../content/contentDigest.ts';
import { freeSpace } from '../../disk/freeSpace.ts';
import { ownTemporaryName, removeLeftTemporaries } from '../../disk/ownTemporary.ts';
import { layoutIndexIn } from '../../stores/ociLayoutIndex.ts';
import { LayoutNames } from '../../stores/ociLayoutNames.ts';
import { type Parts, StoreFiles } from '../../stores/storeFiles.ts';
import { headOf, type Piece, padded } from './archive.ts';
import type { OpenedArchive } from './openArchive.ts';
import type { ContentFile, NeededFile, PackEntry, SameFile, StateFile, TagLink } from './packContents.ts';
import { indexPath, markPath } from './packPath.ts';
import { VolumeReader } from './volumes.ts';

export interface UnpackRequest extends OpenedArchive {
  /** The place on the disk, which is made where it is not there. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Told how many bytes of the archive are done with. */
  readonly onBytes: (done: number) => void;
}

/** What came of it. */
export interface Unpacked {
  readonly written: number;
  /** Files that were there already. */
  readonly there: number;
  /** Bytes of what was written. */
  readonly bytes: number;
}

/**
 * Writes what an archive carries into a place on the disk. Nothing is written before it is sure that all is there that the archive builds
 * on, and that there is room. Content gets its name once it is whole and has its digest, names of images come last; so after an end in the
 * middle the same call goes on, and what is there already is left alone.
 *
 * @throws UserError `lacking` where an earlier archive was not unpacked there, `unwritable`, `damaged`; the signal's reason
 */
export async function unpackArchive(request: UnpackRequest): Promise<Unpacked> {
  return new Unpacking(request).run();
}

const habits = { mode: 0o644, temporaryName: ownTemporaryName };

class Unpacking {
  readonly #request: UnpackRequest;
  readonly #files: StoreFiles;
  readonly #reader: VolumeReader;
  readonly #cleaned = new Set<string>();
  #written = 0;
  #there = 0;
  #bytes = 0;

  constructor(request: UnpackRequest) {
    this.#request = request;
    this.#files = new StoreFiles(resolve(request.folder), habits);
    this.#reader = new VolumeReader(request.volumes);
  }

  async run(): Promise<Unpacked> {
    const { archive, onBytes, signal } = this.#request;
    await this.#requireNeeded(archive.contents.needed);
    await this.#requireRoom(archive.contents.entries);
    try {
      for (const piece of archive.pieces) {
        signal.throwIfAborted();
        if (piece.entry !== undefined) await this.#place(piece, piece.entry);
        onBytes(piece.start + piece.headSize + padded(piece.size));
      }
    } finally {
      await this.#reader.close();
    }
    onBytes(archive.size);
    return { written: this.#written, there: this.#there, bytes: this.#bytes };
  }

  async #place(piece: Piece, entry: PackEntry): Promise<void> {
    if (entry.kind !== 'state' && (await this.#isThere(entry))) {
      this.#there++;
      return;
    }
    await this.#requireHead(piece, entry);
    await this.#clean(entry);
    switch (entry.kind) {
      case 'content':
        await this.#writeContent(piece, entry);
        break;
      case 'same':
        await this.#duplicate(entry);
        break;
      case 'tag':
        await this.#files.link(...placeOf(entry.path), entry.target);
        break;
      case 'state':
        await this.#writeState(piece, entry);
    }
    this.#written++;
    this.#bytes += piece.size;
  }

  async #isThere(entry: ContentFile | SameFile | TagLink): Promise<boolean> {
    switch (entry.kind) {
      case 'content':
        return (await this.#sizeOf(entry.path)) === entry.size;
      case 'same': {
        const size = await this.#sizeOf(entry.path);
        return size !== undefined && size === (await this.#sizeOf(entry.as));
      }
      case 'tag':
        // It may be another image's now.
        return false;
    }
  }

  async #sizeOf(path: string): Promise<number | undefined> {
    return (await this.#files.find(path.split('/')))?.size;
  }

  async #writeContent(piece: Piece, entry: ContentFile): Promise<void> {
    const [folder, name] = placeOf(entry.path);
    try {
      const content = verified(this.#contentOf(piece), entry, entry.path);
      await this.#files.write(folder, name, content, entry.digest);
    } catch (error) {
      const isWrong = error instanceof UserError && error.code === 'digestMismatch';
      throw isWrong ? this.#damaged(piece, entry) : error;
    }
  }

  async #duplicate(entry: SameFile): Promise<void> {
    const original = await this.#files.find(entry.as.split('/'));
    if (original === undefined) throw lacking([entry.as]);
    await this.#files.duplicate(original, ...placeOf(entry.path));
  }

  async #writeState(piece: Piece, entry: StateFile): Promise<void> {
    const content = await this.#reader.read(contentStart(piece), piece.size, this.#request.signal);
    if (digestOf(content) !== entry.digest) throw this.#damaged(piece, entry);
    if (entry.path === indexPath) await this.#addNames(piece, entry, content);
    // What marks a folder as a layout is written with its first name.
    else if (entry.path !== markPath) await this.#files.write(...placeOf(entry.path), [content]);
  }

  /** Names that others have written there stay, and images without a name are there by their digests only. */
  async #addNames(piece: Piece, entry: StateFile, content: Buffer): Promise<void> {
    const index = layoutIndexIn(content);
    if (index === undefined) throw this.#damaged(piece, entry);
    const named = index.images.filter(({ name }) => name !== '');
    await new LayoutNames(this.#files).add(named, this.#request.signal);
  }

  #contentOf(piece: Piece): AsyncGenerator<Buffer> {
    return this.#reader.bytes(contentStart(piece), piece.size, this.#request.signal);
  }

  async #requireHead(piece: Piece, entry: PackEntry): Promise<void> {
    const head = await this.#reader.read(piece.start, piece.headSize, this.#request.signal);
    if (!head.equals(await headOf(piece))) throw this.#damaged(piece, entry);
  }

  /** Removes, once for each folder, what runs that were killed have left. */
  async #clean(entry: PackEntry): Promise<void> {
    const folder = dirname(entry.path);
    if (this.#cleaned.has(folder)) return;
    this.#cleaned.add(folder);
    const path = folder === '.' ? this.#files.root : await this.#files.resolve(folder.split('/'));
    if (path !== undefined) await removeLeftTemporaries(path);
  }

  async #requireNeeded(needed: readonly NeededFile[]): Promise<void> {
    const absent: string[] = [];
    for (const { path, size } of needed) {
      this.#request.signal.throwIfAborted();
      if ((await this.#sizeOf(path)) !== size) absent.push(path);
    }
    if (absent.length > 0) throw lacking(absent);
  }

  async #requireRoom(entries: readonly PackEntry[]): Promise<void> {
    let bytes = 0;
    for (const entry of entries) {
      if (entry.kind === 'content' && !(await this.#isThere(entry))) bytes += entry.size;
    }
    const free = await freeSpace(this.#files.root);
    if (free === undefined || free >= bytes) return;
    throw new UserError(
      'unwritable',
      t('{0} has {1} bytes free, and the archive has {2} more', this.#files.root, free, bytes),
      { nextStep: t('free some space, or name a folder on another disk with --dir') },
    );
  }

  #damaged(piece: Piece, entry: PackEntry): UserError {
    const volumes = this.#reader.holding(piece.start, piece.headSize + padded(piece.size));
    const [volume] = volumes;
    return new UserError(
      'damaged',
      volumes.length === 1
        ? t('{0} is damaged: {1} in it is not what was packed', volume?.path ?? '', entry.path)
        : t(
            '{0} or a volume after it is damaged: {1} is not what was packed',
            volume?.path ?? '',
            entry.path,
          ),
      {
        nextStep: t(
          'find the volume with sha256sum --check and the .sha256 file, bring it again and unpack again: what is there is kept',
        ),
      },
    );
  }
}

function contentStart({ start, headSize }: Piece): number {
  return start + headSize;
}

function placeOf(path: string): [folder: Parts, name: string] {
  const parts = path.split('/');
  return [parts.slice(0, -1), parts.at(-1) ?? ''];
}

function lacking(paths: readonly string[]): UserError {
  const [first = ''] = paths;
  return new UserError(
    'lacking',
    paths.length === 1
      ? t('This archive builds on {0}, which is not there', first)
      : t('This archive builds on {0} files that are not there, such as {1}', paths.length, first),
    { nextStep: t('unpack the archives before it first, into the same folder; nothing was written') },
  );
}
