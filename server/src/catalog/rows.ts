import { later } from '../base/sentences.ts';
import { makeCatalogBuilder } from './catalogBuilder.ts';
import { addRows } from './catalogOfRows.ts';
import { bundlesToRead, readManifest } from './indexManifests.ts';
import { emptyIndex, type PackageRow, readRow, type TableOfRows } from './indexRows.ts';
import type { IndexTables } from './indexTables.ts';
import type { Catalog } from './model.ts';
import { makeSharing } from './sharing.ts';
import { textOf } from './values.ts';

/** Makes a catalog of the rows of an index. */
export interface IndexReader {
  /** Reads everything and yields now and then, the first time when packages and default channels are known. Never throws for a row. */
  read(): Generator<void, void>;
  /** The catalog as far as it was read. */
  catalog(): Catalog;
}

/** How many rows are read before somebody else may have a turn. */
const rowsAtOnce = 2_000;

export function indexReader(tables: IndexTables): IndexReader {
  const builder = makeCatalogBuilder();
  return {
    *read() {
      const packages: PackageRow[] = [];
      for (const [ownName, defaultChannel] of tables.rows('package')) {
        const name = textOf(ownName);
        const found = { name, defaultChannel: textOf(defaultChannel), description: '', icon: undefined };
        if (builder.addPackage(found)) packages.push(found);
        else {
          builder.addProblem({
            severity: 'error',
            message: later('Package {0} is there twice', name),
            package: name,
          });
        }
      }
      yield;
      const index = emptyIndex(makeSharing(), packages);
      for (const table of restOfTables) {
        if (table.startsWith('api_') && index.hasProperties) continue;
        let rows = 0;
        for (const row of tables.rows(table)) {
          readRow[table](row, index);
          if (++rows % rowsAtOnce === 0) yield;
        }
        yield;
      }
      for (const bundle of bundlesToRead(index)) {
        readManifest(bundle, tables.manifest(bundle.name), index);
        yield;
      }
      addRows(index, builder);
    },
    catalog: () => builder.catalog(),
  };
}

/** The whole catalog at once. */
export function indexCatalog(tables: IndexTables): Catalog {
  const reader = indexReader(tables);
  for (const _ of reader.read()) {
    // All of it is wanted.
  }
  return reader.catalog();
}

/** Entries come before what may name a bundle by its entry. Newer generations say all that `api_…` does in `properties`. */
const restOfTables: readonly TableOfRows[] = [
  ...(['channel', 'channel_entry', 'operatorbundle', 'related_image', 'properties', 'dependencies'] as const),
  ...(['api_provider', 'api_requirer', 'deprecated'] as const),
];
