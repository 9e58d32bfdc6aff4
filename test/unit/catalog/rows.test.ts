import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import type { IndexTable } from '../../../server/src/catalog/indexTables.ts';
import { bundlesOf, type Catalog, deprecationOf, packageOf } from '../../../server/src/catalog/model.ts';
import { indexCatalog, indexReader } from '../../../server/src/catalog/rows.ts';
import { shownCatalog } from '../../../server/src/catalog/shown.ts';
import {
  catalogFacts,
  catalogNames,
  comparedBundle,
  comparedPackage,
  configsOf,
  indexOf,
  type NamedRow,
  namedTables,
  sorted,
  tablesOf,
} from '../../support/catalogs.ts';

describe('a SQLite index holds what its facts say', () => {
  it.each(catalogNames.filter((name) => indexOf(name) !== undefined))('%s', (name) => {
    const facts = catalogFacts(name);
    const catalog = indexCatalog(indexOf(name) ?? noTables());
    const shown = shownCatalog(catalog);
    expect(catalog.problems).toEqual([]);
    expect(shown.packages.map(comparedPackage)).toEqual(sorted(facts.packages).map(comparedPackage));
    // Bundles that no channel has any more are there, with their package: they are mirrored too.
    expect(sorted(shown.bundles).map(comparedBundle)).toEqual(
      sorted(
        facts.bundles.map((bundle) => ({
          ...bundle,
          relatedImages: (facts.databaseRelatedImages[bundle.name] ?? []).map((image) => ({
            name: '',
            image,
          })),
        })),
      ).map(comparedBundle),
    );
  });
});

const csv = {
  kind: 'ClusterServiceVersion',
  metadata: { name: 'p.v2.0.0', annotations: { categories: 'Database', 'olm.skipRange': '>=1.0.0 <2.0.0' } },
  spec: {
    displayName: 'The P',
    version: '2.0.0',
    replaces: 'p.v1.0.0',
    skips: ['p.v1.5.0'],
    icon: [{ base64data: 'AAAA', mediatype: 'image/png' }],
    provider: { name: 'Somebody' },
    installModes: [
      { type: 'OwnNamespace', supported: true },
      { type: 'AllNamespaces', supported: false },
    ],
    relatedImages: [{ name: 'db', image: 'quay.io/p/db:1' }],
    install: {
      spec: {
        deployments: [{ spec: { template: { spec: { containers: [{ image: 'quay.io/p/operator:2' }] } } } }],
      },
    },
  },
};

/** The tables of a small index, as rows. */
const generations: Readonly<Record<string, Partial<Record<IndexTable, NamedRow[]>>>> = {
  'the first generation, where the manifest has what later ones have columns for': {
    operatorbundle: [{ name: 'p.v2.0.0' }, { name: 'p.v1.0.0' }, { name: 'p.v1.5.0' }],
    api_provider: [{ group_name: 'p.io', version: 'v1', kind: 'P', channel_entry_id: 1 }],
  },
  'a newer one': {
    operatorbundle: [
      { name: 'p.v2.0.0', bundlepath: '', skiprange: '>=1.0.0 <2.0.0', version: '2.0.0', skips: 'p.v1.5.0' },
      { name: 'p.v1.0.0', bundlepath: '', skiprange: null, version: '1.0.0', skips: null },
      { name: 'p.v1.5.0', bundlepath: '', skiprange: null, version: '1.5.0', skips: null },
    ],
    related_image: ['db:1', 'operator:2', 'db:1'].map((image) => ({
      image: `quay.io/p/${image}`,
      operatorbundle_name: 'p.v2.0.0',
    })),
    properties: [
      {
        type: 'olm.gvk',
        value: '{"group":"p.io","kind":"P","version":"v1"}',
        operatorbundle_name: 'p.v2.0.0',
      },
    ],
    deprecated: [{ operatorbundle_name: 'p.v1.0.0' }],
    dependencies: [
      {
        type: 'olm.package',
        value: '{"packageName":"q","version":">=1.0.0"}',
        operatorbundle_name: 'p.v2.0.0',
      },
    ],
  },
};

const graphRows: Partial<Record<IndexTable, NamedRow[]>> = {
  package: [{ name: 'p', default_channel: 'stable' }],
  channel: [{ name: 'stable', package_name: 'p', head_operatorbundle_name: 'p.v2.0.0' }],
  channel_entry: [
    [1, 'p.v2.0.0', 2, 0],
    [2, 'p.v1.0.0', null, 1],
    [3, 'p.v1.5.0', null, 1],
    [4, 'p.v2.0.0', 3, 1],
    // Skipped, and nowhere to be found.
    [5, 'p.v1.6.0', null, 2],
    [6, 'p.v2.0.0', 5, 2],
  ].map(([entry_id, operatorbundle_name, replaces, depth]) => ({
    entry_id,
    channel_name: 'stable',
    package_name: 'p',
    operatorbundle_name,
    replaces,
    depth,
  })),
};

