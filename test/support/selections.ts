import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileBasedCatalog } from '../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../server/src/catalog/model.ts';

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
    const text = readFileSync(join(folder, 'catalogs', `${name}.json`), 'utf8');
    catalog = fileBasedCatalog([{ path: 'catalog.json', text }]);
    catalogs.set(name, catalog);
  }
  return catalog;
}

const catalogs = new Map<string, Catalog>();

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
