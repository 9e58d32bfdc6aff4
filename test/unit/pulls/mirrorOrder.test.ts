import { describe, expect, it } from 'vitest';
import { mirrorOrder } from '../../../server/src/pulls/mirrorOrder.ts';

const order = (source: string, ...lists: string[]) =>
  mirrorOrder(
    source,
    lists.map((list) => list.split(' ')),
  ).join(' ');

describe('the order of mirrors', () => {
  it.each([
    ['one list', 's', ['c a b'], 'c a b'],
    ['lists that follow each other', 's', ['c b', 'b a'], 'c b a'],
    ['lists that follow each other, the later first', 's', ['b a', 'c b'], 'c b a'],
    ['lists that know nothing of each other', 's', ['d c', 'b a'], 'b d a c'],
    ['single mirrors', 's', ['b', 'c', 'a'], 'a b c'],
    ['the same mirror twice', 's', ['b', 'b', 'a'], 'a b'],
    ['the source at the end', 's', ['b a s'], 'b a'],
    ['the source before others', 's', ['c s b', 's b a'], 'c s b a'],
    ['the source first', 's', ['s a'], 's a'],
    ['the source alone', 's', ['s'], ''],
    ['lists that contradict each other', 's', ['a b', 'c b a'], 'c a b'],
    ['a circle', 's', ['a b', 'b c', 'c a'], 'a b c'],
    ['a mirror twice in one list, which contradicts itself', 's', ['b b a'], 'a s b'],
  ])('%s', (_name, source, lists, expected) => {
    expect(order(source, ...lists)).toBe(expected);
  });

  it('takes no longer than the lists are long', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `m${index}`);
    expect(mirrorOrder('s', [many])).toEqual(many);
    expect(new Set(mirrorOrder('s', [many, many.toReversed()]))).toEqual(new Set([...many, 's']));
  });
});
