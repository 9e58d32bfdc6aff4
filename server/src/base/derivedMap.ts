/**
 * A map whose values are worked out of those of another one when somebody asks for them; whoever derives them keeps them. Keys
 * of which nothing comes (undefined) are not in it.
 */
export class DerivedMap<Key, From, Value> implements ReadonlyMap<Key, Value> {
  readonly #from: ReadonlyMap<Key, From>;
  readonly #derive: (from: From) => Value | undefined;

  constructor(from: ReadonlyMap<Key, From>, derive: (from: From) => Value | undefined) {
    this.#from = from;
    this.#derive = derive;
  }

  get(key: Key): Value | undefined {
    const from = this.#from.get(key);
    return from === undefined ? undefined : this.#derive(from);
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  /** Works out all values. Whether there are any, `isEmpty` tells at once. */
  get size(): number {
    let size = 0;
    this.forEach(() => {
      size++;
    });
    return size;
  }

  get isEmpty(): boolean {
    return this.values().next().done === true;
  }

  *entries(): MapIterator<[Key, Value]> {
    for (const [key, from] of this.#from) {
      const value = this.#derive(from);
      if (value !== undefined) yield [key, value];
    }
  }

  *keys(): MapIterator<Key> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<Value> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.entries();
  }

  forEach(use: (value: Value, key: Key, map: ReadonlyMap<Key, Value>) => void): void {
    this.#from.forEach((from, key) => {
      const value = this.#derive(from);
      if (value !== undefined) use(value, key, this);
    });
  }
}
