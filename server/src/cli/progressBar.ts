import { t } from '../base/sentences.ts';
import type { ProgressDisplay, ProgressState } from './progressDisplay.ts';
import { readableBytes, readableTime } from './words.ts';

/** The stream of a terminal; `columns` is the width of a real one. */
type Screen = NodeJS.WritableStream & { readonly columns?: number };

const barWidth = 20;
/** Milliseconds over which the rate is taken: long enough to be calm, short enough to be true. */
const rateWindow = 5000;
/** Milliseconds of a run before it says how long it takes. */
const firstEstimate = 2000;
const eraseLine = '\r\u001b[K';

/** One line at the bottom of a terminal, drawn over itself. */
export class ProgressBar implements ProgressDisplay {
  readonly live = true;
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #start: number;
  #samples: { at: number; bytes: number }[] = [];
  #drawn = false;

  constructor(screen: Screen, now: () => number = () => performance.now()) {
    this.#screen = screen;
    this.#now = now;
    this.#start = now();
  }

  show(state: ProgressState): void {
    const width = Math.max((this.#screen.columns ?? 80) - 1, 20);
    this.#screen.write(`${eraseLine}${this.#line(state).slice(0, width)}`);
    this.#drawn = true;
  }

  clear(): void {
    if (this.#drawn) this.#screen.write(eraseLine);
    this.#drawn = false;
  }

  end(): void {
    this.clear();
  }

  #line({ done, total, bytes }: ProgressState): string {
    // Each call is a sample, whatever is shown of it.
    const rate = readableBytes(this.#rate(bytes));
    if (total === undefined) return t('looking up tags');
    const filled = Math.floor((barWidth * done) / Math.max(total, 1));
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
    const left = this.#left(done, total);
    const moved = readableBytes(bytes);
    return left === undefined
      ? t('{0} {1}/{2} images, {3}, {4}/s', bar, done, total, moved, rate)
      : t('{0} {1}/{2} images, {3}, {4}/s, about {5} left', bar, done, total, moved, rate, left);
  }

  /** Bytes in a second. */
  #rate(bytes: number): number {
    const at = this.#now();
    this.#samples.push({ at, bytes });
    this.#samples = this.#samples.filter((sample) => at - sample.at <= rateWindow);
    const first = this.#samples[0];
    if (first === undefined || at === first.at) return 0;
    return ((bytes - first.bytes) / (at - first.at)) * 1000;
  }

  /** Images differ, so this is no more than what those so far would need. */
  #left(done: number, total: number): string | undefined {
    const elapsed = this.#now() - this.#start;
    if (done === 0 || done === total || elapsed < firstEstimate) return undefined;
    return readableTime(Math.ceil(((elapsed / done) * (total - done)) / 1000) * 1000);
  }
}
