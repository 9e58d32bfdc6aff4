import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LayeredMap } from '../../../server/src/base/layeredMap.ts';
import { fuzz } from '../../support/texts.ts';

it('is what an ordinary map is after the same changes', () => {
  const change = fc.tuple(fc.integer({ min: 0, max: 30 }), fc.option(fc.string(), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(fc.array(change)), (rounds) => {
      const plain = new Map<number, string>();
      let layered = LayeredMap.empty<number, string>();
      for (const changes of rounds) {
        layered = layered.with(changes);
        for (const [key, value] of changes) {
          if (value === undefined) plain.delete(key);
          else plain.set(key, value);
        }
        expect(new Map(layered)).toEqual(plain);
        expect(layered.size).toBe(plain.size);
        for (let key = 0; key <= 30; key++) {
          expect(layered.get(key)).toBe(plain.get(key));
          expect(layered.has(key)).toBe(plain.has(key));
        }
      }
    }),
    fuzz(100),
  );
});

it('stays what it was when a copy changes', () => {
  const many = Array.from({ length: 2000 }, (_, key) => [key, `${key}`] as const);
  const before = LayeredMap.empty<number, string>().with(many);
  const after = before.with([[7, undefined]]);
  expect([before.size, after.size]).toEqual([2000, 1999]);
  expect([before.get(7), after.get(7)]).toEqual(['7', undefined]);
  expect([...after.keys()]).not.toContain(7);
});
