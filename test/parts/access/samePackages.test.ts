import { describe, expect, it } from 'vitest';
import { samePackages } from '../../../server/src/access/samePackages.ts';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { packCatalog, unpackCatalog } from '../../../server/src/database/packedCatalog.ts';
import { packageText } from '../../support/indexImages.ts';

const catalogOf = (texts: Readonly<Record<string, string>>) =>
  fileBasedCatalog(Object.entries(texts).map(([name, text]) => ({ path: `${name}.json`, text })));
/** A bundle as long as most packages, so that not all packages are packed together. */
const bundle = (owner: string, version: string) =>
  JSON.stringify({
    schema: 'olm.bundle',
    name: `${owner}.${version}`,
    package: owner,
    image: 'x'.repeat(60_000),
  });

describe('packages of two catalogs', () => {
  const before = catalogOf(
    Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [name, packageText(name) + bundle(name, 'v2')]),
    ),
  );
  const after = catalogOf({
    ...Object.fromEntries(['b', 'd', 'e'].map((name) => [name, packageText(name) + bundle(name, 'v2')])),
    c: packageText('c') + bundle('c', 'v3'),
  });

  it.each([
    ['that were just read', before, after],
    [
      'that were kept',
      unpackCatalog(packCatalog(before)) ?? expect.unreachable(),
      unpackCatalog(packCatalog(after)) ?? expect.unreachable(),
    ],
  ])('are the same where all that is in them is: %s', (_, old, now) => {
    const isSame = samePackages(old, now);
    expect(old.packages.map((one) => [one.name, now.packages.map((other) => isSame(one, other))])).toEqual([
      ['a', [false, false, false, false]],
      ['b', [true, false, false, false]],
      ['c', [false, false, false, false]],
      ['d', [false, false, true, false]],
      ['e', [false, false, false, true]],
    ]);
  });
});
