import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { DiskError } from '../disk/diskError.ts';
import { removeLeftLock, withLock } from '../disk/lockFile.ts';
import { syncFolder } from '../disk/syncFolder.ts';
import {
  type LayoutIndex,
  LayoutIndexFile,
  largestIndex,
  nameAnnotation,
  tooLongIndex,
} from './ociLayoutIndex.ts';
import { writing } from './storeErrors.ts';
import type { StoreFiles } from './storeFiles.ts';

/** A name that an image is to have. */
export interface NewName {
  readonly name: string;
  readonly descriptor: Descriptor;
}

/**
 * The names of the images in a layout, which all stand in one file, its `index.json`. That file is replaced in one step, by one
 * writer at a time: tasks of this process wait for each other and write together, and processes wait for each other by a lock.
 * Other tools know nothing of the lock, so that what they have written meanwhile is read again before anything is written.
 */
export class LayoutNames {
  readonly #files: StoreFiles;
  readonly #file: LayoutIndexFile;
  #waiting: NewName[] = [];
  /** The write that those who wait will be part of. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param files the layout's */
  constructor(files: StoreFiles) {
    this.#files = files;
    this.#file = new LayoutIndexFile(files.root);
  }

  /** The digest that has a name; undefined also where there is no layout. */
  async digestOf(name: string): Promise<string | undefined> {
    return (await this.#file.read())?.byName.get(name)?.descriptor.digest;
  }

  /** All names, sorted; undefined where there is no layout. */
  async all(): Promise<readonly string[] | undefined> {
    const index = await this.#file.read();
    return index && [...index.byName.keys()].filter((name) => name !== '').sort();
  }

  /** Gives names to images that are there whole. A name that was another image's is this one's then. */
  async add(names: readonly NewName[], signal: AbortSignal): Promise<void> {
    this.#waiting.push(...names);
    if (this.#next === undefined) {
      const write = async () => {
        this.#next = undefined;
        const batch = this.#waiting;
        this.#waiting = [];
        await this.#write(batch, signal);
      };
      this.#next = this.#last.then(write);
      this.#last = this.#next.catch(() => {});
    }
    await this.#next;
  }

  removeLeftLock(): void {
    removeLeftLock(this.#lockPath);
  }

  get #lockPath(): string {
    return join(this.#files.root, '.operator-mirror.lock');
  }

  async #write(names: readonly NewName[], signal: AbortSignal): Promise<void> {
    const { path } = this.#file;
    // Names must not be there after a loss of power while what they name is not.
    for (const algorithm of new Set(names.map(({ descriptor }) => descriptor.digest.split(':')[0] ?? ''))) {
      syncFolder(this.#files.pathOf(['blobs', algorithm]));
    }
    try {
      await writing(path, () =>
        withLock(
          this.#lockPath,
          async (lock) => {
            while (!(await this.#writeOnce(names, lock.isHeld))) signal.throwIfAborted();
          },
          signal,
        ),
      );
    } catch (error) {
      const { cause } = error instanceof UserError ? error : {};
      if (!(cause instanceof DiskError)) throw error;
      throw new UserError('unwritable', cause.ofFile(path), {
        nextStep: t('wait for the other run to end, then run this again'),
        cause,
      });
    }
  }

  /** False where somebody else has written it meanwhile. */
  async #writeOnce(names: readonly NewName[], isHeld: () => boolean): Promise<boolean> {
    const index = await this.#file.read();
    await this.#mark();
    const content = Buffer.from(withNames(index, names));
    if (index?.bytes.equals(content) === true) return true;
    if (content.length > largestIndex) throw tooLongIndex(this.#file.path);
    if (!isHeld()) {
      throw new UserError('unwritable', t('{0} is being written by another run', this.#file.path), {
        nextStep: t('wait for the other run to end, then run this again'),
      });
    }
    if (!(await this.#files.replace([], 'index.json', content, index?.bytes))) return false;
    syncFolder(this.#files.root);
    return true;
  }

  /** Writes what tells that the folder is a layout, where it does not tell yet. */
  async #mark(): Promise<void> {
    if ((await this.#files.find(['oci-layout'])) !== undefined) return;
    await this.#files.replace([], 'oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'), undefined);
  }
}

/** The text of an `index.json` with names added; everything else in it stays as it is. */
function withNames(index: LayoutIndex | undefined, names: readonly NewName[]): string {
  const wanted = new Map(names.map((each) => [each.name, each.descriptor]));
  const kept = (index?.json.manifests ?? []).filter((entry) => {
    const { name, digest } = nameAndDigest(entry);
    const descriptor = name === undefined ? undefined : wanted.get(name);
    if (name === undefined || descriptor === undefined) return true;
    if (descriptor.digest !== digest) return false;
    wanted.delete(name);
    return true;
  });
  const added = [...wanted].map(([name, { mediaType, digest, size }]) => ({
    mediaType,
    digest,
    size,
    annotations: { [nameAnnotation]: name },
  }));
  const json = index?.json ?? { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json' };
  return JSON.stringify({ ...json, manifests: [...kept, ...added] });
}

function nameAndDigest(entry: unknown): { readonly name?: string | undefined; readonly digest?: unknown } {
  const { annotations, digest } = entry as { annotations?: Record<string, unknown>; digest?: unknown };
  const name = annotations?.[nameAnnotation];
  return typeof name === 'string' ? { name, digest } : {};
}
