/** Milliseconds over which the rate is taken: long enough to be calm, short enough to be true. */
const rateWindow = 5000;
/** Milliseconds of a run before it says how long it takes. */
const firstEstimate = 2000;

/** How fast a run is, from samples of what it has done. Times are milliseconds of one clock. */
export class Pace {
  readonly #start: number;
  #samples: { at: number; bytes: number }[] = [];

  constructor(start: number) {
    this.#start = start;
  }

  /** Bytes in a second, with what has been moved by now as one more sample. */
  rate(at: number, bytes: number): number {
    this.#samples.push({ at, bytes });
    this.#samples = this.#samples.filter((sample) => at - sample.at <= rateWindow);
    const first = this.#samples[0];
    if (first === undefined || at === first.at) return 0;
    return ((bytes - first.bytes) / (at - first.at)) * 1000;
  }

  /**
   * Seconds that the rest needs; undefined while there is nothing to tell it by. Images differ, so this is no more than what those so
   * far would need.
   */
  left(at: number, done: number, total: number): number | undefined {
    const elapsed = at - this.#start;
    if (done === 0 || done === total || elapsed < firstEstimate) return undefined;
    return Math.ceil(((elapsed / done) * (total - done)) / 1000);
  }
}
