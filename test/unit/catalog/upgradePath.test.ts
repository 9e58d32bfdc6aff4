import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CatalogPackage, channelOf } from '../../../server/src/catalog/model.ts';
import { type Installed, shortestUpgradePath } from '../../../server/src/catalog/upgradePath.ts';
import { catalogOfDocuments } from '../../support/selections.ts';
import { fuzz } from '../../support/texts.ts';

interface Entry {
  readonly name: string;
  readonly replaces?: string;
  readonly skips?: readonly string[];
  readonly skipRange?: string;
}

/** Entries are named by their versions. */
function packageWith(channels: Readonly<Record<string, readonly Entry[]>>): CatalogPackage {
  const names = [...new Set(Object.values(channels).flatMap((entries) => entries.map(({ name }) => name)))];
  const [owner] = catalogOfDocuments([
    { schema: 'olm.package', name: 'p', defaultChannel: 'a' },
    ...Object.entries(channels).map(([name, entries]) => ({
      schema: 'olm.channel',
      package: 'p',
      name,
      entries,
    })),
    ...names.map((name) => ({ schema: 'olm.bundle', package: 'p', name, version: name })),
  ]).packages;
  if (owner === undefined) throw new Error('There is a package');
  return owner;
}

function path(owner: CatalogPackage, installed: string | Installed, target: string, ...channels: string[]) {
  const names = channels.length === 0 ? ['a'] : channels;
  const found = shortestUpgradePath(
    owner,
    names.flatMap((name) => channelOf(owner, name) ?? []),
    typeof installed === 'string' ? { name: installed } : installed,
    target,
  );
  return found?.map(({ to, by, channel }) => `${by} ${to}${channels.length > 1 ? ` in ${channel}` : ''}`);
}

describe('the shortest way of upgrades', () => {
  const chain = packageWith({
    a: [
      { name: '1.0.0' },
      { name: '1.1.0', replaces: '1.0.0' },
      { name: '1.2.0', replaces: '1.1.0', skips: ['1.0.0'] },
      { name: '2.0.0', replaces: '1.2.0', skipRange: '>=0.9.0 <1.2.0' },
      { name: '3.0.0', replaces: '2.0.0' },
    ],
    b: [{ name: '4.0.0', replaces: '3.0.0' }],
  });

  it('goes over replaces, skips and skipRange, whichever is quicker', () => {
    expect(path(chain, '1.2.0', '3.0.0')).toEqual(['replaces 2.0.0', 'replaces 3.0.0']);
    expect(path(chain, '1.0.0', '3.0.0')).toEqual(['skipRange 2.0.0', 'replaces 3.0.0']);
    expect(path(chain, '1.0.0', '1.2.0')).toEqual(['skips 1.2.0']);
  });

  it('begins at a version that the catalog has not any more', () => {
    expect(path(chain, { version: '0.9.5' }, '3.0.0')).toEqual(['skipRange 2.0.0', 'replaces 3.0.0']);
    expect(path(chain, { version: '0.8.0' }, '3.0.0')).toBeUndefined();
    expect(path(chain, { version: '1.1.0' }, '1.2.0')).toEqual(['replaces 1.2.0']);
  });

  it('is empty at the target, and not there where nothing leads to it', () => {
    expect(path(chain, '2.0.0', '2.0.0')).toEqual([]);
    expect(path(chain, '3.0.0', '1.0.0')).toBeUndefined();
    expect(path(chain, '1.0.0', '4.0.0')).toBeUndefined();
    expect(path(chain, '1.0.0', 'nothing')).toBeUndefined();
  });

  it('changes the channel where that is allowed', () => {
    expect(path(chain, '2.0.0', '4.0.0', 'a', 'b')).toEqual(['replaces 3.0.0 in a', 'replaces 4.0.0 in b']);
  });

  it('takes the newer of two ways that are as short', () => {
    const owner = packageWith({
      a: [
        { name: '1.0.0' },
        { name: '1.1.0', replaces: '1.0.0' },
        { name: '1.2.0', replaces: '1.0.0' },
        { name: '2.0.0', replaces: '1.1.0', skips: ['1.2.0'] },
      ],
    });
    expect(path(owner, '1.0.0', '2.0.0')).toEqual(['replaces 1.2.0', 'skips 2.0.0']);
  });

  it('is one of upgrades that each may be done, and never longer than another', () => {
    const version = fc.nat(7).map((number) => `1.${number}.0`);
    const entry: fc.Arbitrary<Entry> = fc.record(
      {
        name: version,
        replaces: version,
        skips: fc.array(version, { maxLength: 2 }),
        skipRange: fc.tuple(version, version).map(([from, to]) => `>=${from} <${to}`),
      },
      { requiredKeys: ['name'] },
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 10 }), version, version, (entries, from, to) => {
        const owner = packageWith({ a: entries });
        const found = path(owner, from, to);
        // As slow and plain as can be: all that can be reached in so many steps.
        const may = (a: string, { name, replaces, skips = [], skipRange }: Entry) => {
          const [low = '', high = ''] = (skipRange ?? '').split(/[>=<\s]+/).slice(1);
          const isThere = a === from ? entries.some((one) => one.name === a) : true;
          return (
            name !== a &&
            (replaces === a || skips.includes(a) || (isThere && low !== '' && a >= low && a < high))
          );
        };
        let reached = new Set([from]);
        let steps = 0;
        for (; steps < 12 && !reached.has(to); steps++) {
          reached = new Set([
            ...reached,
            ...entries.filter((one) => [...reached].some((a) => may(a, one))).map(({ name }) => name),
          ]);
        }
        expect(found?.length).toBe(reached.has(to) ? steps : undefined);
      }),
      fuzz(2_000),
    );
  });
});
