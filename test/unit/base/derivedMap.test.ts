import { expect, it } from 'vitest';
import { DerivedMap } from '../../../server/src/base/derivedMap.ts';
import { LayeredMap } from '../../../server/src/base/layeredMap.ts';

const asked: number[] = [];
const halves = (number: number) => {
  asked.push(number);
  return number % 2 === 0 ? number / 2 : undefined;
};

it('derives what somebody asks for, and has no key of which nothing comes', () => {
  const map = new DerivedMap(new Map([1, 2, 4].map((number) => [`${number}`, number])), halves);
  expect([map.get('4'), map.get('1'), map.get('5')]).toEqual([2, undefined, undefined]);
  expect(asked).toEqual([4, 1]);
  expect([map.has('2'), map.has('1')]).toEqual([true, false]);
  expect([...map]).toEqual([
    ['2', 1],
    ['4', 2],
  ]);
  expect([[...map.keys()], [...map.values()]]).toEqual([
    ['2', '4'],
    [1, 2],
  ]);
  const used: unknown[] = [];
  map.forEach((value, key) => {
    used.push([key, value]);
  });
  expect(used).toEqual([...map]);
  expect([map.size, map.isEmpty]).toEqual([2, false]);
  expect(new DerivedMap(new Map([['1', 1]]), halves).isEmpty).toBe(true);
});

it('lies below changes as any map does', () => {
  const map = new DerivedMap(new Map([1, 2, 4].map((number) => [`${number}`, number])), halves);
  const changed = LayeredMap.over(map).with([
    ['2', undefined],
    ['6', 3],
  ]);
  expect([...changed].sort()).toEqual([
    ['4', 2],
    ['6', 3],
  ]);
  expect(changed.size).toBe(2);
});
