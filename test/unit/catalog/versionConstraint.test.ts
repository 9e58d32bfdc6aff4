import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVersion } from '../../../server/src/catalog/version.ts';
import {
  parseConstraint,
  parseLooseVersion,
  satisfies,
} from '../../../server/src/catalog/versionConstraint.ts';
import { anyText, fuzz, inFull } from '../../support/texts.ts';

const versions = [
  ...['0.0.0', '0.0.3', '0.0.4', '0.2.0', '0.2.3', '0.3.0', '1.0.0-rc.1', '1.0.0', '1.1.0', '1.1.9'],
  ...['1.2.0-0', '1.2.0', '1.3.0', '2.0.0-alpha', '2.0.0', '2.1.0', '11.0.0'],
];

function held(range: string): string[] | undefined {
  const constraint = parseConstraint(range);
  return (
    constraint &&
    versions.filter((text) => {
      const version = parseVersion(text);
      return version !== undefined && satisfies(constraint, version);
    })
  );
}

/** From the documentation of Masterminds/semver, and from what oc-mirror v2 found with its ranges. */
const rows: readonly (readonly [range: string, ...versions: string[]])[] = [
  ['>=1.1.0 <=1.2.0', '1.1.0', '1.1.9', '1.2.0'],
  ['>=1.1.0, <=1.2.0', '1.1.0', '1.1.9', '1.2.0'],
  ['>= 1.1.0,<1.2', '1.1.0', '1.1.9'],
  // A bound of fewer numbers is the first of them as the lower one, and the last of them as the upper one.
  ['>=1.1', '1.1.0', '1.1.9', '1.2.0', '1.3.0', '2.0.0', '2.1.0', '11.0.0'],
  ['>1.1', '1.2.0', '1.3.0', '2.0.0', '2.1.0', '11.0.0'],
  ['>1', '2.0.0', '2.1.0', '11.0.0'],
  ['<=1.1', '0.0.0', '0.0.3', '0.0.4', '0.2.0', '0.2.3', '0.3.0', '1.0.0', '1.1.0', '1.1.9'],
  ['>=0.3 <=1', '0.3.0', '1.0.0', '1.1.0', '1.1.9', '1.2.0', '1.3.0'],
  ['<v0.2', '0.0.0', '0.0.3', '0.0.4'],
  // Pre-releases are in a range where one of its bounds names one.
  ['>=1.0.0-0 <=1.0.0', '1.0.0-rc.1', '1.0.0'],
  ['>=1.1.9 <=1.3.0-0', '1.1.9', '1.2.0-0', '1.2.0'],
  ['>=1.2.0 <1.3.0 || >=2.0.0-0 <2.1.0', '1.2.0', '2.0.0-alpha', '2.0.0'],
  ['1.1.0', '1.1.0'],
  ['=1.1', '1.1.0', '1.1.9'],
  ['1.x', '1.0.0', '1.1.0', '1.1.9', '1.2.0', '1.3.0'],
  ['1.1.*', '1.1.0', '1.1.9'],
  ['!=1.x', ...['0.0.0', '0.0.3', '0.0.4', '0.2.0', '0.2.3', '0.3.0', '2.0.0', '2.1.0', '11.0.0']],
  ['!=1.1.0 >=1.0 <1.2', '1.0.0', '1.1.9'],
  ['!=1.1 >=1.0 <=1.2', '1.0.0', '1.2.0'],
  ['~1.1', '1.1.0', '1.1.9'],
  ['~>1', '1.0.0', '1.1.0', '1.1.9', '1.2.0', '1.3.0'],
  ['~1.1.5', '1.1.9'],
  ['^1.1', '1.1.0', '1.1.9', '1.2.0', '1.3.0'],
  ['^0.2.1', '0.2.3'],
  ['^0.0.3', '0.0.3'],
  ['^0.0', '0.0.0', '0.0.3', '0.0.4'],
  ['^0', '0.0.0', '0.0.3', '0.0.4', '0.2.0', '0.2.3', '0.3.0'],
  ['0.2 - 1.1', '0.2.0', '0.2.3', '0.3.0', '1.0.0', '1.1.0', '1.1.9'],
  ['0.2 - 0.3 || 2.0.0 - 2.1.0', '0.2.0', '0.2.3', '0.3.0', '2.0.0', '2.1.0'],
  ['*', ...versions.filter((version) => !version.includes('-'))],
];

describe('ranges of versions as oc-mirror v2 reads them', () => {
  it.each(rows)('%s', (range, ...expected) => expect(held(range)).toEqual(expected));

  it.each([
    '',
    ' ',
    'one',
    '>=',
    '1.0.0 -2',
    '>>1',
    '1.0.0.0',
    '>1.0.0 - 2.0.0',
    '1.0.0,',
    '1.0.0<2.0.0',
    '1|2',
    '1.0.0-01',
  ])('"%s" is none', (range) => expect(parseConstraint(range)).toBeUndefined());

  it('numbers as people write them', () => {
    expect(parseLooseVersion('v01.2')?.numbers).toEqual(['1', '2', '0']);
    expect(parseLooseVersion('4.8.0-202111041632')?.prerelease).toEqual(['202111041632']);
    for (const none of ['', 'x', '1.x', '>=1', '1.2.3.4', '99999999999999999999999', '1.0.0-']) {
      expect(parseLooseVersion(none)).toBeUndefined();
    }
  });

  it('takes any text, in a time that its length bounds', () => {
    const pieces = fc.constantFrom(
      ...['1', '0', '.', 'x', '*', '-', ' ', '||', ',', '>=', '<', '~', '^', 'v', '+', 'a'],
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
          anyText(30),
        ),
        (text) => {
          held(text);
          parseLooseVersion(text);
        },
      ),
      fuzz(4_000),
    );
    for (const piece of ['1', '1.', ' ', '1 - ', '-', '||', '>=1 ', '1.0.0-a.', 'x,']) {
      parseConstraint(piece.repeat(inFull(40_000)));
    }
  });
});
