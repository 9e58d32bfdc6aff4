import { describe, expect, it } from 'vitest';
import { compareVersions, newestFirst, parseVersion } from '../../../server/src/catalog/version.ts';
import { parseVersionRange } from '../../../server/src/catalog/versionRange.ts';

describe('versions', () => {
  it.each([
    '1.0.0',
    '0.0.0',
    '4.8.0-202111100000',
    '1.0.0-rc.1',
    '1.0.0-0a',
    '1.0.0+build.1',
    '1.0.0-a-b.c+001',
  ])('%s is one', (text) => {
    expect(parseVersion(text)).toBeDefined();
  });

  it.each([
    '',
    '1',
    '1.0',
    '1.0.0.0',
    'v1.0.0',
    '01.0.0',
    '1.0.0-',
    '1.0.0-01',
    '1.0.0+',
    '1.0.0-a..b',
    ' 1.0.0',
    '1.0.x',
  ])('"%s" is none', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  it('are in the order of semver, dates of more digits than a number holds included', () => {
    const ordered = [
      ...['0.9.9', '1.0.0-1', '1.0.0-2', '1.0.0-10', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta'],
      ...['1.0.0', '1.2.0', '1.10.0', '4.8.0-99999999999999999998', '4.8.0-99999999999999999999', '4.8.0'],
    ];
    const versions = ordered.map((text) => parseVersion(text)!);
    expect([...versions].reverse().sort(compareVersions)).toEqual(versions);
    expect([...ordered, 'x', 'a'].sort(newestFirst)).toEqual([...ordered.reverse(), 'a', 'x']);
    expect(compareVersions(parseVersion('1.0.0+a')!, parseVersion('1.0.0+b')!)).toBe(0);
  });
});

describe('ranges of versions', () => {
  it.each<[range: string, inside: string[], outside: string[]]>([
    ['>=1.0.0 <1.2.0', ['1.0.0', '1.1.9', '1.2.0-rc.1'], ['0.9.9', '1.2.0', '1.0.0-rc.1', 'x']],
    ['1.2.3', ['1.2.3', '1.2.3+b'], ['1.2.4']],
    ['==1.2.3 || >2.0.0', ['1.2.3', '2.0.1'], ['2.0.0']],
    ['!=1.2.3 >= 1.0.0', ['1.2.4'], ['1.2.3', '0.1.0']],
    ['!1.2.3', ['1.2.4'], ['1.2.3']],
    ['1.x', ['1.0.0', '1.99.0'], ['2.0.0', '0.9.0']],
    ['>1.9.x', ['1.10.0'], ['1.9.9']],
    ['<=1.x.x', ['1.99.0', '0.1.0'], ['2.0.0']],
  ])('%s', (range, inside, outside) => {
    const parsed = parseVersionRange(range);
    expect(inside.filter((version) => parsed?.holds(version) !== true)).toEqual([]);
    expect(outside.filter((version) => parsed?.holds(version) !== false)).toEqual([]);
  });

  it.each([
    '',
    ' ',
    '>=',
    '>=a <b',
    '<v1.4.0',
    '>=1.0',
    '1.0.0 ||',
    '=>1.0.0',
    'x',
    '~1.0.0',
    '1.0.0 - 2.0.0',
  ])('"%s" is none', (range) => {
    expect(parseVersionRange(range)).toBeUndefined();
  });
});
