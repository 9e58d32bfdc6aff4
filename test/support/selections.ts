import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { fileBasedCatalog } from '../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../server/src/catalog/model.ts';
import { type Selection, selectFrom } from '../../server/src/catalog/selection.ts';
import { selectionOf } from '../../server/src/catalog/selectionOfImageSet.ts';
import { parseImageSets } from '../../server/src/documents/imageSetFile.ts';
import { parseOcMirrorReference } from '../../server/src/documents/ocMirrorReference.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'selection');

function read<Row>(name: string): Row[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

/** An entry of `mirror.operators` as it was given to oc-mirror. */
export interface OperatorEntry {
  readonly catalog: string;
  readonly [field: string]: unknown;
}

/** What oc-mirror v2 kept of a package. */
export interface KeptPackage {
  readonly defaultChannel: string;
  readonly channels: Readonly<Record<string, readonly KeptEntry[]>>;
  readonly bundles: readonly string[];
  readonly deprecations?: readonly unknown[];
  readonly other?: readonly string[];
}

export interface KeptEntry {
  readonly name: string;
  readonly replaces?: string;
  readonly skips?: readonly string[];
  readonly skipRange?: string;
}

/** A run of oc-mirror v2. */
export interface SelectionCase {
  readonly name: string;
  readonly kind: string;
  readonly config: readonly OperatorEntry[];
  /** 0 well, 1 the configuration was refused, 4 a catalog could not be collected. */
  readonly exit: number;
  readonly messages?: readonly string[];
  readonly catalogs?: Readonly<Record<string, Readonly<Record<string, KeptPackage>>>>;
}

export const selectionCases: readonly SelectionCase[] = read('v2-filter-cases');

/** The catalogs that the runs selected from, by the last part of their name. */
export function selectionCatalog(name: string): Catalog {
  let catalog = catalogs.get(name);
  if (catalog === undefined) {
    catalog = fileBasedCatalog([{ path: 'catalog.json', text: selectionCatalogText(name) }]);
    catalogs.set(name, catalog);
  }
  return catalog;
}

const catalogs = new Map<string, Catalog>();

export function selectionCatalogText(name: string): string {
  const text = texts.get(name) ?? readFileSync(join(folder, 'catalogs', `${name}.json`), 'utf8');
  texts.set(name, text);
  return text;
}

const texts = new Map<string, string>();

/** What is selected of one catalog here. */
export interface CaseSelection {
  /** The last part of the catalog's name. */
  readonly name: string;
  /** All of the catalog, which oc-mirror then leaves as it is. */
  readonly isWhole: boolean;
  readonly selection: Selection;
}

/** What a run selects here, and why its configuration is refused as a whole. */
export function selectionsOf({ config }: SelectionCase): {
  readonly refusals: readonly string[];
  readonly selections: readonly CaseSelection[];
} {
  const text = dump({
    kind: 'ImageSetConfiguration',
    apiVersion: 'mirror.openshift.io/v2alpha1',
    mirror: { operators: config },
  });
  const { imageSets, problems } = parseImageSets(text);
  const [imageSet] = imageSets;
  return {
    refusals: [...problems, ...(imageSet?.problems ?? [])].map(({ message }) => message),
    selections: (imageSet?.operators ?? []).map((operator) => {
      const reference = operator.catalog?.value ?? '';
      const parsed = parseOcMirrorReference(reference);
      const name = (parsed.ok ? parsed.reference.name : reference).replace(/^.*\//, '');
      return {
        name,
        isWhole: operator.full && operator.packages.length === 0,
        selection: selectFrom(selectionCatalog(name), selectionOf(operator)),
      };
    }),
  };
}

/** What can be compared of a catalog with what oc-mirror v2 made of it. */
export function leftOf(catalog: Catalog) {
  return catalog.packages.map((owner) => [
    owner.name,
    {
      defaultChannel: owner.defaultChannel,
      channels: byName(owner.channels.map(({ name, entries }) => [name, entries])),
      bundles: owner.bundles.map(({ name }) => name).sort(),
      deprecations: owner.deprecations.length,
    },
  ]);
}

/** What oc-mirror writes and `opm` refuses: a deprecation of a channel that is gone. Everything else is the same. */
const danglingDeprecation = 'deprecated-min-1.1.0';

/** The catalogs that oc-mirror v2 wrote in a run, to be compared with `leftOf`. */
export function keptByOcMirror({ name: row, catalogs: kept = {} }: SelectionCase) {
  return Object.values(kept).map((packages) =>
    Object.entries(packages)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { defaultChannel, channels, bundles, deprecations = [] }]) => [
        name,
        {
          defaultChannel,
          channels: byName(
            Object.entries(channels).map(([channel, entries]) => [
              channel,
              entries.map(({ name, replaces = '', skips = [], skipRange = '' }) => ({
                name,
                replaces,
                skips,
                skipRange,
              })),
            ]),
          ),
          bundles,
          deprecations: deprecations.length - (row === danglingDeprecation ? 1 : 0),
        },
      ]),
  );
}

function byName<Value>(entries: readonly (readonly [string, Value])[]): Record<string, Value> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A row of the tables of the library that oc-mirror v2 filters with. Bundles are by name and version. */
export interface FilterCase {
  readonly suite: 'filter-table' | 'random' | 'channel-table' | 'range-table' | 'config-table';
  readonly name: string;
  readonly filter: 'mirror-config' | 'config';
  readonly full?: boolean;
  readonly in: readonly FilterDocument[] | null;
  readonly out?: readonly FilterDocument[] | null;
  readonly config?: { readonly packages: readonly ConfiguredPackage[] | null };
  readonly error?: string;
  readonly versionRange?: string;
  readonly versions?: Readonly<Record<string, string>>;
  readonly kept?: readonly string[];
  readonly yaml?: string;
}

export interface ConfiguredPackage {
  readonly name: string;
  readonly defaultChannel?: string;
  readonly versionRange?: string;
  readonly channels?: readonly { readonly name: string; readonly versionRange?: string }[];
  readonly bundles?: readonly { readonly name: string }[];
}

export interface FilterDocument {
  readonly schema: string;
  readonly name?: string;
  readonly package?: string;
  readonly version?: string;
  readonly defaultChannel?: string;
  readonly entries?: readonly unknown[];
}

export const filterCases: readonly FilterCase[] = read('catalog-filter');

/** The documents of a row as a catalog. */
export function catalogOfDocuments(documents: readonly FilterDocument[]): Catalog {
  const text = documents.map(({ version, ...document }) =>
    JSON.stringify({
      ...document,
      ...(version === undefined
        ? {}
        : { properties: [{ type: 'olm.package', value: { packageName: document.package, version } }] }),
    }),
  );
  return fileBasedCatalog([{ path: 'catalog.json', text: text.join('\n') }]);
}
