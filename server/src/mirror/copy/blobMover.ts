import { Readable } from 'node:stream';
import { UserError } from '../../base/errors.ts';
import { Limiter } from '../../base/limiter.ts';
import type { Descriptor } from '../../content/descriptor.ts';
import type { ImageSource, ImageStore } from '../../stores/imageStore.ts';
import type { BlobOutcome, Listener } from './events.ts';
import { Once } from './once.ts';
import { at, lookUp, withSide } from './sides.ts';

/**
 * Brings blobs to repositories, each blob's bytes only once to a place however many images and repositories
 * there need it: whoever comes second waits for the first and takes the blob over from its repository.
 */
export class BlobMover {
  readonly #transfers: Limiter;
  readonly #signal: AbortSignal;
  readonly #listener: Listener;
  readonly #once = new Once();
  /** Blobs that a repository is known to have, by repository and digest. */
  readonly #present = new Set<string>();
  /** Those of them that this run brought there itself, byte by byte. */
  readonly #uploaded = new Set<string>();
  /** A repository that has the blob, by place and digest. */
  readonly #holders = new Map<string, ImageSource>();
  /** Uploads under way, by place and digest. */
  readonly #uploads = new Map<string, Promise<void>>();

  /** @param parallel how many blobs are moved at the same time */
  constructor(parallel: number, signal: AbortSignal, listener: Listener) {
    this.#transfers = new Limiter(parallel);
    this.#signal = signal;
    this.#listener = listener;
  }

  /**
   * Sees to it that `to` has the blob.
   * @param wanted fires when the caller no longer wants it: a transfer that has not begun then never does
   * @throws UserError with its side
   */
  async bring(
    blob: Descriptor,
    from: ImageSource,
    to: ImageStore,
    wanted: AbortSignal,
  ): Promise<BlobOutcome> {
    const key = blobKey(to.name, blob);
    if (this.#present.has(key)) return 'skipped';
    let outcome: BlobOutcome = 'skipped';
    await this.#once.run(key, async () => {
      outcome = await this.#bring(blob, from, to, wanted);
      this.#present.add(key);
    });
    return outcome;
  }

  /**
   * Moves the bytes of a blob that `to` said to have and does not have after all. False when this run has
   * brought it there byte by byte already, so that once more would be no better.
   */
  async renew(blob: Descriptor, from: ImageSource, to: ImageStore, wanted: AbortSignal): Promise<boolean> {
    if (this.#uploaded.has(blobKey(to.name, blob))) return false;
    await this.#once.run(`again ${blobKey(to.name, blob)}`, () => this.#upload(blob, from, to, wanted));
    return true;
  }

  async #bring(
    blob: Descriptor,
    from: ImageSource,
    to: ImageStore,
    wanted: AbortSignal,
  ): Promise<BlobOutcome> {
    const place = blobKey(to.place, blob);
    const has = () => to.hasBlob(blob.digest, this.#signal, blob.size);
    try {
      if (await lookUp(has, false)) {
        if (!this.#holders.has(place)) this.#holders.set(place, to);
        return 'skipped';
      }
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'damaged') throw error;
      // Taken over from a repository beside this one it would be as damaged as it is.
      await this.#upload(blob, from, to, wanted);
      await lookUp(has, false);
      return 'moved';
    }
    if (await this.#mount(blob, from, to)) return 'mounted';
    for (;;) {
      const holder = this.#holders.get(place);
      if (holder !== undefined && (await this.#mount(blob, holder, to))) return 'mounted';
      const underWay = this.#uploads.get(place);
      if (holder !== undefined || underWay === undefined) break;
      // Should it fail, then for reasons that need not be ours.
      await underWay.catch(() => {});
      wanted.throwIfAborted();
    }
    await this.#upload(blob, from, to, wanted);
    return 'moved';
  }

  async #mount(blob: Descriptor, from: ImageSource, to: ImageStore): Promise<boolean> {
    // Nothing is asked of a place that cannot have it.
    if (from.homeOf(blob.digest).place !== to.place) return false;
    return at('destination', () => to.mountBlob(blob, from, this.#signal));
  }

  async #upload(blob: Descriptor, from: ImageSource, to: ImageStore, wanted: AbortSignal): Promise<void> {
    const place = blobKey(to.place, blob);
    const transfer = async () => {
      await at('destination', () => to.putBlob(blob, this.#opener(blob, from), this.#signal));
      this.#uploaded.add(blobKey(to.name, blob));
      this.#holders.set(place, to);
    };
    const upload = this.#transfers.run(transfer, AbortSignal.any([this.#signal, wanted]));
    this.#uploads.set(place, upload);
    try {
      await upload;
    } finally {
      if (this.#uploads.get(place) === upload) this.#uploads.delete(place);
    }
  }

  /** Opens the blob at its source, as often as the destination needs it, and counts what goes through. */
  #opener(blob: Descriptor, from: ImageSource): () => Promise<Readable> {
    let furthest = 0;
    const count = async function* (this: BlobMover, stream: Readable) {
      let position = 0;
      try {
        for await (const chunk of stream as AsyncIterable<Uint8Array>) {
          position += chunk.length;
          if (position > furthest) {
            this.#listener({ type: 'bytes', bytes: position - furthest });
            furthest = position;
          }
          yield chunk;
        }
      } catch (error) {
        throw withSide('source', error);
      }
    }.bind(this);
    return async () => {
      const stream = await at('source', () => from.getBlob(blob, this.#signal));
      // An error before the first read is not lost: reading then fails with it.
      stream.once('error', () => {});
      const counted = Readable.from(count(stream), { objectMode: false });
      // A destination that gives up before it reads would leave the connection to the source open.
      counted.once('close', () => stream.destroy());
      return counted;
    };
  }
}

function blobKey(place: string, blob: Descriptor): string {
  return `${place} ${blob.digest}`;
}
