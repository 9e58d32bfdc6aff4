import { HostQueue } from './hostQueue.ts';
import type { OfflineReason } from './offline.ts';
import type { Question } from './question.ts';

/** The world as a look-up sees it. */
export interface DeskOptions {
  /** Why no registry may be contacted now; undefined while they may be. */
  readonly offline: () => OfflineReason | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds for one answer. */
  readonly patience: number;
}

/** Questions that one place works on at the same time: twice what a host is sent, since most take two requests. */
const askedAtOnce = 32;
/** With more queues than that, those in which nothing waits go: each edit in the name of a host makes another one. */
const mostQueues = 200;

/** What all kinds of questions share: who is asked how much at once, who wants to know, and the end of it all. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #queues = new Map<string, HostQueue>();
  readonly #running = new Set<AbortController>();
  readonly #listeners = new Set<(question: Question | undefined) => void>();
  /** Counts the announcements: the answers that were other ones than before. */
  news = 0;
  /** Counts those of them by which something is known or missing now, or is not any more. */
  verdicts = 0;
  /** Counts how often the user logged in or out. */
  logins = 0;
  disposed = false;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  get now(): number {
    return this.#options.now();
  }

  get patience(): number {
    return this.#options.patience;
  }

  /** Why this question may not be asked now. What is on this machine's disk may always be read. */
  offline({ local }: Question): OfflineReason | undefined {
    return local ? undefined : this.#options.offline();
  }

  queue({ place }: Question): HostQueue {
    let queue = this.#queues.get(place);
    if (queue === undefined) {
      if (this.#queues.size >= mostQueues) this.#dropIdle();
      queue = new HostQueue(askedAtOnce);
      this.#queues.set(place, queue);
    }
    return queue;
  }

  #dropIdle(): void {
    for (const [place, queue] of this.#queues) if (queue.isIdle) this.#queues.delete(place);
  }

  /** How many places have a queue. */
  get places(): number {
    return this.#queues.size;
  }

  /** Begins to ask: the signal fires when patience ends, or everything. Call `end` afterwards. */
  begin(): { readonly signal: AbortSignal; readonly end: () => void } {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), this.patience);
    this.#running.add(controller);
    const end = () => {
      clearTimeout(timer);
      this.#running.delete(controller);
    };
    return { signal: controller.signal, end };
  }

  /**
   * Tells everybody that a question has another answer than before, or that answers count for more than before.
   *
   * @param isVerdict false where nobody knew the answer before, and nobody does now
   */
  announce(isVerdict: boolean, question?: Question): void {
    this.news++;
    if (isVerdict) this.verdicts++;
    for (const listener of this.#listeners) listener(question);
  }

  /** Gives the function that ends the listening. */
  listen(listener: (question: Question | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  dispose(): void {
    this.disposed = true;
    this.#listeners.clear();
    for (const queue of this.#queues.values()) queue.clear();
    for (const controller of this.#running) controller.abort();
  }
}
