import { rm } from 'node:fs/promises';
import { verified } from '../content/contentDigest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { ownPartName, removeLeftTemporaries } from '../disk/ownTemporary.ts';
import type { OpenBlob } from './imageStore.ts';
import type { Parts, StoreFiles } from './storeFiles.ts';

/** Bytes of a blob of which the beginning is worth keeping. */
const worthKeeping = 1024 * 1024;

/**
 * Writes blobs into folders of a store. Of large ones the beginning stays where a source fails or the process ends, and whoever writes
 * the blob next goes on with it, in this run or in a later one.
 */
export class BlobWriter {
  readonly #files: StoreFiles;
  readonly #folders: readonly Parts[];
  /** What is left of blobs that were not written to their ends, or may be, by their names. */
  #left: Promise<Map<string, string>> | undefined;

  /** @param folders in which this store, and nobody else, writes files under `ownTemporary` names */
  constructor(files: StoreFiles, folders: readonly Parts[]) {
    this.#files = files;
    this.#folders = folders;
  }

  /** Removes, once, what runs that were killed have left, but for the beginnings of blobs. Never fails. */
  async clean(): Promise<void> {
    await this.#clean();
  }

  /** Writes a blob as a file, verified. @throws UserError as `StoreFiles.write`; what `openBlob` throws; the signal's reason */
  async write(
    folder: Parts,
    name: string,
    blob: Descriptor,
    openBlob: OpenBlob,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await this.#write(folder, name, blob, stoppedBy(signal, openBlob));
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  }

  async #write(folder: Parts, name: string, blob: Descriptor, open: OpenBlob): Promise<void> {
    const left = await this.#clean();
    const place = this.#files.pathOf([...folder, name]);
    if (blob.size < worthKeeping) {
      await this.#files.write(folder, name, verified(await open(), blob, place), blob.digest);
      return;
    }
    const partName = ownPartName(name);
    const last = left.get(name);
    left.set(name, this.#files.pathOf([...folder, partName]));
    await this.#files.writeOn(folder, name, blob, open, { left: last, partName });
  }

  /** Removes what is left of a blob that has come another way. */
  async forget(name: string): Promise<void> {
    const left = await this.#clean();
    const path = left.get(name);
    left.delete(name);
    if (path !== undefined) await rm(path, { force: true });
  }

  #clean(): Promise<Map<string, string>> {
    // It does no harm where it cannot be removed, and whatever is written says itself what is wrong with the folder.
    this.#left ??= this.#removeLeft().catch(() => new Map());
    return this.#left;
  }

  async #removeLeft(): Promise<Map<string, string>> {
    const left = new Map<string, string>();
    for (const parts of this.#folders) {
      const folder = parts.length === 0 ? this.#files.root : await this.#files.resolve(parts);
      if (folder === undefined) continue;
      for (const [name, path] of await removeLeftTemporaries(folder)) left.set(name, path);
    }
    return left;
  }
}

/** Opens streams that end when the signal fires, whatever they come from. */
function stoppedBy(signal: AbortSignal, open: OpenBlob): OpenBlob {
  return async (offset) => {
    const stream = await open(offset);
    const stop = () => stream.destroy(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    stream.once('close', () => signal.removeEventListener('abort', stop));
    return stream;
  };
}
