import { createHash } from 'node:crypto';
import { type FileHandle, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { isAbsent } from '../../disk/diskError.ts';
import { openRegularFile } from '../../disk/openFile.ts';
import { writeStream } from '../../disk/writeStream.ts';
import { reading, writing } from '../../stores/storeErrors.ts';

/** A volume of an archive, which is cut into such wherever one is full. `cat` puts them together again. */
export interface Volume {
  readonly path: string;
  /** From one on. */
  readonly number: number;
  /** Where its first byte is in the archive. */
  readonly start: number;
  readonly size: number;
}

/** The volumes of an archive with so many bytes. @param base the path that their names begin with */
export function volumesOf(base: string, size: number, volumeSize: number): Volume[] {
  const count = Math.ceil(size / volumeSize);
  return Array.from({ length: count }, (_, index) => {
    const start = index * volumeSize;
    const number = index + 1;
    return { path: volumePath(base, number), number, start, size: Math.min(volumeSize, size - start) };
  });
}

/** `BASE.tar.001`, as `split` and 7-Zip count. */
export function volumePath(base: string, number: number): string {
  return `${base}.tar.${String(number).padStart(3, '0')}`;
}

/** What the names of volumes begin with, and which one it is; undefined for other names. */
export function volumeNamed(path: string): { readonly base: string; readonly number: number } | undefined {
  const found = /^(.+)\.tar\.(\d{3,})$/.exec(basename(path));
  if (found === null) return undefined;
  return { base: join(dirname(path), found[1] ?? ''), number: Number(found[2]) };
}

/**
 * Writes a volume: it has its name once it is whole.
 * @returns its sha256, in hexadecimal digits
 */
export async function writeVolume({ path }: Volume, content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  async function* hashed() {
    for await (const chunk of content) {
      hash.update(chunk);
      yield chunk;
    }
  }
  await writing(path, () => writeStream(path, hashed()));
  return hash.digest('hex');
}

/** Reads an archive, wherever it is cut into volumes. Whoever makes one closes it. */
export class VolumeReader {
  readonly #volumes: readonly Volume[];
  #open: { readonly volume: Volume; readonly handle: FileHandle } | undefined;

  constructor(volumes: readonly Volume[]) {
    this.#volumes = volumes;
  }

  /** So many bytes from `start` on, in chunks that the reader may keep. @throws UserError `damaged` where they are not there */
  async *bytes(start: number, size: number, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
    let at = start;
    const end = start + size;
    while (at < end) {
      signal.throwIfAborted();
      const volume = this.#volumeAt(at);
      const handle = await this.#handleOf(volume);
      const most = Math.min(chunkSize, end - at, volume.start + volume.size - at);
      const chunk = Buffer.allocUnsafe(most);
      const { bytesRead } = await reading(volume.path, () => handle.read(chunk, 0, most, at - volume.start));
      if (bytesRead === 0) throw cutOff(volume);
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  }

  /** The same in one piece, for what is small. */
  async read(start: number, size: number, signal: AbortSignal): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.bytes(start, size, signal)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** The volumes in which some bytes are. */
  holding(start: number, size: number): readonly Volume[] {
    return this.#volumes.filter((each) => each.start < start + size && start < each.start + each.size);
  }

  async close(): Promise<void> {
    await this.#open?.handle.close();
    this.#open = undefined;
  }

  #volumeAt(at: number): Volume {
    const volume = this.#volumes.find(({ start, size }) => at >= start && at < start + size);
    if (volume === undefined) throw new Error(`no volume has byte ${at}`);
    return volume;
  }

  async #handleOf(volume: Volume): Promise<FileHandle> {
    if (this.#open?.volume !== volume) {
      await this.close();
      const { handle } = await reading(volume.path, () => openRegularFile(volume.path));
      this.#open = { volume, handle };
    }
    return this.#open.handle;
  }
}

const chunkSize = 256 * 1024;

/** Bytes of a file; undefined where there is none. */
export async function sizeOfFile(path: string): Promise<number | undefined> {
  return reading(path, async () => {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  });
}

function cutOff({ path, size }: Volume): UserError {
  return new UserError('damaged', t('{0} has less than the {1} bytes that it had', path, size), {
    nextStep: t('bring this volume again'),
  });
}
