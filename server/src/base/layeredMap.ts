/** Changes that may lie over a map before both become one: look-ups stay quick, and copying them cheap. */
const mostChanges = 500;

/**
 * A map that never changes, and of which a changed copy costs the changes and not the map: they lie over it, and once
 * they are many, map and changes become one. For what is derived from thousands of entries, of which somebody types
 * in one. The order of the entries says nothing.
 */
export class LayeredMap<Key, Value> implements ReadonlyMap<Key, Value> {
  readonly #below: ReadonlyMap<Key, Value>;
  /** Undefined stands for a key that is gone. */
  readonly #changes: ReadonlyMap<Key, Value | undefined>;
  #size: number | undefined;

  private constructor(
    below: ReadonlyMap<Key, Value>,
    changes: ReadonlyMap<Key, Value | undefined>,
    size: number | undefined,
  ) {
    this.#below = below;
    this.#changes = changes;
    this.#size = size;
  }

  static empty<Key, Value>(): LayeredMap<Key, Value> {
    return new LayeredMap<Key, Value>(new Map(), new Map(), 0);
  }

  /** A map with no changes over it yet, which whoever has it does not change any more. */
  static over<Key, Value>(below: ReadonlyMap<Key, Value>): LayeredMap<Key, Value> {
    return new LayeredMap<Key, Value>(below, new Map(), undefined);
  }

  get size(): number {
    this.#size ??= this.#changes.size === 0 ? this.#below.size : [...this.entries()].length;
    return this.#size;
  }

  /** The map after the changes, of which undefined takes a key away. Values are never undefined. */
  with(changes: readonly (readonly [Key, Value | undefined])[]): LayeredMap<Key, Value> {
    if (this.#changes.size + changes.length > mostChanges) return this.#asOne(changes);
    const over = new Map(this.#changes);
    let size = this.#size;
    for (const [key, value] of changes) {
      if (size !== undefined) {
        const before = over.has(key) ? over.get(key) : this.#below.get(key);
        size += (value === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
      }
      over.set(key, value);
    }
    return new LayeredMap(this.#below, over, size);
  }

  #asOne(changes: readonly (readonly [Key, Value | undefined])[]): LayeredMap<Key, Value> {
    const one = new Map(this.#below);
    const set = (value: Value | undefined, key: Key) => {
      if (value === undefined) one.delete(key);
      else one.set(key, value);
    };
    this.#changes.forEach(set);
    for (const [key, value] of changes) set(value, key);
    return new LayeredMap(one, new Map<Key, Value | undefined>(), one.size);
  }

  get(key: Key): Value | undefined {
    return this.#changes.has(key) ? this.#changes.get(key) : this.#below.get(key);
  }

  has(key: Key): boolean {
    return this.get(key) !== undefined;
  }

  *entries(): MapIterator<[Key, Value]> {
    if (this.#changes.size === 0) {
      yield* this.#below;
      return;
    }
    for (const entry of this.#below) if (!this.#changes.has(entry[0])) yield entry;
    for (const [key, value] of this.#changes) if (value !== undefined) yield [key, value];
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
    this.#below.forEach((value, key) => {
      if (!this.#changes.has(key)) use(value, key, this);
    });
    this.#changes.forEach((value, key) => {
      if (value !== undefined) use(value, key, this);
    });
  }
}
