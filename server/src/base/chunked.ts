/**
 * A long list that is never changed: a change makes the next list, which shares all but a few of its chunks with this
 * one. What is worked out of a chunk can be kept by the chunk, so that nothing has to walk the whole list again after an
 * edit. Items have a height, such as the lines that they take, and know their place by it.
 */
export class Chunked<Item extends object> implements Iterable<Item> {
  readonly chunks: readonly Chunk<Item>[];
  /** For each chunk, the number of items before it, and of all items at the end. */
  readonly #starts: readonly number[];
  /** The same for heights. */
  readonly #tops: readonly number[];

  private constructor(chunks: readonly Chunk<Item>[]) {
    this.chunks = chunks;
    this.#starts = sums(chunks, ({ items }) => items.length);
    this.#tops = sums(chunks, ({ height }) => height);
  }

  /** The list of some items, each as high as `heightOf` says; 1 when left out. */
  static of<Item extends object>(
    items: readonly Item[],
    heightOf?: (item: Item, index: number) => number,
  ): Chunked<Item> {
    return new Chunked(chunksOf(items, heightOf === undefined ? undefined : items.map(heightOf)));
  }

  get length(): number {
    return this.#starts[this.chunks.length] ?? 0;
  }

  /** The sum of all heights. */
  get height(): number {
    return this.#tops[this.chunks.length] ?? 0;
  }

