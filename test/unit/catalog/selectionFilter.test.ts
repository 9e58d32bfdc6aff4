import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { Catalog, CatalogChannel } from '../../../server/src/catalog/model.ts';
import { configurationProblems } from '../../../server/src/catalog/selection.ts';
import { channelFaults, namesInRange } from '../../../server/src/catalog/selectionChannel.ts';
import {
  type CatalogFilter,
  type Filtered,
  filterCatalog,
} from '../../../server/src/catalog/selectionFilter.ts';
import { parseVersion } from '../../../server/src/catalog/version.ts';
import { parseConstraint } from '../../../server/src/catalog/versionConstraint.ts';
import {
  type ConfiguredPackage,
  catalogOfDocuments,
  type FilterCase,
  type FilterDocument,
  filterCases,
} from '../../support/selections.ts';

const suite = (name: FilterCase['suite']) =>
  filterCases.flatMap((row) => (row.suite === name ? [[`${row.filter}: ${row.name}`, row] as const] : []));

describe('what oc-mirror’s filter library makes of catalogs', () => {
  it('has a row for each of its cases', () => expect(filterCases).toHaveLength(281));

  it.each([...suite('filter-table'), ...suite('random')])('%s', (_name, row) => {
    const filtered = filterCatalog(catalogOfDocuments(row.in ?? []), filterOfCase(row));
    const refused = filtered.problems.some((problem) => problem.refused);
    expect(refused).toBe(row.error !== undefined);
    if (row.error === undefined) expect(shownFiltered(filtered)).toEqual(shownDocuments(row.out ?? []));
  });

  it.each(suite('channel-table'))('channel, %s', (_name, row) => {
    expect(channelFaults(channelOfCase(row), 'p').length > 0).toBe(row.error !== undefined);
  });

  it.each(suite('range-table'))('range, %s', (_name, row) => {
    const range = parseConstraint(row.versionRange ?? '');
    const versions = new Map(
      Object.entries(row.versions ?? {}).flatMap(([name, text]) => {
        const version = parseVersion(text);
        return version === undefined ? [] : [[name, version] as const];
      }),
    );
    expect(range).toBeDefined();
    if (range !== undefined) {
      expect([...namesInRange(channelOfCase(row), range, versions)].sort()).toEqual(row.kept);
    }
  });

  /** What these files are refused for is in a document of the library’s own, which nothing here reads. */
  const ofItsOwn: Readonly<Record<string, string>> = {
    'mirror-config: invalid_apiversion.yaml': 'its apiVersion',
    'config: invalid_apiversion.yaml': 'its apiVersion',
    'config: invalid_kind.yaml': 'its kind',
    'config: invalid_nopackages.yaml':
      'that it names no package, which in an ImageSetConfiguration means all',
  };

  it.each(suite('config-table'))('configuration, %s', (name, row) => {
    const { packages = [] } = load(row.yaml ?? '') as { packages?: ConfiguredPackage[] };
    const problems = configurationProblems({ full: false, packages: packages.map(withoutRanges) });
    expect(problems.length > 0).toBe(row.error !== undefined && !(name in ofItsOwn));
  });
});

function withoutRanges({ name, channels = [] }: ConfiguredPackage) {
  return { name, channels: channels.map((channel) => ({ name: channel.name })) };
}

function filterOfCase({ filter, full = false, config }: FilterCase): CatalogFilter {
  return {
    full,
    keeps: filter === 'config' ? 'whole' : 'head',
    packages: (config?.packages ?? []).map(
      ({ name, defaultChannel = '', versionRange = '', channels = [], bundles = [] }) => ({
        name,
        defaultChannel,
        range: versionRange,
        channels: channels.map((channel) => ({ name: channel.name, range: channel.versionRange ?? '' })),
        bundles: bundles.map((bundle) => bundle.name),
      }),
    ),
  };
}

function channelOfCase(row: FilterCase): CatalogChannel {
  const [channel] = catalogOfDocuments(row.in ?? []).packages[0]?.channels ?? [];
  return channel ?? { name: '', entries: [], statedHead: undefined };
}

interface ShownPackage {
  readonly name: string;
  readonly defaultChannel: string | undefined;
  readonly channels: readonly unknown[];
  readonly bundles: readonly string[];
  readonly deprecations: readonly unknown[];
}

function shownFiltered({ catalog, dangling }: Filtered): unknown {
  const packages = catalog.packages.map((owner): ShownPackage => {
    const left = dangling.filter((one) => one.package === owner.name).map((one) => one.deprecation);
    return {
      name: owner.name,
      defaultChannel: owner.declared ? owner.defaultChannel : undefined,
      channels: owner.channels.map(shownChannel),
      bundles: owner.bundles.map(({ name }) => name).sort(),
      deprecations: [...owner.deprecations, ...left].map(({ schema, name }) => `${schema} ${name}`).sort(),
    };
  });
  return { packages: packages.filter(isThere), others: shownOthers(catalog) };
}

/** A document without a schema is in some rows; no catalog that `opm` reads has one, and ours are not read with one. */
function shownDocuments(documents: readonly FilterDocument[]): unknown {
  const names = [
    ...new Set(
      documents.flatMap(({ schema, name = '', package: owner = '' }) =>
        schema === 'olm.package' ? [name] : schema.startsWith('olm.') ? [owner] : [],
      ),
    ),
  ].sort();
  const of = (schema: string, owner: string) =>
    documents.filter((one) => one.schema === schema && one.package === owner);
  const packages = names.map((name): ShownPackage => {
    const declared = documents.find((one) => one.schema === 'olm.package' && one.name === name);
    const deprecations = of('olm.deprecations', name).flatMap((one) => one.entries ?? []) as {
      reference: { schema: string; name?: string };
    }[];
    return {
      name,
      defaultChannel: declared?.defaultChannel,
      channels: catalogOfDocuments(of('olm.channel', name)).packages.flatMap((owner) =>
        owner.channels.map(shownChannel),
      ),
      bundles: of('olm.bundle', name)
        .map((one) => one.name ?? '')
        .sort(),
      deprecations: deprecations.map(({ reference }) => `${reference.schema} ${reference.name ?? ''}`).sort(),
    };
  });
  return { packages: packages.filter(isThere), others: shownOthers(catalogOfDocuments(documents)) };
}

/** A package of which nothing is left but its name in a document of deprecations is none. */
function isThere({ defaultChannel, channels, bundles, deprecations }: ShownPackage): boolean {
  return defaultChannel !== undefined || channels.length > 0 || bundles.length > 0 || deprecations.length > 0;
}

function shownOthers({ others }: Catalog): unknown {
  return others.map(({ schema, name, package: owner }) => `${schema} ${owner} ${name}`);
}

function shownChannel({ name, entries }: CatalogChannel): unknown {
  return { name, entries };
}
