import { expect, it } from 'vitest';
import { matchesTag } from '../../../../server/src/mirror/copy/tagPattern.ts';

it.each([
  ['*', 'v1', true],
  ['v1', 'v1', true],
  ['v1', 'v10', false],
  ['v4.*', 'v4.12', true],
  ['v4.*', 'v4', false],
  ['*-amd64', 'v1-amd64', true],
  ['v*-*4', 'v1-amd64', true],
  ['a*a', 'a', false],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'acb', false],
  ['**', 'x', true],
  ['v4.1', 'v4x1', false],
])('matchesTag(%s, %s) is %s', (pattern, tag, expected) => expect(matchesTag(pattern, tag)).toBe(expected));

it('takes no time on patterns that regular expressions choke on', () => {
  expect(matchesTag(`${'a*'.repeat(60)}b`, 'a'.repeat(128))).toBe(false);
});
