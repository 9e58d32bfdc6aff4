import { fitting } from '../base/columns.ts';
import { t } from '../base/sentences.ts';
import { Pace } from '../runs/pace.ts';
import type { ProgressDisplay, ProgressState } from './progressDisplay.ts';
import { readableBytes, readableTime } from './words.ts';

/** The stream of a terminal; `columns` is the width of a real one. */
type Screen = NodeJS.WritableStream & { readonly columns?: number };

const barWidth = 20;
const eraseLine = '\r\u001b[K';

/** One line at the bottom of a terminal, drawn over itself. */
export class ProgressBar implements ProgressDisplay {
  readonly live = true;
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #pace: Pace;
  #drawn = false;

  constructor(screen: Screen, now: () => number = () => performance.now()) {
    this.#screen = screen;
    this.#now = now;
    this.#pace = new Pace(now());
  }

  show(state: ProgressState): void {
    const width = Math.max((this.#screen.columns ?? 80) - 1, 20);
    this.#screen.write(`${eraseLine}${fitting(this.#line(state), width)}`);
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
    const now = this.#now();
    const rate = readableBytes(this.#pace.rate(now, bytes));
    if (total === undefined) return t('looking up tags');
    const filled = Math.floor((barWidth * done) / Math.max(total, 1));
    const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
    const left = this.#pace.left(now, done, total);
    const moved = readableBytes(bytes);
    return left === undefined
      ? t('{0} {1}/{2} images, {3}, {4}/s', bar, done, total, moved, rate)
      : t(
          '{0} {1}/{2} images, {3}, {4}/s, about {5} left',
          bar,
          done,
          total,
          moved,
          rate,
          readableTime(left * 1000),
        );
  }
}
