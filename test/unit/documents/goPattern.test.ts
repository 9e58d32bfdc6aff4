import { expect, it } from 'vitest';
import { brokenPattern } from '../../../server/src/documents/goPattern.ts';

it.each([
  'quay.io/a/.*',
  '(?i)quay',
  '(?P<host>a)',
  '\\Qa*(\\E',
  '[[:alpha:]]',
  '[](]',
  '\\pL+',
  'a{2}',
  '',
  '\\(?=',
  '[(?=]',
])('Go takes %s, or nobody knows', (text) => expect(brokenPattern(text)).toBe(false));

it.each(['*/a', '(a', 'a)', '[a', 'a**', '+a', 'a\\', '(?=a)', 'a(?!b)', '(?<!a)b', '[b-a]'])(
  'Go refuses %s',
  (text) => expect(brokenPattern(text)).toBe(true),
);
