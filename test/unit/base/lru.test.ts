import { expect, it } from 'vitest';
import { Lru } from '../../../server/src/base/lru.ts';

const words = () => new Lru<string>(10, (word) => word.length);

it('forgets what was not used for the longest time when its values weigh too much', () => {
  const lru = words();
  lru.set('a', 'four');
  lru.set('b', 'five!');
  expect([...lru.values()]).toEqual(['four', 'five!']);
  lru.get('a');
  lru.set('c', 'two');
  expect(['a', 'b', 'c'].map((key) => lru.get(key))).toEqual(['four', undefined, 'two']);
});

it('keeps what was set last, whatever it weighs, and several small ones in the place of a large one', () => {
  const lru = words();
  lru.set('a', 'four');
  lru.set('b', 'heavier than all');
  expect([...lru.values()]).toEqual(['heavier than all']);
  for (const key of ['c', 'd', 'e']) lru.set(key, key);
  expect(lru.size).toBe(3);
});

it('reckons with what is replaced, taken and cleared', () => {
  const lru = words();
  for (let round = 0; round < 20; round++) lru.set('a', 'nine long');
  lru.set('b', 'b');
  expect(lru.size).toBe(2);
  expect(lru.takeWhere((value) => value === 'nine long')).toEqual(['nine long']);
  for (const key of ['c', 'd', 'e']) lru.set(key, 'two');
  expect(lru.size).toBe(4);
  lru.clear();
  lru.set('f', 'ten  whole');
  expect([...lru.values()]).toEqual(['ten  whole']);
});
