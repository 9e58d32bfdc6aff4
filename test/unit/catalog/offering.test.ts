import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../server/src/catalog/model.ts';
import { offering } from '../../../server/src/catalog/offering.ts';
import { packageProblems } from '../../../server/src/catalog/validity.ts';
import { catalogNames, configsOf } from '../../support/catalogs.ts';
import { fuzz } from '../../support/texts.ts';

function catalogOf(channels: Readonly<Record<string, readonly string[]>>, more = ''): Catalog {
  const names = [
    ...new Set(
      Object.values(channels)
        .flat()
        .flatMap((entry) => entry.split(' ')[0] ?? []),
    ),
  ];
  const entry = (text: string) => {
    const [name, ...words] = text.split(' ');
    const edges = words.map((word) => word.split('='));
    const replaces = edges.find(([kind]) => kind === 'replaces')?.[1];
    const skips = edges.flatMap(([kind, target]) => (kind === 'skips' ? [target] : []));
    return { name, replaces, skips };
  };
  const documents = [
    { schema: 'olm.package', name: 'app', defaultChannel: Object.keys(channels)[0] },
    ...Object.entries(channels).map(([name, entries]) => ({
      schema: 'olm.channel',
      package: 'app',
      name,
      entries: entries.map(entry),
    })),
    ...names.map((name) => ({
      schema: 'olm.bundle',
      package: 'app',
      name,
      image: `quay.io/a/${name}:v1`,
      properties: [{ type: 'olm.package', value: { packageName: 'app', version: `${name.slice(1)}.0.0` } }],
    })),
  ];
  const text = documents.map((document) => JSON.stringify(document)).join('\n');
  return fileBasedCatalog([{ path: 'catalog.json', text: `${text}\n${more}` }]);
}

function without(catalog: Catalog, ...gone: string[]) {
  const { catalog: left, stranded } = offering(catalog, (_, name) => !gone.includes(name));
  const [owner] = left.packages;
  return {
    channels: Object.fromEntries(
      (owner?.channels ?? []).map(({ name, entries }) => [name, entries.map((entry) => entry.name)]),
    ),
    defaultChannel: owner?.defaultChannel,
    bundles: owner?.bundles.map(({ name }) => name),
    stranded: stranded.map(({ name }) => name),
    owner,
  };
}

const chain = ['v1', 'v2 replaces=v1', 'v3 replaces=v2'];

describe('a catalog without some bundles', () => {
  it('is the same object where nothing goes', () => {
    const catalog = catalogOf({ stable: chain });
    expect(offering(catalog, () => true).catalog.packages[0]).toBe(catalog.packages[0]);
  });

  it('has the next version at the head where the head goes', () => {
    expect(without(catalogOf({ stable: chain }), 'v3')).toMatchObject({
      channels: { stable: ['v1', 'v2'] },
      bundles: ['v1', 'v2'],
      stranded: [],
    });
  });

  it('loses with a version what only that led to', () => {
    expect(without(catalogOf({ stable: chain }), 'v2')).toMatchObject({
      channels: { stable: ['v3'] },
      bundles: ['v3'],
      stranded: ['v1'],
    });
  });

  it('keeps what is skipped, and what another channel leads to', () => {
    const skipping = ['v1', 'v2 replaces=v1', 'v3 replaces=v2 skips=v1'];
    expect(without(catalogOf({ stable: skipping }), 'v2')).toMatchObject({
      channels: { stable: ['v1', 'v3'] },
      stranded: [],
    });
    expect(without(catalogOf({ stable: chain, old: ['v1'] }), 'v2')).toMatchObject({
      channels: { stable: ['v3'], old: ['v1'] },
      bundles: ['v1', 'v3'],
      stranded: [],
    });
  });

  it('gets the channel of its newest version for a default that is empty, and loses deprecations of what is gone', () => {
    const deprecations = JSON.stringify({
      schema: 'olm.deprecations',
      package: 'app',
      entries: [
        { reference: { schema: 'olm.package' }, message: 'all of it' },
        { reference: { schema: 'olm.channel', name: 'stable' }, message: 'gone' },
        { reference: { schema: 'olm.bundle', name: 'v3' }, message: 'gone' },
        { reference: { schema: 'olm.bundle', name: 'v1' }, message: 'left' },
      ],
    });
    const catalog = catalogOf({ stable: ['v3'], old: ['v1'], new: ['v2'] }, deprecations);
    const { owner, ...left } = without(catalog, 'v3');
    expect(left).toMatchObject({ channels: { old: ['v1'], new: ['v2'] }, defaultChannel: 'new' });
    expect(owner?.deprecations.map(({ message }) => message)).toEqual(['all of it', 'left']);
  });

  it('has no package of which nothing is left', () => {
    expect(offering(catalogOf({ stable: chain }), () => false).catalog.packages).toEqual([]);
  });

  it('is as sound as it was, whatever goes', () => {
    const sound = catalogNames.flatMap((name) => {
      const catalog = fileBasedCatalog(configsOf(name) ?? []);
      return catalog.packages.filter((owner) => packageProblems(owner).length === 0);
    });
    expect(sound.length).toBeGreaterThan(10);
    const catalog: Catalog = { packages: sound, others: [], problems: [] };
    const names = sound.flatMap((owner) => owner.bundles.map(({ name }) => `${owner.name} ${name}`));
    const count = names.length;
    const choice = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count });
    const property = fc.property(choice, fc.integer({ min: 1, max: 9 }), (numbers, share) => {
      const offered = new Set(names.filter((_, at) => (numbers[at] ?? 0) >= share));
      const { catalog: left } = offering(catalog, (owner, name) => offered.has(`${owner} ${name}`));
      expect(left.packages.flatMap(packageProblems)).toEqual([]);
    });
    fc.assert(property, fuzz(100));
  });
});
