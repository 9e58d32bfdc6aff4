import type { Load } from '../../base/load.ts';

/** Requests that a host gets at the same time before anything is known of it. */
const first = 12;
const most = 24;
/** A host that is merely busy is not asked less than this; one that refuses is. */
const fewest = 4;
/** So many requests waiting inside the host keep it busy; more than the second only wait. */
const enoughWaiting = 6;
const tooManyWaiting = 12;

/**
 * How many requests a host gets at the same time, grown and shrunk by how it answers. Halved when it refuses or falls silent, as
 * TCP does when a packet is lost. Else as TCP Vegas does: what takes longer than in the host's best moments has waited in it, so that
 * of `size` requests that take `strain` times as long, `size * (1 - 1 / strain)` wait. While these are few, one more is sent with each
 * round; when they are many, one less.
 * https://en.wikipedia.org/wiki/TCP_Vegas
 */
export class HostWindow {
  #size = first;
  #refusals = 0;
  /** Requests that have ended since the size changed or was looked at. */
  #ended = 0;

  get size(): number {
    return this.#size;
  }

  /** A request has ended, well or not. */
  ended({ refusals, strain }: Load): void {
    this.#ended++;
    if (refusals > this.#refusals) {
      // What was under way at the first refusal is refused, too, and says nothing new.
      const isNews = this.#refusals === 0 || this.#ended >= this.#size;
      this.#refusals = refusals;
      if (isNews) this.#change(Math.max(1, this.#size >> 1));
      return;
    }
    if (this.#ended < this.#size) return;
    const waiting = this.#size * (1 - 1 / strain);
    if (waiting < enoughWaiting) this.#change(Math.min(most, this.#size + 1));
    else if (waiting > tooManyWaiting) this.#change(Math.max(Math.min(fewest, this.#size), this.#size - 1));
    else this.#change(this.#size);
  }

  #change(size: number): void {
    this.#size = size;
    this.#ended = 0;
  }
}
