import type { Load } from '../base/load.ts';

/** What it says when it is asked too much. */
const tooMuch = new Set([429, 503]);
/** Weight of the last answer among those before it. */
const weight = 1 / 16;
/** A best moment counts a little less with every answer, since hosts and ways to them change. */
const forgetting = 1.002;

/**
 * Watches the answers of one host. Times are those until the headers come, each method with its own best: a registry takes longer
 * to begin an upload than to say whether it has something.
 */
export class HostLoad implements Load {
  refusals = 0;
  strain = 1;
  readonly #best = new Map<string, number>();

  /** @param milliseconds until the headers were there; undefined where these waited for a body of ours */
  answered(method: string, status: number, milliseconds: number | undefined): void {
    if (tooMuch.has(status)) this.refusals++;
    if (milliseconds === undefined) return;
    // What takes no time at all would make everything else infinitely long.
    const taken = Math.max(milliseconds, 0.1);
    const best = Math.min(taken, (this.#best.get(method) ?? taken) * forgetting);
    this.#best.set(method, best);
    this.strain += weight * (taken / best - this.strain);
  }

  /** The host did not answer although it was asked. */
  failed(): void {
    this.refusals++;
  }
}
