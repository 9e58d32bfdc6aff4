import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Database, { type Sqlite } from 'better-sqlite3';
import type { CatalogFile } from '../../server/src/catalog/fileBased.ts';
import { type IndexTable, type IndexTables, indexColumns } from '../../server/src/catalog/indexTables.ts';
import { slashes } from './house.ts';

/** Catalogs with what is in them by somebody else's reading: `configs/`, `index.db.gz` and `facts.json` (`README.md` there). */
export const catalogFixtures = join(import.meta.dirname, '../fixtures/catalogs');

export const catalogNames: readonly string[] = readdirSync(catalogFixtures, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** What a catalog holds. Fields that are not of this form's business are left out. */
export interface CatalogFacts {
  readonly packages: readonly FactPackage[];
  readonly bundles: readonly FactBundle[];
  readonly databaseRelatedImages: Readonly<Record<string, readonly string[]>>;
}

export interface FactPackage {
  readonly name: string;
  readonly defaultChannel: string;
  readonly channels: readonly {
    readonly name: string;
    readonly head: string | null;
    readonly entries: readonly {
      readonly name: string;
      readonly replaces: string | null;
      readonly skips?: readonly string[];
      readonly skipRange?: string | null;
    }[];
  }[];
}

export interface FactBundle {
  readonly name: string;
  readonly package: string;
  readonly version: string;
  readonly image: string;
  readonly channels: readonly string[];
  readonly skips: readonly string[];
  readonly skipRange: string | null;
  readonly relatedImages: readonly { readonly name: string; readonly image: string }[];
}

/** What a catalog holds. The channels of a bundle are those that have it as an entry; its CSV may name others. */
export function catalogFacts(name: string): CatalogFacts {
  return factsOf(readFileSync(join(catalogFixtures, name, 'facts.json'), 'utf8'));
}

export function factsOf(text: string): CatalogFacts {
  const facts: CatalogFacts = JSON.parse(text);
  const owners = new Map(facts.packages.map((one) => [one.name, one]));
  const bundles = facts.bundles.map((bundle) => ({
    ...bundle,
    channels: (owners.get(bundle.package)?.channels ?? []).flatMap((channel) =>
      channel.entries.some((entry) => entry.name === bundle.name) ? [channel.name] : [],
    ),
  }));
  return { ...facts, bundles };
}

/** The files of a folder that is a file-based catalog; undefined where the catalog is not there in this form. */
export function configsOf(name: string): CatalogFile[] | undefined {
  const folder = join(catalogFixtures, name, 'configs');
  return existsSync(folder) ? filesBelow(folder) : undefined;
}

/** All files below a folder, as a catalog's reader wants them. */
export function filesBelow(folder: string): CatalogFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: slashes(relative(folder, path)), text: readFileSync(path, 'utf8') }));
}

/**
 * What can be compared of a package: heads, and where the graph leads from where. A database has a row of its own for each
 * entry that another one skips, and the facts list rows.
 */
export function comparedPackage({ name, defaultChannel, channels }: FactPackage): unknown {
  return {
    name,
    defaultChannel,
    channels: sorted(channels).map((channel) => ({
      name: channel.name,
      head: channel.head,
      entries: [...new Set(channel.entries.map((entry) => entry.name))].sort(),
      edges: [...new Set(channel.entries.flatMap(edgesOf))].sort(),
    })),
  };
}

function edgesOf(entry: FactPackage['channels'][number]['entries'][number]): string[] {
  const targets = [...(entry.replaces === null ? [] : [entry.replaces]), ...(entry.skips ?? [])];
  return targets.map((target) => `${entry.name} → ${target}`);
}

/** What can be compared of a bundle. Some forms list its own image among the related ones, some do not. */
export function comparedBundle(bundle: Omit<FactBundle, 'skips' | 'skipRange'>): unknown {
  const { name, package: owner, version, image } = bundle;
  return {
    name,
    package: owner,
    version,
    image,
    channels: [...bundle.channels].sort(),
    relatedImages: [...new Set(bundle.relatedImages.map((one) => one.image))]
      .filter((one) => one !== image)
      .sort(),
  };
}

export function sorted<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Opens a database that is in memory; the package’s own types here know files only. */
export const openBytes = Database as unknown as new (bytes: Buffer) => Sqlite;

/** The SQLite index of a catalog; undefined where the catalog is not there in this form. */
export function indexOf(name: string): IndexTables | undefined {
  const path = join(catalogFixtures, name, 'index.db.gz');
  return existsSync(path) ? tablesOf(new openBytes(gunzipSync(readFileSync(path)))) : undefined;
}

/** The tables of a database as far as they are there. */
export function tablesOf(sqlite: Sqlite): IndexTables {
  return namedTables(
    (table) => {
      const there = sqlite.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as {
        name: string;
      }[];
      const wanted: readonly string[] = indexColumns[table];
      const columns = there.flatMap(({ name }) => (wanted.includes(name) ? [name] : []));
      return columns.length === 0
        ? []
        : (sqlite.prepare(`SELECT ${columns.join()} FROM ${table}`).all() as NamedRow[]);
    },
    (bundle) => {
      const row = sqlite.prepare('SELECT csv FROM operatorbundle WHERE name = ?').get(bundle);
      return (row as NamedRow | undefined)?.csv;
    },
  );
}

/** A row of a table by the names of its columns. */
export type NamedRow = Readonly<Record<string, unknown>>;

/** Tables whose rows are written by names, as the reader of an index asks for them. */
export function namedTables(
  rows: (table: IndexTable) => readonly NamedRow[],
  manifest: IndexTables['manifest'] = () => null,
): IndexTables {
  return {
    rows: (table) => rows(table).map((row) => indexColumns[table].map((column) => row[column])),
    manifest,
  };
}
