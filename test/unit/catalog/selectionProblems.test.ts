import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { type OperatorSelection, selectFrom } from '../../../server/src/catalog/selection.ts';
import { shownCatalog } from '../../../server/src/catalog/shown.ts';
import { validity } from '../../../server/src/catalog/validity.ts';
import { catalogOfDocuments, type FilterDocument, selectionCatalog } from '../../support/selections.ts';
import { fuzz } from '../../support/texts.ts';

const lab = selectionCatalog('lab-operator-index');

function problems(...packages: OperatorSelection['packages']) {
  return selectFrom(lab, { full: false, packages }).problems.map(({ code, message, suggestions }) => [
    code,
    message,
    suggestions,
  ]);
}

describe('what a selection loses is said, with what to do', () => {
  it('a package that is not there, with the nearest name', () => {
    expect(problems({ name: 'single-operator' }, { name: 'alpha-operater' })).toEqual([
      [
        'unknown-package',
        'Package alpha-operater is not in this catalog, which has alpha-operator: oc-mirror v2 drops it without a word',
        ['alpha-operator'],
      ],
    ]);
  });

  it('a channel that is not there, with the nearest name or all of them', () => {
    const channels = [{ name: 'stable' }, { name: 'stable-1.2' }, { name: 'nightly' }];
    expect(problems({ name: 'alpha-operator', channels })).toEqual([
      [
        'unknown-channel',
        'Package alpha-operator has no channel stable-1.2; its channels are stable, stable-1.0, stable-1.1 and candidate',
        ['stable', 'stable-1.0', 'stable-1.1', 'candidate'],
      ],
      [
        'unknown-channel',
        'Package alpha-operator has no channel nightly; its channels are stable, stable-1.0, stable-1.1 and candidate',
        ['stable', 'stable-1.0', 'stable-1.1', 'candidate'],
      ],
    ]);
    expect(
      problems({ name: 'alpha-operator', channels: [{ name: 'stable' }, { name: 'candidat' }] }),
    ).toEqual([
      ['unknown-channel', 'Package alpha-operator has no channel candidat; it has candidate', ['candidate']],
    ]);
  });

  it('a range in which there are only pre-releases, with the bound that finds them', () => {
    expect(problems({ name: 'datever-operator', minVersion: '4.8.0' })).toEqual([
      [
        'empty-range',
        'Channel 4.8 of package datever-operator has only pre-releases in the range >=4.8.0, such as 4.8.0-202112010000, and a range takes those when it names one itself: minVersion 4.8.0-0 finds them. It is the default channel, and oc-mirror v2 refuses to leave it empty.',
        ['4.8.0-0'],
      ],
      [
        'empty-range',
        'Channel 4.9 of package datever-operator has only pre-releases in the range >=4.8.0, such as 4.9.0-202203081030, and a range takes those when it names one itself: minVersion 4.8.0-0 finds them. oc-mirror v2 drops the channel without a word.',
        ['4.8.0-0'],
      ],
    ]);
    expect(problems({ name: 'datever-operator', minVersion: '4.8.0-0' })).toEqual([]);
  });

  it('nothing of channels that a package’s range leaves behind, and something of a channel’s own', () => {
    expect(problems({ name: 'alpha-operator', minVersion: '1.2.0' })).toEqual([]);
    const channels = [{ name: 'stable' }, { name: 'stable-1.0', minVersion: '1.2.0' }];
    expect(problems({ name: 'alpha-operator', channels })).toEqual([
      [
        'empty-range',
        'Channel stable-1.0 of package alpha-operator has no version in the range >=1.2.0; it has 1.0.1 and 1.0.0. oc-mirror v2 drops the channel without a word.',
        ['1.0.1', '1.0.0'],
      ],
    ]);
  });

  it('a default channel that goes, however it goes', () => {
    expect(problems({ name: 'alpha-operator', channels: [{ name: 'candidate' }] })).toEqual([
      [
        'default-channel',
        'The default channel of alpha-operator, stable, is not selected: oc-mirror v2 refuses this; set defaultChannel to one that is',
        ['candidate'],
      ],
    ]);
    const channels = [{ name: 'stable' }, { name: 'candidate', minVersion: '2.0.0' }];
    expect(problems({ name: 'alpha-operator', defaultChannel: 'candidate', channels }).slice(1)).toEqual(
      [
        [
          'empty-range',
          expect.stringContaining(
            'Channel candidate of package alpha-operator has no version in the range >=2.0.0',
          ),
          expect.anything(),
        ],
        [
          'default-channel',
          'Package alpha-operator is left without its default channel candidate, in which the range finds nothing: opm refuses such a catalog',
          ['stable'],
        ],
      ].slice(1),
    );
  });

  it('a deprecation of what is gone, which is left out', () => {
    const { catalog, problems: found } = selectFrom(lab, {
      full: false,
      packages: [{ name: 'deprecated-operator', minVersion: '1.1.0' }],
    });
    expect(found.map(({ code, channel }) => [code, channel])).toEqual([['deprecation', 'old']]);
    expect(validity(catalog)).toEqual([]);
  });

  it('bundles by name: those alone, and what is not there', () => {
    const { catalog, problems: found } = selectFrom(lab, {
      full: false,
      packages: [{ name: 'alpha-operator', bundles: ['alpha-operator.v1.1.1', 'alpha-operator.v1.1.11'] }],
    });
    expect(catalog.packages[0]?.bundles.map(({ name, channels }) => [name, channels])).toEqual([
      ['alpha-operator.v1.1.1', ['stable', 'stable-1.1', 'candidate']],
    ]);
    expect(found.map(({ message }) => message)).toEqual([
      'Package alpha-operator has no bundle alpha-operator.v1.1.11; it has alpha-operator.v1.1.1',
    ]);
  });
});

