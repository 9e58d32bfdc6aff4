import { describe, expect, it } from 'vitest';
import { movePositions } from '../../../server/src/base/range.ts';

describe('moving positions', () => {
  it('moves those from a line on, wherever they stand, and nothing else that is called line', () => {
    const at = (line: number, character: number) => ({ line, character });
    const value = {
      line: 7,
      text: 'line',
      lineCount: 9,
      range: { start: at(2, 1), end: at(3, 4) },
      list: [{ place: at(5, 0), line: 5 }, null, undefined, 3],
      nothing: undefined,
    };
    expect(movePositions(value, 3, 10)).toEqual({
      line: 7,
      text: 'line',
      lineCount: 9,
      range: { start: at(2, 1), end: at(13, 4) },
      list: [{ place: at(15, 0), line: 5 }, null, undefined, 3],
      nothing: undefined,
    });
  });
});
