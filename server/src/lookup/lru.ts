/** A map that forgets what was not used for the longest time once it holds more than `limit` entries. */
export class Lru<Value> {
  readonly #limit: number;
  readonly #entries = new Map<string, Value>();

  constructor(limit: number) {
    this.#limit = limit;
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

  set(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  /** Forgets all entries for which `matches` is true, and gives them. */
  takeWhere(matches: (value: Value) => boolean): Value[] {
    const taken: Value[] = [];
    for (const [key, value] of this.#entries) {
      if (!matches(value)) continue;
      this.#entries.delete(key);
      taken.push(value);
    }
    return taken;
  }
}
