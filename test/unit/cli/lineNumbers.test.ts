import { describe, expect, it } from 'vitest';
import { onlyLines, parseLineNumbers } from '../../../server/src/cli/lineNumbers.ts';

describe('the numbers of lines', () => {
  it.each([
    ['3', [[3, 3]]],
    [
      '3,7-9',
      [
        [3, 3],
        [7, 9],
      ],
    ],
    [
      '1-1, 2',
      [
        [1, 1],
        [2, 2],
      ],
    ],
    ['', undefined],
    ['0', undefined],
    ['9-7', undefined],
    ['3,', undefined],
    ['3;4', undefined],
    ['-1', undefined],
  ])('in %j', (text, expected) => {
    expect(parseLineNumbers(text)).toEqual(expected);
  });

  it('keep their lines where they are', () => {
    expect(
      onlyLines(
        ['a', 'b', 'c', 'd'],
        [
          [2, 2],
          [4, 9],
        ],
      ),
    ).toEqual(['', 'b', '', 'd']);
  });
});
