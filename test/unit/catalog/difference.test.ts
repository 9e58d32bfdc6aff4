import { expect, it } from 'vitest';
import { catalogDifference } from '../../../server/src/catalog/difference.ts';
import { fileBasedCatalog } from '../../../server/src/catalog/fileBased.ts';
import { indexCatalog } from '../../../server/src/catalog/rows.ts';
import { configsOf, indexOf } from '../../support/catalogs.ts';

const nothing = { added: [], removed: [], changed: [] };

function catalogOf(...documents: readonly object[]) {
  return fileBasedCatalog([{ path: 'a', text: documents.map((one) => JSON.stringify(one)).join('\n') }]);
}

const bundle = (name: string, image = 'quay.io/p/p:1') => ({
  schema: 'olm.bundle',
  name,
  package: 'p',
  image,
  properties: [{ type: 'olm.package', value: { packageName: 'p', version: name.slice(3) } }],
});

it('what came, went, moved, changed and was deprecated', () => {
  const before = catalogOf(
    { schema: 'olm.package', name: 'gone' },
    { schema: 'olm.package', name: 'same' },
    { schema: 'olm.package', name: 'p', defaultChannel: 'alpha' },
    { schema: 'olm.channel', package: 'p', name: 'alpha', entries: [{ name: 'p.v1.0.0' }] },
    { schema: 'olm.channel', package: 'p', name: 'old', entries: [{ name: 'p.v0.9.0' }] },
    bundle('p.v0.9.0'),
    bundle('p.v1.0.0'),
  );
  const after = catalogOf(
    { schema: 'olm.package', name: 'new' },
    { schema: 'olm.package', name: 'same' },
    { schema: 'olm.package', name: 'p', defaultChannel: 'stable' },
    {
      schema: 'olm.channel',
      package: 'p',
      name: 'alpha',
      entries: [{ name: 'p.v1.1.0', replaces: 'p.v1.0.0' }, { name: 'p.v1.0.0' }],
    },
    { schema: 'olm.channel', package: 'p', name: 'stable', entries: [{ name: 'p.v1.1.0' }] },
    bundle('p.v1.0.0', 'quay.io/p/p:2'),
    bundle('p.v1.1.0'),
    {
      schema: 'olm.deprecations',
      package: 'p',
      entries: [
        { reference: { schema: 'olm.bundle', name: 'p.v1.0.0' }, message: 'old' },
        { reference: { schema: 'olm.package' }, message: 'old' },
      ],
    },
  );
  expect(catalogDifference(before, after)).toEqual({
    packages: {
      added: ['new'],
      removed: ['gone'],
      changed: [
        {
          name: 'p',
          defaultChannel: ['alpha', 'stable'],
          channels: { added: ['stable'], removed: ['old'], changed: ['alpha'] },
          bundles: { added: ['p.v1.1.0'], removed: ['p.v0.9.0'], changed: ['p.v1.0.0'] },
          heads: [{ channel: 'alpha', head: ['p.v1.0.0', 'p.v1.1.0'] }],
          deprecated: ['p', 'p.v1.0.0'],
        },
      ],
    },
  });
  expect(catalogDifference(before, before).packages.changed).toEqual([]);
});

it('both forms of a catalog are the same but for bundles that no channel has any more', () => {
  const files = (name: string) => fileBasedCatalog(configsOf(name) ?? []);
  const rows = (name: string) => indexCatalog(indexOf(name) ?? { rows: () => [], manifest: () => null });
  for (const name of ['broken-index', 'jaeger-only-index', 'my-operator-index', 'redhat-operator-index']) {
    const { added, removed, changed } = catalogDifference(rows(name), files(name)).packages;
    expect({ added, removed, names: changed.map((one) => [one.bundles, one.heads]) }, name).toEqual({
      added: [],
      removed: [],
      names: changed.map(() => [nothing, []]),
    });
  }
  const [dotvirt] = catalogDifference(rows('edge-index'), files('edge-index')).packages.changed;
  expect(dotvirt).toEqual({
    name: 'dotvirt-operator',
    channels: dotvirt?.channels,
    bundles: { added: [], removed: ['dotvirt-operator.v0.0.27'], changed: [] },
    heads: [],
    deprecated: [],
  });
});
