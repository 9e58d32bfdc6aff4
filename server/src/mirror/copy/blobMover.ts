import { UserError } from '../../base/errors.ts';
import { markAsHeld } from '../../content/contentDigest.ts';
import type { Descriptor } from '../../content/descriptor.ts';
import { forwarded } from '../../content/forwardedStream.ts';
import type { BegunBlob, ImageSource, ImageStore, OpenBlob } from '../../stores/imageStore.ts';
import type { BlobOutcome, Listener } from './events.ts';
import { Once } from './once.ts';
import type { Scheduler } from './scheduler.ts';
import { at, lookUp, withSide } from './sides.ts';

/** What a mover needs of its run. */
export interface MoverRun {
  readonly scheduler: Scheduler;
  readonly signal: AbortSignal;
  readonly listener: Listener;
  /** Writes to a destination, or fails with what that has failed with for good. */
  write<Result>(to: ImageStore, task: () => Promise<Result>): Promise<Result>;
}

/** A blob that an image needs. */
export interface BlobWish {
  readonly blob: Descriptor;
  readonly from: ImageSource;
  readonly to: ImageStore;
  /** Of the image, as `Transfer.turn`. */
  readonly turn: number;
  /** Fires when nobody wants it any more: a transfer that has not begun then never does. */
  readonly wanted: AbortSignal;
}

/**
 * Brings blobs to repositories, each blob's bytes only once to a place however many images and repositories
 * there need it: whoever comes second waits for the first and takes the blob over from its repository.
 */
export class BlobMover {
  readonly #run: MoverRun;
  readonly #once = new Once();
  /** Blobs that a repository is known to have, by repository and digest. */
  readonly #present = new Set<string>();
  /** Those of them that this run brought there itself, byte by byte. */
  readonly #uploaded = new Set<string>();
  /** A repository that has the blob, by place and digest. */
  readonly #holders = new Map<string, ImageSource>();
  /** Transfers under way, by place and digest. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(run: MoverRun) {
    this.#run = run;
  }

  /**
   * Sees to it that the destination has the blob.
   * @throws UserError with its side
   */
  async bring(wish: BlobWish): Promise<BlobOutcome> {
    const key = blobKey(wish.to.name, wish.blob);
    if (this.#present.has(key)) return 'skipped';
    let outcome: BlobOutcome = 'skipped';
    await this.#once.run(key, async () => {
      outcome = await this.#bring(wish);
      this.#present.add(key);
    });
    return outcome;
  }

  /**
   * Moves the bytes of a blob that the destination said to have and does not have after all. False when this run has
   * brought it there byte by byte already, so that once more would be no better.
   */
  async renew(wish: BlobWish): Promise<boolean> {
    const { blob, to, wanted } = wish;
    if (this.#uploaded.has(blobKey(to.name, blob))) return false;
    await this.#once.run(`again ${blobKey(to.name, blob)}`, () =>
      this.#transfer(wish, () => {
        wanted.throwIfAborted();
        return this.#write(wish);
      }),
    );
    return true;
  }

  async #bring(wish: BlobWish): Promise<BlobOutcome> {
    const { blob, from, to, wanted } = wish;
    const place = blobKey(to.place, blob);
    if (await this.#mount(blob, from, to)) return 'mounted';
    for (;;) {
      const holder = this.#holders.get(place);
      if (holder !== undefined && (await this.#mount(blob, holder, to))) return 'mounted';
      const underWay = this.#underWay.get(place);
      if (holder !== undefined || underWay === undefined) break;
      // Should it fail, then for reasons that need not be ours.
      await underWay.catch(() => {});
      wanted.throwIfAborted();
    }
    return this.#transfer(wish, async () => {
      wanted.throwIfAborted();
      const begun = await this.#begin(blob, to);
      if (begun === undefined) {
        if (!this.#holders.has(place)) this.#holders.set(place, to);
        return 'skipped';
      }
      await this.#write(wish, begun === 'damaged' ? undefined : begun);
      if (begun === 'damaged') await this.#begin(blob, to);
      return 'moved';
    });
  }

  /** Undefined when the blob is there. What is damaged is to be written again, but damaged after that it is an error. */
  async #begin(blob: Descriptor, to: ImageStore): Promise<BegunBlob | 'damaged' | undefined> {
    try {
      return await lookUp(() => to.beginBlob(blob, this.#run.signal), {});
    } catch (error) {
      const isFirst = !this.#uploaded.has(blobKey(to.name, blob));
      if (isFirst && error instanceof UserError && error.code === 'damaged') return 'damaged';
      throw error;
    }
  }

  async #mount(blob: Descriptor, from: ImageSource, to: ImageStore): Promise<boolean> {
    // Nothing is asked of a place that cannot have it.
    if (from.homeOf(blob.digest).place !== to.place) return false;
    return this.#run.scheduler.request(to, () =>
      this.#run.write(to, () => to.mountBlob(blob, from, this.#run.signal)),
    );
  }

  async #transfer<Result>({ blob, from, to, turn }: BlobWish, task: () => Promise<Result>): Promise<Result> {
    const place = blobKey(to.place, blob);
    const transfer = this.#run.scheduler.transfer({ from, to, bytes: blob.size, turn }, task);
    this.#underWay.set(place, transfer);
    try {
      return await transfer;
    } finally {
      if (this.#underWay.get(place) === transfer) this.#underWay.delete(place);
    }
  }

  async #write({ blob, from, to }: BlobWish, begun?: BegunBlob): Promise<void> {
    await this.#run.write(to, () => to.putBlob(blob, this.#opener(blob, from), this.#run.signal, begun));
    this.#uploaded.add(blobKey(to.name, blob));
    this.#holders.set(blobKey(to.place, blob), to);
  }

  /** Opens the blob at its source, as often as the destination needs it, and counts what goes through. */
  #opener(blob: Descriptor, from: ImageSource): OpenBlob {
    let furthest = 0;
    return async (offset = 0) => {
      const stream = await at('source', () => from.getBlob(blob, this.#run.signal, offset));
      let position = offset;
      furthest = Math.max(furthest, offset);
      const counted = forwarded({
        from: (forward) => forward(stream),
        each: (chunk) => {
          position += chunk.length;
          if (position > furthest) {
            this.#run.listener({ type: 'bytes', bytes: position - furthest });
            furthest = position;
          }
          return chunk;
        },
        worded: (error) => withSide('source', error),
        onDestroy: () => {},
      });
      return offset === 0 ? markAsHeld(counted, blob.digest) : counted;
    };
  }
}

function blobKey(place: string, blob: Descriptor): string {
  return `${place} ${blob.digest}`;
}
