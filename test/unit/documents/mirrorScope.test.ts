import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mirrorProblem, sourceProblem } from '../../../server/src/documents/mirrorScope.ts';
import { fuzz } from '../../support/texts.ts';

/**
 * The patterns of the CRDs, in their own words but for `[-]*`, which is `-+` here: it means the same, and the empty
 * separator takes exponential time in V8.
 * https://github.com/openshift/api/blob/master/config/v1/types_image_digest_mirror_set.go
 */
const label = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const path = '(?:(?:/[a-z0-9]+(?:(?:(?:[._]|__|-+)[a-z0-9]+)+)?)+)?';
const scope = `(${label}(?:(?:\\.${label})+)?(?::[0-9]+)?)${path}`;
const sourcePattern = new RegExp(`^\\*(?:\\.${label})+$|^${scope}$`);
const mirrorPattern = new RegExp(`^${scope}$`);

const parts = [
  'a',
  'b0',
  'A',
  '0',
  '.',
  '_',
  '__',
  '-',
  '/',
  ':',
  '@',
  '*',
  '*.',
  'localhost',
  'quay.io',
  '5000',
  ' ',
  '[',
  'é',
];

describe('a source and a mirror', () => {
  it('are refused exactly where the patterns of the API refuse them', () => {
    const text = fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((words) => words.join(''));
    fc.assert(
      fc.property(text, (written) => {
        expect(sourceProblem(written) === undefined, `source ${written}`).toBe(sourcePattern.test(written));
        expect(mirrorProblem(written) === undefined, `mirror ${written}`).toBe(mirrorPattern.test(written));
      }),
      fuzz(5000),
    );
  });

  it.each([
    ['https://quay.io/ns/app', 'quay.io/ns/app', true],
    ['docker://quay.io/ns/app:v1', 'quay.io/ns/app', true],
    [' quay.io/ns/app ', 'quay.io/ns/app', true],
    ['quay.io/ns/', 'quay.io/ns', true],
    ['quay.io//', 'quay.io', true],
    ['quay.io/ns/app:v1', 'quay.io/ns/app', true],
    [`quay.io/ns/app:v1@sha256:${'0'.repeat(64)}`, 'quay.io/ns/app', true],
    ['quay.io:5000/ns/app:v1', 'quay.io:5000/ns/app', true],
    ['quay.io/Ns/App', 'quay.io/ns/app', false],
    ['quay.io/ns/app:v1 and more', 'quay.io/ns/app', false],
    ['quay.io/ns//app', undefined, false],
    ['[::1]:5000/app', undefined, false],
    ['', undefined, false],
    ['https://', undefined, false],
  ])('are repaired where it is plain what is meant: %j', (text, repaired, certain) => {
    for (const problem of [sourceProblem(text), mirrorProblem(text)]) {
      expect(problem?.message).not.toBe('');
      expect(problem).toMatchObject({ repaired, certain });
    }
  });

  it('differ in wildcards', () => {
    expect(sourceProblem('*.redhat.io')).toBeUndefined();
    expect(mirrorProblem('*.redhat.io')?.message).toBe('a mirror cannot be a wildcard');
    expect(sourceProblem('*.redhat.io/ns')?.message).toContain('a wildcard is *.DOMAIN');
  });
});
