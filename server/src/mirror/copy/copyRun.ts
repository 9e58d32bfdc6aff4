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
   * Writes to a destination. Once its disk is full nothing is written there any more, so that the run ends with the one error that
   * tells, and what is left of the disk is not filled with beginnings.
   */
  async write<Result>(to: ImageStore, task: () => Promise<Result>): Promise<Result> {
    const before = this.#full.get(to.place);
    if (before !== undefined) throw before;
    try {
      return await at('destination', task);
    } catch (error) {
      const isFull = error instanceof UserError && error.code === 'diskFull';
      if (!isFull) throw error;
      const first = this.#full.get(to.place) ?? error;
      this.#full.set(to.place, first);
      throw first;
    }
  }
}
