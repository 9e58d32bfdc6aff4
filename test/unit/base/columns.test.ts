import { describe, expect, it } from 'vitest';
import { columnsOf, fitting, padded } from '../../../server/src/base/columns.ts';

describe('the columns of a line', () => {
  it.each<[string, number]>([
    ['', 0],
    ['quay.io/a', 9],
    ['镜像', 4],
    ['镜像 a，b', 9],
    ['…', 1],
    ['é', 1],
    ['e\u0301', 1],
    ['㐂𠮷', 4],
  ])('%s: %i', (line, columns) => {
    expect(columnsOf(line)).toBe(columns);
  });
});

it('a text is made as wide as its column', () => {
  expect(['镜像', 'tag', 'longer'].map((text) => `${padded(text, 5)}|`)).toEqual([
    '镜像 |',
    'tag  |',
    'longer|',
  ]);
});

it('a line is cut at a column, and never within a character', () => {
  expect([4, 5, 6].map((columns) => fitting('镜像仓库', columns))).toEqual(['镜像', '镜像', '镜像仓']);
  expect(fitting('quay.io', 4)).toBe('quay');
  expect(fitting('𠮷𠮷', 3)).toBe('𠮷');
});
