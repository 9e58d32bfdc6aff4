import { expect, it } from 'vitest';
import { wrap } from '../../../server/src/base/wrap.ts';

it('breaks at blanks and leaves long words whole', () => {
  expect(wrap('one two three', '  ', 9)).toEqual(['  one two', '  three']);
  expect(wrap('a 0123456789 b', '', 5)).toEqual(['a', '0123456789', 'b']);
  expect(wrap('', '  ', 9)).toEqual(['  ']);
});
