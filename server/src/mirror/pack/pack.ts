import { basename, join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { digestOf, verified } from '../../content/contentDigest.ts';
import { DiskError } from '../../disk/diskError.ts';
import { type OpenedFile, openRegularFile } from '../../disk/openFile.ts';
import { writeStream } from '../../disk/writeStream.ts';
import { damaged, reading, writing } from '../../stores/storeErrors.ts';
import { type Archive, headOf, type Piece, padded } from './archive.ts';
import { checksumsPath, readChecksums, writeChecksums } from './checksums.ts';
import type { ContentFile } from './packContents.ts';
import { sizeOfFile, type Volume, writeVolume } from './volumes.ts';

/** What is to be packed. */
export interface PackRequest {
  readonly archive: Archive;
  /** The place on the disk: what the paths of the archive begin at. Links that lead out of it are not followed. */
  readonly folder: string;
  /** What the files hold that say what the place holds, by their paths in the archive. */
  readonly states: ReadonlyMap<string, Buffer>;
  readonly volumes: readonly Volume[];
  /** The path that the names of all files of the archive begin with. */
  readonly base: string;
  readonly signal: AbortSignal;
  /** Told how many bytes of the archive there are by now. */
  readonly onBytes: (done: number) => void;
}

/** The file with the list of contents of an archive, which `pack --since` takes. */
export function contentsPath(base: string): string {
  return `${base}.json`;
}

/** A volume that is there. */
export interface PackedVolume {
  readonly path: string;
  readonly size: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
  /** False for one that an earlier run had written. */
  readonly isNew: boolean;
}

/**
 * Writes the volumes of an archive. What is read is held to its digest, so that nothing damaged is carried. A volume has its name and its
 * line in the list of checksums once it is whole: after an end in the middle the same call goes on with the next one.
 *
 * @throws UserError `damaged` for content that is not what its name says, `unwritable`; the signal's reason
 */
export async function writeArchive(request: PackRequest): Promise<PackedVolume[]> {
  const { archive, volumes, base, signal, onBytes } = request;
  const path = checksumsPath(base);
  const known = await readChecksums(path);
  const sums = new Map([[basename(contentsPath(base)), digestOf(archive.text).slice('sha256:'.length)]]);
  await writing(contentsPath(base), () => writeStream(contentsPath(base), [archive.text]));
  const packed: PackedVolume[] = [];
  let bytes: ChunkReader | undefined;
  for (const volume of volumes) {
    signal.throwIfAborted();
    const { path: file, start, size } = volume;
    const name = basename(file);
    const before = known.get(name);
    const isNew = before === undefined || (await sizeOfFile(file)) !== size;
    if (isNew) bytes ??= new ChunkReader(archiveBytes(request, start));
    else bytes = undefined;
    const sha256 =
      bytes === undefined
        ? (before ?? '')
        : await writeVolume(
            volume,
            bytes.take(size, (taken) => onBytes(start + taken)),
          );
    sums.set(name, sha256);
    packed.push({ path: file, size, sha256, isNew });
    if (isNew) await writeChecksums(path, sums);
  }
  onBytes(archive.size);
  return packed;
}

/** The bytes of an archive from one of them on. */
async function* archiveBytes(
  request: PackRequest,
  from: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { pieces, size } = request.archive;
  let end = 0;
  for (const piece of pieces) {
    end = piece.start + piece.headSize + padded(piece.size);
    if (end <= from) continue;
    let at = piece.start;
    // From its beginning, also where a part of it is in an earlier volume: content is held to its digest as a whole.
    for await (const chunk of pieceBytes(request, piece)) {
      if (at + chunk.length > from) yield chunk.subarray(Math.max(from - at, 0));
      at += chunk.length;
    }
  }
  const start = Math.max(end, from);
  yield Buffer.alloc(size - start);
}

async function* pieceBytes(request: PackRequest, piece: Piece): AsyncGenerator<Uint8Array, void, undefined> {
  yield await headOf(piece);
  const { entry, size } = piece;
  if (entry === undefined) yield request.archive.text;
  else if (entry.kind === 'state') yield request.states.get(entry.path) ?? Buffer.alloc(0);
  else if (entry.kind === 'content') yield* contentBytes(request, entry);
  yield Buffer.alloc(padded(size) - size);
}

/** The bytes of a file, which fail at the end where they have another digest. */
async function* contentBytes(
  { folder, signal }: PackRequest,
  file: ContentFile,
): AsyncGenerator<Uint8Array, void, undefined> {
  const path = join(folder, file.path);
  const { handle, info } = await openedFile(path, folder);
  try {
    if (info.size !== file.size) {
      throw damaged(t('{0} has {1} bytes instead of {2}', path, info.size, file.size));
    }
    const stream = handle.createReadStream({ autoClose: false, highWaterMark: chunkSize, signal });
    yield* verified(stream, file, path);
  } catch (error) {
    const isWrong = error instanceof UserError && error.code === 'digestMismatch';
    if (isWrong) throw damaged(t('{0} is damaged: its content has another digest', path), error);
    throw signal.aborted ? error : await reading(path, () => Promise.reject(error));
  } finally {
    await handle.close();
  }
}

async function openedFile(path: string, folder: string): Promise<OpenedFile> {
  try {
    return await reading(path, () => openRegularFile(path, { inside: [folder] }));
  } catch (error) {
    throw error instanceof DiskError ? damaged(error.ofFile(path), error) : error;
  }
}

/** Bytes that are read from the disk at once. */
const chunkSize = 256 * 1024;

/** Takes chunks apart for who needs so many bytes, and then so many more. */
class ChunkReader {
  readonly #chunks: AsyncGenerator<Uint8Array, void, undefined>;
  #left: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncGenerator<Uint8Array, void, undefined>) {
    this.#chunks = chunks;
  }

  async *take(size: number, onTaken: (bytes: number) => void): AsyncGenerator<Uint8Array, void, undefined> {
    let taken = 0;
    while (taken < size) {
      if (this.#left.length === 0) {
        const next = await this.#chunks.next();
        if (next.done === true) throw new Error('an archive ended before its last volume was full');
        this.#left = next.value;
      }
      const chunk = this.#left.subarray(0, size - taken);
      this.#left = this.#left.subarray(chunk.length);
      taken += chunk.length;
      onTaken(taken);
      yield chunk;
    }
  }
}