  /** The item at a place; undefined beyond the ends. */
  at(index: number): Item | undefined {
    const at = lastAtOrBelow(this.#starts, index);
    return this.chunks[at]?.items[index - (this.#starts[at] ?? 0)];
  }

  /** The sum of the heights of all items before the one at `index`. */
  topOf(index: number): number {
    const at = lastAtOrBelow(this.#starts, index);
    const chunk = this.chunks[at];
    if (chunk === undefined) return this.height;
    return (this.#tops[at] ?? 0) + (chunk.tops[index - (this.#starts[at] ?? 0)] ?? 0);
  }

  /** The index of the item that covers a height; -1 before the first and behind the last. */
  indexAtHeight(height: number): number {
    if (height < 0 || height >= this.height) return -1;
    const at = lastAtOrBelow(this.#tops, height);
    const tops = this.chunks[at]?.tops ?? [];
    return (this.#starts[at] ?? 0) + lastAtOrBelow(tops, height - (this.#tops[at] ?? 0));
  }

  /** The index of the last item that begins at a height or above it; -1 where none does. Only for heights that never fall. */
  lastIndexAtOrAbove(height: number): number {
    if (height < 0) return -1;
    // What is behind the last chunk is behind its last item, too.
    const at = Math.min(lastAtOrBelow(this.#tops, height), this.chunks.length - 1);
    return (
      (this.#starts[at] ?? 0) + lastAtOrBelow(this.chunks[at]?.tops ?? [], height - (this.#tops[at] ?? 0))
    );
  }

  /** The place of an item, which stands in the list once; -1 when it does not. It costs a look at each chunk. */
  indexOf(item: Item): number {
    for (const [at, chunk] of this.chunks.entries()) {
      const place = placesOf(chunk).get(item);
      if (place !== undefined) return (this.#starts[at] ?? 0) + place;
    }
    return -1;
  }

  /** The places of some items, in their order. It costs a look at each chunk for each of them, or at the whole list once. */
  placesOf(items: readonly Item[]): number[] {
    if (items.length * this.chunks.length < this.length)
      return items.map((item) => this.indexOf(item)).sort((a, b) => a - b);
    const wanted = new Set(items);
    return this.flatMap((item, index) => (wanted.has(item) ? [index] : []));
  }

  /** Some of the items, as an array. It costs what it takes. */
  slice(start = 0, end = this.length): Item[] {
    const items: Item[] = [];
    const first = Math.max(lastAtOrBelow(this.#starts, start), 0);
    for (let at = first; at < this.chunks.length && (this.#starts[at] ?? 0) < end; at++) {
      const from = this.#starts[at] ?? 0;
      const part = this.chunks[at]?.items ?? [];
      items.push(
        ...(from >= start && from + part.length <= end
          ? part
          : part.slice(Math.max(start - from, 0), end - from)),
      );
    }
    return items;
  }

  /** The list with `removed` items from `start` on replaced. Chunks that nothing is done to stay the same objects. */
  replace(
    start: number,
    removed: number,
    inserted: readonly Item[],
    heightOf: (item: Item, index: number) => number = one,
  ): Chunked<Item> {
    const end = Math.min(start + removed, this.length);
    const first = Math.max(lastAtOrBelow(this.#starts, Math.min(start, this.length - 1)), 0);
    const last = Math.max(lastAtOrBelow(this.#starts, Math.max(end - 1, start)), first);
    const items: Item[] = [];
    const heights: number[] = [];
    const keep = (from: number, to: number) => {
      for (let at = first; at <= last && at < this.chunks.length; at++) {
        const chunk = this.chunks[at] as Chunk<Item>;
        const before = this.#starts[at] ?? 0;
        const stop = Math.min(to - before, chunk.items.length);
        for (let index = Math.max(from - before, 0); index < stop; index++) {
          items.push(chunk.items[index] as Item);
          heights.push(chunk.heights[index] as number);
        }
      }
    };
    keep(0, start);
    for (const [index, item] of inserted.entries()) {
      items.push(item);
      heights.push(heightOf(item, index));
    }
    keep(end, this.length);
    // A chunk that becomes small takes its neighbour along, or a long file would end as many tiny ones.
    const rest = this.chunks.slice(last + 1);
    const neighbour = items.length < smallest ? rest[0] : undefined;
    if (neighbour !== undefined) {
      items.push(...neighbour.items);
      heights.push(...neighbour.heights);
      rest.shift();
    }
    return new Chunked([...this.chunks.slice(0, first), ...chunksOf(items, heights), ...rest]);
  }

  /** Looks at all items, much quicker than a loop over them does. */
  forEach(use: (item: Item) => void): void {
    for (const { items } of this.chunks) for (let at = 0; at < items.length; at++) use(items[at] as Item);
  }

  map<Result>(of: (item: Item, index: number) => Result): Result[] {
    const results: Result[] = [];
    for (const [index, item] of this.entries()) results.push(of(item, index));
    return results;
  }

  flatMap<Result>(of: (item: Item, index: number) => readonly Result[]): Result[] {
    const results: Result[] = [];
    for (const [index, item] of this.entries()) for (const result of of(item, index)) results.push(result);
    return results;
  }

  some(is: (item: Item) => boolean): boolean {
    return this.chunks.some(({ items }) => items.some(is));
  }

  every(is: (item: Item) => boolean): boolean {
    return this.chunks.every(({ items }) => items.every(is));
  }

  find(is: (item: Item) => boolean): Item | undefined {
    for (const item of this) if (is(item)) return item;
    return undefined;
  }

  /** All items with their places. */
  *entries(): Generator<[number, Item]> {
    let index = 0;
    for (const { items } of this.chunks) for (const item of items) yield [index++, item];
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const { items } of this.chunks) yield* items;
  }
}

/** What makes one list of another: `removed` items from `start` on, and `inserted` in their place. */
export interface ChunkedChange {
  readonly start: number;
  readonly removed: number;
  readonly inserted: number;
}

/** How two lists differ, found from both ends. Of lists that share most of their chunks it costs a look at each chunk. */
export function changeBetween<Item extends object>(
  before: Chunked<Item>,
  after: Chunked<Item>,
): ChunkedChange {
  const shorter = Math.min(before.length, after.length);
  let chunk = 0;
  let start = 0;
  for (; before.chunks[chunk] !== undefined && before.chunks[chunk] === after.chunks[chunk]; chunk++)
    start += before.chunks[chunk]?.items.length ?? 0;
  while (start < shorter && before.at(start) === after.at(start)) start++;
  let end = 0;
  for (let at = 1; ; at++) {
    const last = before.chunks[before.chunks.length - at];
    if (last === undefined || last !== after.chunks[after.chunks.length - at]) break;
    if (end + last.items.length > shorter - start) break;
    end += last.items.length;
  }
  while (end < shorter - start && before.at(before.length - 1 - end) === after.at(after.length - 1 - end))
    end++;
  return { start, removed: before.length - start - end, inserted: after.length - start - end };
}

/** Some items in a row. Nothing in it depends on where it stands. */
export interface Chunk<Item> {
  readonly items: readonly Item[];
  readonly heights: readonly number[];
  /** For each item, the heights of those before it in the chunk. */
  readonly tops: readonly number[];
  readonly height: number;
}

const places = new WeakMap<object, ReadonlyMap<object, number>>();

function placesOf<Item extends object>(chunk: Chunk<Item>): ReadonlyMap<Item, number> {
  let found = places.get(chunk) as ReadonlyMap<Item, number> | undefined;
  if (found === undefined) {
    found = new Map(chunk.items.map((item, at) => [item, at]));
    places.set(chunk, found);
  }
  return found;
}

/** Chunks are made half full, so that what is typed in one stays in it for a while. */
const usual = 128;
const largest = 256;
const smallest = 32;

const one = () => 1;

/** `heights` is left out where each item has the height 1. */
function chunksOf<Item>(items: readonly Item[], heights?: readonly number[]): Chunk<Item>[] {
  if (items.length === 0) return [];
  const count = items.length <= largest ? 1 : Math.ceil(items.length / usual);
  return Array.from({ length: count }, (_, at) => {
    const start = Math.floor((at * items.length) / count);
    const end = Math.floor(((at + 1) * items.length) / count);
    const own = items.slice(start, end);
    return heights === undefined ? levelChunk(own) : chunkOf(own, heights.slice(start, end));
  });
}

/** For each number of items: as many ones, and the numbers from 0 on. All lines of all files share them. */
const levels = new Map<number, Pick<Chunk<unknown>, 'heights' | 'tops'>>();

function levelChunk<Item>(items: readonly Item[]): Chunk<Item> {
  const { length } = items;
  let level = levels.get(length);
  if (level === undefined) {
    level = { heights: items.map(one), tops: [...items.keys()] };
    levels.set(length, level);
  }
  return { items, heights: level.heights, tops: level.tops, height: length };
}

function chunkOf<Item>(items: readonly Item[], heights: readonly number[]): Chunk<Item> {
  const tops = new Array<number>(heights.length);
  let height = 0;
  for (let at = 0; at < heights.length; at++) {
    tops[at] = height;
    height += heights[at] as number;
  }
  return { items, heights, tops, height };
}

function sums<Item>(chunks: readonly Chunk<Item>[], of: (chunk: Chunk<Item>) => number): number[] {
  const result = [0];
  let sum = 0;
  for (const chunk of chunks) {
    sum += of(chunk);
    result.push(sum);
  }
  return result;
}

/** The place of the last number that is not above a value, in numbers that do not fall; -1 when all are. */
function lastAtOrBelow(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
