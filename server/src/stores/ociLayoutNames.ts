import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { DiskError } from '../disk/diskError.ts';
import { removeLeftLock, withLock } from '../disk/lockFile.ts';
import { folderSynced } from '../disk/syncFolder.ts';
import {
  firstByName,
  type LayoutIndex,
  LayoutIndexFile,
  largestIndex,
  nameAnnotation,
  tooLongIndex,
} from './ociLayoutIndex.ts';
import { writing } from './storeErrors.ts';
import type { StoreFiles } from './storeFiles.ts';

/** Milliseconds. */
const longestPause = 2000;

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
  readonly #pauseFor: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  #waiting: NewName[] = [];
  /**
   * Milliseconds until names are written; what more come meanwhile are written with them. All of the file is written each time, which
   * takes the longer the more images are in it: a quarter of the time is spent on that at most.
   */
  #pause = 0;
  /** Ends the pause under way. */
  #wake = () => {};
  #isHurried = false;
  /** The write that those who wait will be part of. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param files the layout's
   * @param pause waits for so many milliseconds; rejects when its signal fires
   */
  constructor(
    files: StoreFiles,
    pause: (milliseconds: number, signal: AbortSignal) => Promise<void> = pauseFor,
  ) {
    this.#files = files;
    this.#pauseFor = pause;
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
        // What is whole when a run is stopped gets its names still.
        await this.#paused(signal);
        this.#next = undefined;
        const batch = this.#waiting;
        this.#waiting = [];
        const began = performance.now();
        await this.#write(batch, signal);
        this.#pause = Math.min(longestPause, 3 * (performance.now() - began));
      };
      this.#next = this.#last.then(write);
      this.#last = this.#next.catch(() => {});
    }
    await this.#next;
  }

  /** Whether nothing but names is waited for, so that they are written at once. */
  set isHurried(isHurried: boolean) {
    this.#isHurried = isHurried;
    if (isHurried) this.#wake();
  }

  async #paused(signal: AbortSignal): Promise<void> {
    if (this.#isHurried) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await this.#pauseFor(this.#pause, AbortSignal.any([signal, woken.signal])).catch(() => {});
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
    const algorithms = new Set(names.map(({ descriptor }) => descriptor.digest.split(':')[0] ?? ''));
    await this.#files.settle(...[...algorithms].map((algorithm) => ['blobs', algorithm]));
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
    const named = withNames(index, names);
    const { bytes } = named;
    if (index?.bytes.equals(bytes) === true) return true;
    if (bytes.length > largestIndex) throw tooLongIndex(this.#file.path);
    if (!isHeld()) {
      throw new UserError('unwritable', t('{0} is being written by another run', this.#file.path), {
        nextStep: t('wait for the other run to end, then run this again'),
      });
    }
    const identity = await this.#files.replace([], 'index.json', bytes, index?.bytes);
    if (identity === undefined) return false;
    await this.#file.written(named, identity);
    await folderSynced(this.#files.root);
    return true;
  }

  /** Writes what tells that the folder is a layout, where it does not tell yet. */
  async #mark(): Promise<void> {
    if ((await this.#files.find(['oci-layout'])) !== undefined) return;
    await this.#files.replace([], 'oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'), undefined);
  }
}

function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return sleep(milliseconds, undefined, { signal });
}

/** An `index.json` with names added; everything else in it stays as it is. */
function withNames(index: LayoutIndex | undefined, names: readonly NewName[]): LayoutIndex {
  const wanted = new Map(names.map((each) => [each.name, each.descriptor]));
  const keptImages = (index?.images ?? []).filter(({ name, descriptor: { digest } }) => {
    const other = name === '' ? undefined : wanted.get(name);
    return other === undefined || other.digest === digest;
  });
  const kept = (index?.json.manifests ?? []).filter((entry) => {
    const { name, digest } = nameAndDigest(entry);
    const descriptor = name === undefined ? undefined : wanted.get(name);
    if (name === undefined || descriptor === undefined) return true;
    if (descriptor.digest !== digest) return false;
    wanted.delete(name);
    return true;
  });
  const added = [...wanted].map(([name, { mediaType, digest, size }]) => ({
    name,
    descriptor: { mediaType, digest, size },
  }));
  const entries = added.map(({ name, descriptor }) => ({
    ...descriptor,
    annotations: { [nameAnnotation]: name },
  }));
  const { json: before = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json' } } =
    index ?? {};
  const json = { ...before, manifests: [...kept, ...entries] };
  const images = [...keptImages, ...added];
  const isLonger = kept.length === index?.json.manifests.length && entries.length > 0;
  const bytes =
    index !== undefined && isLonger && ownTexts.has(index.bytes)
      ? withEntries(index.bytes, entries, kept.length > 0)
      : Buffer.from(JSON.stringify(json));
  if (Object.keys(json).at(-1) === 'manifests') ownTexts.add(bytes);
  return { bytes, json, images, byName: firstByName(images) };
}

/** Texts that were made here, and end with the list of images. */
const ownTexts = new WeakSet<Buffer>();
const ownEnd = ']}';

/** Such a text with more images. Made of the old one: the whole of 20,000 images is 8 MB, and is written every second. */
function withEntries(bytes: Buffer, entries: readonly object[], hasOthers: boolean): Buffer {
  const added = entries.map((entry) => JSON.stringify(entry)).join(',');
  const end = Buffer.from(`${hasOthers ? ',' : ''}${added}${ownEnd}`);
  return Buffer.concat([bytes.subarray(0, bytes.length - ownEnd.length), end]);
}

function nameAndDigest(entry: unknown): { readonly name?: string | undefined; readonly digest?: unknown } {
  const { annotations, digest } = entry as { annotations?: Record<string, unknown>; digest?: unknown };
  const name = annotations?.[nameAnnotation];
  return typeof name === 'string' ? { name, digest } : {};
}