/** Names that are few, so that everything meets. */
const name = fc.constantFrom('a', 'b', 'c');
const version = fc.constantFrom('1.0.0', '1.1.0', '2.0.0-1', '2.0.0', 'x', '');
const entryName = fc.constantFrom('p.1', 'p.2', 'p.3', 'p.4', 'p.5');

const documents: fc.Arbitrary<FilterDocument[]> = fc.array(
  fc.oneof(
    fc.record({ schema: fc.constant('olm.package'), name, defaultChannel: fc.constantFrom('s', 't', '') }),
    fc.record({
      schema: fc.constant('olm.channel'),
      package: name,
      name: fc.constantFrom('s', 't', 'u'),
      entries: fc.array(
        fc.record(
          { name: entryName, replaces: entryName, skips: fc.array(entryName, { maxLength: 2 }) },
          { requiredKeys: ['name'] },
        ),
        { maxLength: 4 },
      ),
    }),
    fc.record({ schema: fc.constant('olm.bundle'), package: name, name: entryName, version }),
    fc.record({
      schema: fc.constant('olm.deprecations'),
      package: name,
      entries: fc.constant([{ reference: { schema: 'olm.channel', name: 't' }, message: 'm' }]),
    }),
  ),
  { maxLength: 14 },
);

const bound = fc.constantFrom('', '1', '1.1.0', '2.0.0-0', 'y');
const wanted: fc.Arbitrary<OperatorSelection> = fc.record({
  full: fc.boolean(),
  packages: fc.array(
    fc.record({
      name: fc.oneof(name, fc.constant('')),
      defaultChannel: fc.constantFrom('', '', 't'),
      minVersion: bound,
      maxVersion: bound,
      channels: fc.array(
        fc.record({ name: fc.constantFrom('s', 't', 'v'), minVersion: bound, maxVersion: bound }),
        { maxLength: 2 },
      ),
      bundles: fc.array(entryName, { maxLength: 1 }),
    }),
    { maxLength: 3 },
  ),
});

describe('a selection of any kind from any catalog', () => {
  it('does not throw, comes out the same again, and holds nothing that was not there', () => {
    fc.assert(
      fc.property(documents, wanted, (given, selection) => {
        const catalog = catalogOfDocuments(given);
        const selected = selectFrom(catalog, selection);
        expect(selectFrom(catalog, selection)).toEqual(selected);
        for (const owner of selected.catalog.packages) {
          const before = catalog.packages.find((one) => one.name === owner.name);
          const names = new Set(before?.bundles.map((bundle) => bundle.name));
          expect(owner.bundles.filter((bundle) => !names.has(bundle.name))).toEqual([]);
          for (const bundle of owner.bundles) {
            const channels = owner.channels.filter(({ entries }) =>
              entries.some((one) => one.name === bundle.name),
            );
            expect(new Set(bundle.channels)).toEqual(new Set(channels.map((channel) => channel.name)));
          }
        }
      }),
      fuzz(3_000),
    );
  });

  it.each(['lab-operator-index', 'second-index', 'digest-index'])(
    'of everything is the catalog: %s',
    (index) => {
      const catalog = selectionCatalog(index);
      expect(selectFrom(catalog, { full: true, packages: [] }).catalog).toBe(catalog);
      const packages = catalog.packages.map((owner) => ({ name: owner.name }));
      const selected = selectFrom(catalog, { full: true, packages });
      expect(selected.refused).toBe(false);
      expect(shownCatalog(selected.catalog)).toEqual(shownCatalog(catalog));
      expect(selected.catalog.packages.map(({ bundles }) => bundles)).toEqual(
        catalog.packages.map(({ bundles }) => bundles),
      );
    },
  );

  it('looks at what a catalog has as often as its size demands', () => {
    const looks = (size: number) => {
      const { catalog, count } = counted(longCatalog(size));
      const range = { name: 'p', minVersion: '1.0.5' };
      selectFrom(catalog, { full: false, packages: [{ ...range, maxVersion: '1.0.0' }] });
      selectFrom(catalog, { full: false, packages: [range] });
      return count();
    };
    const [small, large] = [looks(300), looks(2_400)];
    expect(small).toBeGreaterThan(300);
    // Eight times as much, and some for sorting: the square would be 64 times.
    expect(large / small).toBeLessThan(12);
  });
});

/** The same catalog, which counts how often somebody looks at a field of an entry or a bundle. */
function counted(catalog: Catalog): { readonly catalog: Catalog; readonly count: () => number } {
  let looks = 0;
  const watched = <Item extends object>(item: Item): Item =>
    new Proxy(item, {
      get(target, field, receiver) {
        looks++;
        return Reflect.get(target, field, receiver);
      },
    });
  const packages = catalog.packages.map((owner) => ({
    ...owner,
    channels: owner.channels.map((channel) => ({ ...channel, entries: channel.entries.map(watched) })),
    bundles: owner.bundles.map(watched),
  }));
  return { catalog: { ...catalog, packages }, count: () => looks };
}

/** One channel in which everything replaces the one before it and skips some. */
function longCatalog(size: number): Catalog {
  const entries = Array.from({ length: size }, (_, index) => ({
    name: `p.${index}`,
    ...(index === 0 ? {} : { replaces: `p.${index - 1}` }),
    skips: index < 3 ? [] : [`p.${index - 2}`, `p.${index - 3}`],
  }));
  return catalogOfDocuments([
    { schema: 'olm.package', name: 'p', defaultChannel: 's' },
    { schema: 'olm.channel', package: 'p', name: 's', entries },
    ...entries.map((entry, index) => ({
      schema: 'olm.bundle',
      package: 'p',
      name: entry.name,
      version: `1.0.${index}`,
    })),
  ]);
}
