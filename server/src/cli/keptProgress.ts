import { Pace } from '../runs/pace.ts';
import type { RunProgress } from '../runs/runProgress.ts';
import type { ProgressDisplay, ProgressState } from './progressDisplay.ts';

/** Milliseconds between two times. */
const keepEvery = 1000;

/** Keeps how far a run is beside its journal, once a second. */
export class KeptProgress implements ProgressDisplay {
  readonly live = true;
  readonly #keep: (progress: RunProgress) => void;
  readonly #now: () => number;
  readonly #pace: Pace;
  #kept = Number.NEGATIVE_INFINITY;
  #last: ProgressState | undefined;

  constructor(keep: (progress: RunProgress) => void, now: () => number = () => performance.now()) {
    this.#keep = keep;
    this.#now = now;
    this.#pace = new Pace(now());
  }

  show(state: ProgressState): void {
    this.#last = state;
    if (this.#now() - this.#kept < keepEvery) return;
    this.#write(state);
  }

  clear(): void {}

  end(): void {
    if (this.#last !== undefined) this.#write(this.#last);
  }

  #write({ done, total, bytes }: ProgressState): void {
    if (total === undefined) return;
    const now = this.#now();
    const rate = Math.round(this.#pace.rate(now, bytes));
    this.#keep({ done, total, bytes, rate, left: this.#pace.left(now, done, total) });
    this.#kept = now;
  }
}