describe('every generation of the schema', () => {
  it.each(Object.keys(generations))('%s', (generation) => {
    const tables = { ...graphRows, ...generations[generation] };
    const catalog = indexCatalog(
      namedTables(
        (table) => tables[table] ?? [],
        (bundle) => (bundle === 'p.v2.0.0' ? Buffer.from(JSON.stringify(csv)) : null),
      ),
    );
    const found = packageOf(catalog, 'p');
    expect(found).toMatchObject({
      defaultChannel: 'stable',
      icon: { mediaType: 'image/png', base64: 'AAAA' },
      channels: [
        {
          name: 'stable',
          statedHead: 'p.v2.0.0',
          entries: [
            {
              name: 'p.v2.0.0',
              replaces: 'p.v1.0.0',
              skips: ['p.v1.5.0', 'p.v1.6.0'],
              skipRange: '>=1.0.0 <2.0.0',
            },
            { name: 'p.v1.0.0', replaces: '', skips: [] },
            { name: 'p.v1.5.0', replaces: '', skips: [] },
          ],
        },
      ],
    });
    expect(bundlesOf(catalog)[0]).toMatchObject({
      name: 'p.v2.0.0',
      version: '2.0.0',
      channels: ['stable'],
      relatedImages: [
        { name: 'db', image: 'quay.io/p/db:1' },
        { name: '', image: 'quay.io/p/operator:2' },
      ],
      provides: [{ group: 'p.io', version: 'v1', kind: 'P' }],
      about: { displayName: 'The P', provider: 'Somebody', installModes: ['OwnNamespace'] },
    });
  });

  it('what is deprecated or needed is known where there are tables for it', () => {
    const tables = { ...graphRows, ...generations['a newer one'] };
    const catalog = indexCatalog(namedTables((table) => tables[table] ?? []));
    const found = packageOf(catalog, 'p')!;
    expect(deprecationOf(found, 'olm.bundle', 'p.v1.0.0')).toBe('');
    expect(deprecationOf(found, 'olm.bundle', 'p.v2.0.0')).toBeUndefined();
    expect(found.bundles[0]?.requires).toEqual([
      { type: 'olm.package.required', packageName: 'q', versionRange: '>=1.0.0' },
    ]);
  });

  it('packages are known before any bundle is read', () => {
    const tables = { ...graphRows, ...generations['a newer one'] };
    const asked: string[] = [];
    const reader = indexReader(
      namedTables((table) => {
        asked.push(table);
        return tables[table] ?? [];
      }),
    );
    reader.read().next();
    expect(asked).toEqual(['package']);
    expect(reader.catalog().packages).toMatchObject([{ name: 'p', defaultChannel: 'stable', channels: [] }]);
  });
});

it('bundles provide, need and state the same in both forms', () => {
  const said = (catalog: Catalog) =>
    bundlesOf(catalog).map(({ name, provides, requires, properties }) => ({
      name,
      said: [...provides, ...requires, ...properties]
        .map((one) => inOrder({ ...one, value: 'value' in one ? JSON.parse(one.value) : undefined }))
        .sort(),
    }));
  const rows = said(indexCatalog(indexOf('community-part') ?? noTables()));
  const files = said(fileBasedCatalog(configsOf('community-part') ?? []));
  expect(sorted(rows)).toEqual(sorted(files));
  const all = files.flatMap((bundle) => bundle.said).join();
  for (const type of ['package.required', 'gvk.required', 'constraint']) {
    expect(all).toContain(`olm.${type}`);
  }
});

describe('rows that no opm wrote', () => {
  it('an empty database is an empty catalog', () => {
    expect(indexCatalog(tablesOf(new Database(':memory:')))).toEqual({
      packages: [],
      others: [],
      problems: [],
    });
  });

  it('values of other types, circles and missing rows are read as far as they say something', () => {
    const odd: NamedRow[] = [
      {},
      {
        name: 1,
        package_name: null,
        channel_name: new Uint8Array(3),
        entry_id: 'x',
        replaces: 1n,
        value: '[',
      },
      { entry_id: 1, replaces: 1, operatorbundle_name: 'a', package_name: 'p', channel_name: 'c', depth: -1 },
      { name: 'a', version: 7, skips: ',,a', csv: 'no manifest' },
    ];
    const catalog = indexCatalog(
      namedTables(
        () => odd,
        () => '{"kind":"ClusterServiceVersion"',
      ),
    );
    expect(catalog.packages.length).toBeGreaterThan(0);
    expect(() => shownCatalog(catalog)).not.toThrow();
  });
});

/** JSON whose keys are sorted: the two forms have them in orders of their own. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

function noTables() {
  return { rows: () => [], manifest: () => undefined };
}
