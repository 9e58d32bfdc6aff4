/**
 * Tasks for one host: so many at the same time, in the order in which they came, but what somebody waits for
 * first. Every host has its own queue, so a slow one delays no other.
 */
export class HostQueue {
  readonly #limit: number;
  readonly #waiting = new Map<string, () => Promise<void>>();
  readonly #urgent = new Set<string>();
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True while nothing runs, and nothing waits. */
  get isIdle(): boolean {
    return this.#running === 0 && this.#waiting.size === 0;
  }

  /** Adds a task, which must not reject. */
  add(key: string, task: () => Promise<void>): void {
    this.#waiting.set(key, task);
    this.#next();
  }

  /** Puts a task before all that nobody waits for. Without effect on one that runs already. */
  hurry(key: string): void {
    if (this.#waiting.has(key)) this.#urgent.add(key);
  }

  /** Forgets what has not begun. */
  clear(): void {
    this.#waiting.clear();
    this.#urgent.clear();
  }

  #next(): void {
    if (this.#running >= this.#limit) return;
    const [key] = this.#urgent.size > 0 ? this.#urgent : this.#waiting.keys();
    const task = key === undefined ? undefined : this.#waiting.get(key);
    if (key === undefined || task === undefined) return;
    this.#waiting.delete(key);
    this.#urgent.delete(key);
    this.#running++;
    void task().finally(() => {
      this.#running--;
      this.#next();
    });
  }
}
