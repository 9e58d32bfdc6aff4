import { UserError } from '../../base/errors.ts';
import type { ImageStore } from '../../stores/imageStore.ts';
import { BlobMover } from './blobMover.ts';
import type { Listener } from './events.ts';
import { Newcomers } from './newcomers.ts';
import { Once } from './once.ts';
import { Scheduler } from './scheduler.ts';
import { at } from './sides.ts';

export interface RunOptions {
  /** How many blobs are moved at the same time at most, over all images of the run. */
  readonly parallelLayers: number;
  readonly signal: AbortSignal;
  readonly listener: Listener;
}

/** What the copies of one run share, so that none of them moves what another one moves or has moved. */
export class CopyRun {
  readonly signal: AbortSignal;
  readonly listener: Listener;
  readonly scheduler: Scheduler;
  readonly blobs: BlobMover;
  /** Manifests whose content is on its way, by repository and digest. */
  readonly manifests = new Once();
  /** Whether images need to be asked for before they are brought. */
  readonly newcomers = new Newcomers();
  #turns = 0;
  /** Places that have no room any more, and how they said so. */
  readonly #full = new Map<string, UserError>();
  /** Blobs that are being written, by place. */
  readonly #writes = new Map<string, Set<Promise<unknown>>>();

  constructor({ parallelLayers, signal, listener }: RunOptions) {
    this.signal = signal;
    this.listener = listener;
    this.scheduler = new Scheduler(parallelLayers, signal);
    this.blobs = new BlobMover(this);
  }

  /** Numbers the images of the run in the order in which they begin. */
  nextTurn(): number {
    return this.#turns++;
  }

  /**
   * Writes a blob to a destination. Once its disk is full no more of them are written there, so that the run ends with the one error
   * that tells, and what is left of the disk is not filled with beginnings.
   */
  async write<Result>(to: ImageStore, task: () => Promise<Result>): Promise<Result> {
    const before = this.#full.get(to.place);
    if (before !== undefined) throw before;
    const writing = at('destination', task);
    const writes = this.#writes.get(to.place) ?? new Set();
    this.#writes.set(to.place, writes.add(writing));
    try {
      return await writing;
    } catch (error) {
      throw this.#known(to, error);
    } finally {
      writes.delete(writing);
    }
  }

  /**
   * Writes the manifest or the names of what is there whole. That takes next to no room: where there is none because blobs of other
   * images fill the disk meanwhile, it is tried once more when these have failed and left it.
   */
  async writeManifest<Result>(to: ImageStore, task: () => Promise<Result>): Promise<Result> {
    try {
      return await at('destination', task);
    } catch (error) {
      const known = this.#known(to, error);
      const writes = [...(this.#writes.get(to.place) ?? [])];
      if (!isFull(error) || (writes.length === 0 && known === error)) throw known;
      await Promise.allSettled(writes);
    }
    try {
      return await at('destination', task);
    } catch (error) {
      throw this.#known(to, error);
    }
  }

  /** The error, or the first one of a place where it says the same: that the disk is full. */
  #known(to: ImageStore, error: unknown): unknown {
    if (!isFull(error)) return error;
    const first = this.#full.get(to.place) ?? error;
    this.#full.set(to.place, first);
    return first;
  }
}

function isFull(error: unknown): error is UserError {
  return error instanceof UserError && error.code === 'diskFull';
}
