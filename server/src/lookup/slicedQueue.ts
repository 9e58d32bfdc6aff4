/**
 * Work for later, done a few milliseconds at a time between which everything else has its turn, so that much of
 * it keeps nobody waiting.
 */
export class SlicedQueue<Item> {
  readonly #slice: number;
  readonly #work: (item: Item) => void;
  readonly #items = new Map<string, Item>();
  #scheduled = false;

  /** @param slice milliseconds of work in one go */
  constructor(slice: number, work: (item: Item) => void) {
    this.#slice = slice;
    this.#work = work;
  }

  /** Adds an item, unless one of this key waits already. */
  add(key: string, item: Item): void {
    if (this.#items.has(key)) return;
    this.#items.set(key, item);
    this.#schedule();
  }

  /** Takes an item out that somebody does at once. */
  remove(key: string): void {
    this.#items.delete(key);
  }

  get size(): number {
    return this.#items.size;
  }

  clear(): void {
    this.#items.clear();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      const end = performance.now() + this.#slice;
      for (const [key, item] of this.#items) {
        this.#items.delete(key);
        this.#work(item);
        if (performance.now() > end) break;
      }
      if (this.#items.size > 0) this.#schedule();
    });
  }
}
