import { type FileHandle, rm } from 'node:fs/promises';
import { digestOfStream } from '../content/contentDigest.ts';
import { reading, writing } from './storeErrors.ts';

/** What tells a file from others, and from itself after it was written to. */
interface FileState {
  /** Of the file, whichever of its hard links leads there. */
  readonly identity: string;
  /** Bytes. */
  readonly size: number;
  readonly modified: bigint;
}

/** Opens the file; undefined when there is none. Whoever opens it closes it. */
type Open = () => Promise<FileHandle | undefined>;

/** The file in which a store on disk has a blob or a manifest, for whoever wants to prove what is in it. */
export class ContentFile {
  /** As a person finds it. */
  readonly path: string;
  readonly #open: Open;
  readonly #found: FileState;

  private constructor(path: string, open: Open, found: FileState) {
    this.path = path;
    this.#open = open;
    this.#found = found;
  }

  /**
   * Undefined where there is no such file.
   * @param open as the store opens it, within its own folder
   */
  static async find(path: string, open: Open): Promise<ContentFile | undefined> {
    const found = await stateOf(path, open);
    return found && new ContentFile(path, open, found);
  }

  /** Bytes. */
  get size(): number {
    return this.#found.size;
  }

  /** Equal for hard links of one file. */
  get identity(): string {
    return this.#found.identity;
  }

  /**
   * Reads all of it; undefined when it has gone meanwhile.
   * @param algorithm one that `isVerifiable` knows
   * @param follow is told of bytes as they are read
   */
  async digest(
    algorithm: string,
    signal: AbortSignal,
    follow: (bytes: number) => void,
  ): Promise<string | undefined> {
    const handle = await this.#open();
    if (handle === undefined) return undefined;
    try {
      const stream = handle.createReadStream({ autoClose: false, signal, highWaterMark: 256 * 1024 });
      return await reading(this.path, () => digestOfStream(followed(stream, follow), algorithm));
    } finally {
      await handle.close();
    }
  }

  /** Removes the file. False, and nothing has happened, when it is not the one any more that was found. */
  async remove(): Promise<boolean> {
    const now = await stateOf(this.path, this.#open);
    const { identity, size, modified } = this.#found;
    if (now?.identity !== identity || now.size !== size || now.modified !== modified) return false;
    await writing(this.path, () => rm(this.path));
    return true;
  }
}

async function* followed(stream: AsyncIterable<Uint8Array>, follow: (bytes: number) => void) {
  for await (const chunk of stream) {
    follow(chunk.length);
    yield chunk;
  }
}

async function stateOf(path: string, open: Open): Promise<FileState | undefined> {
  const handle = await open();
  if (handle === undefined) return undefined;
  try {
    const { dev, ino, size, mtimeNs } = await reading(path, () => handle.stat({ bigint: true }));
    return { identity: `${dev} ${ino}`, size: Number(size), modified: mtimeNs };
  } finally {
    await handle.close();
  }
}
