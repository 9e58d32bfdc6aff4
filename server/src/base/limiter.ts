/** A task that waits for its place. */
interface Waiting {
  readonly signal: AbortSignal | undefined;
  start(): void;
  giveUp(reason: unknown): void;
  hasGivenUp: boolean;
}

/** Those who wait and stop waiting when a signal fires. */
interface Party {
  readonly members: Set<Waiting>;
  readonly end: () => void;
}

/** So many places at the front of the queue may be empty before it is made shorter. */
const mostEmpty = 1_000;

/**
 * Bounds how many tasks run at once, in the order they were asked for. One limiter per host keeps a slow
 * registry from delaying another.
 */
export class Limiter {
  readonly #limit: number;
  /** Who has a place is taken out of it, so that nothing of theirs is held here any longer. */
  readonly #queue: (Waiting | undefined)[] = [];
  /** Where the queue begins: all before that have their places. */
  #first = 0;
  /**
   * By signal. It has one listener for all of them: a signal looks through its listeners for each one that is added, and ten
   * thousands of tasks may wait for one.
   */
  readonly #parties = new Map<AbortSignal, Party>();
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Runs `task` as soon as a place is free and gives its result. A signal that fires while the task still
   * waits rejects with the signal's reason, and the task is never started.
   */
  async run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#running >= this.#limit) await this.#place(signal);
    else this.#running++;
    try {
      return await task();
    } finally {
      const next = this.#next();
      if (next === undefined) this.#running--;
      else next.start();
    }
  }

  #place(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((start, giveUp) => {
      const waiting = { signal, start, giveUp, hasGivenUp: false };
      this.#queue.push(waiting);
      if (signal !== undefined) this.#join(signal, waiting);
    });
  }

  /** Who has waited longest, and waits no more. */
  #next(): Waiting | undefined {
    for (let next = this.#queue[this.#first]; next !== undefined; next = this.#queue[this.#first]) {
      this.#queue[this.#first] = undefined;
      this.#first++;
      if (this.#first > mostEmpty && this.#first * 2 > this.#queue.length) {
        this.#queue.splice(0, this.#first);
        this.#first = 0;
      }
      if (next.hasGivenUp) continue;
      if (next.signal !== undefined) this.#leave(next.signal, next);
      return next;
    }
    return undefined;
  }

  #join(signal: AbortSignal, waiting: Waiting): void {
    let party = this.#parties.get(signal);
    if (party === undefined) {
      const members = new Set<Waiting>();
      const end = () => {
        this.#parties.delete(signal);
        for (const member of members) {
          member.hasGivenUp = true;
          member.giveUp(signal.reason);
        }
      };
      party = { members, end };
      this.#parties.set(signal, party);
      signal.addEventListener('abort', end, { once: true });
    }
    party.members.add(waiting);
  }

  #leave(signal: AbortSignal, waiting: Waiting): void {
    const party = this.#parties.get(signal);
    party?.members.delete(waiting);
    if (party?.members.size !== 0) return;
    signal.removeEventListener('abort', party.end);
    this.#parties.delete(signal);
  }
}
