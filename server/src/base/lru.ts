/** A map that forgets what was not used for the longest time once its values weigh more than `limit` together. */
export class Lru<Value> {
  readonly #limit: number;
  readonly #weigh: (value: Value) => number;
  readonly #entries = new Map<string, Value>();
  #weight = 0;

  /** @param weigh what a value takes: 1 when left out. It says the same for as long as the value is there */
  constructor(limit: number, weigh: (value: Value) => number = () => 1) {
    this.#limit = limit;
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** What was set last is kept, whatever it weighs. */
  set(key: string, value: Value): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#weight += this.#weigh(value);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#limit || oldest === key) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#weight -= this.#weigh(value);
  }

  values(): Iterable<Value> {
    return this.#entries.values();
  }

  /** Forgets all entries for which `matches` is true, and gives them. */
  takeWhere(matches: (value: Value) => boolean): Value[] {
    const taken: Value[] = [];
    for (const [key, value] of this.#entries) {
      if (!matches(value)) continue;
      this.delete(key);
      taken.push(value);
    }
    return taken;
  }

  clear(): void {
    this.#entries.clear();
    this.#weight = 0;
  }
}
