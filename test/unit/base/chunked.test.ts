import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chunked, changeBetween } from '../../../server/src/base/chunked.ts';
import { fuzz } from '../../support/texts.ts';

interface Item {
  readonly name: number;
  readonly height: number;
}

const heightOf = ({ height }: Item) => height;
const items = (most: number) =>
  fc.array(fc.record({ name: fc.nat(), height: fc.integer({ min: 0, max: 3 }) }), { maxLength: most });

const changes = fc.array(
  fc.record({
    start: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat({ max: 400 }),
    inserted: items(300),
  }),
  { maxLength: 12 },
);

describe('a chunked list', () => {
  it('is what an array would be after any changes', () => {
    fc.assert(
      fc.property(items(900), changes, (first, edits) => {
        let plain: readonly Item[] = first;
        let list = Chunked.of(first, heightOf);
        for (const { start, removed, inserted } of edits) {
          const at = Math.floor(start * plain.length);
          plain = plain.toSpliced(at, removed, ...inserted);
          list = list.replace(at, removed, inserted, heightOf);
        }
        expect([...list]).toEqual(plain);
        expect(list.length).toBe(plain.length);
        expect(list.height).toBe(plain.reduce((sum, { height }) => sum + height, 0));
        for (const at of [0, 1, plain.length >> 1, plain.length - 1, plain.length]) {
          expect(list.at(at)).toBe(plain[at]);
          if (at >= 0 && at < plain.length) expect(list.indexOf(plain[at] as Item)).toBe(at);
          expect(list.topOf(at)).toBe(
            plain.slice(0, Math.max(at, 0)).reduce((sum, { height }) => sum + height, 0),
          );
        }
        expect(list.at(-1)).toBeUndefined();
        const tops = plain.map((_item, at) => list.topOf(at));
        for (const height of [-1, 0, 1, list.height >> 1, list.height, list.height + 5])
          expect(list.lastIndexAtOrAbove(height)).toBe(tops.findLastIndex((top) => top <= height));
        for (const few of [plain.slice(5, 6), plain.filter((_item, at) => at % 3 === 0)])
          expect(list.placesOf(few.toReversed())).toEqual(few.map((item) => plain.indexOf(item)));
        expect(list.slice(3, 400)).toEqual(plain.slice(3, 400));
        expect([...list.entries()]).toEqual([...plain.entries()]);
      }),
      fuzz(60),
    );
  });

  it('tells what a change made of it', () => {
    fc.assert(
      fc.property(items(900), changes, (first, edits) => {
        const before = Chunked.of(first, heightOf);
        let after = before;
        for (const { start, removed, inserted } of edits)
          after = after.replace(Math.floor(start * after.length), removed, inserted, heightOf);
        const change = changeBetween(before, after);
        const added = after.slice(change.start, change.start + change.inserted);
        expect([...before].toSpliced(change.start, change.removed, ...added)).toEqual([...after]);
        expect(changeBetween(after, after)).toEqual({ start: after.length, removed: 0, inserted: 0 });
      }),
      fuzz(60),
    );
  });

  it('finds the item that covers a height', () => {
    const list = Chunked.of(
      Array.from({ length: 1000 }, (_, name) => ({ name, height: 1 + (name % 3) })),
      heightOf,
    );
    let top = 0;
    for (const [index, { height }] of list.entries()) {
      for (let line = 0; line < height; line++) expect(list.indexAtHeight(top + line)).toBe(index);
      top += height;
    }
    expect(list.indexAtHeight(top)).toBe(-1);
    expect(list.indexAtHeight(-1)).toBe(-1);
  });

  it('keeps all chunks but those that a change is in', () => {
    const list = Chunked.of(Array.from({ length: 20_000 }, (_, name) => ({ name, height: 1 })));
    const next = list.replace(10_000, 1, [{ name: -1, height: 1 }]);
    const before = new Set(list.chunks);
    expect(next.chunks.filter((chunk) => !before.has(chunk))).toHaveLength(1);
    expect(list.at(10_000)?.name).toBe(10_000);
  });

  it('does not fall apart into tiny chunks', () => {
    let list = Chunked.of(Array.from({ length: 5_000 }, (_, name) => ({ name, height: 1 })));
    while (list.length > 500) list = list.replace((list.length * 0.618) >> 0, 7, []);
    expect(list.chunks.length).toBeLessThan(30);
  });
});
