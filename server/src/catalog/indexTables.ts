/**
 * The tables of a SQLite index that a catalog is made of, with their columns. Older generations of the schema lack some
 * columns and tables (and have `channel_entry_id` where newer ones have `operatorbundle_name`): ask for what is there.
 * https://github.com/operator-framework/operator-registry/tree/master/pkg/sqlite/migrations
 */
export const indexColumns = {
  package: ['name', 'default_channel'],
  channel: ['name', 'package_name', 'head_operatorbundle_name'],
  channel_entry: ['entry_id', 'channel_name', 'package_name', 'operatorbundle_name', 'replaces', 'depth'],
  related_image: ['image', 'operatorbundle_name'],
  api_provider: ['group_name', 'version', 'kind', 'operatorbundle_name', 'channel_entry_id'],
  api_requirer: ['group_name', 'version', 'kind', 'operatorbundle_name', 'channel_entry_id'],
  dependencies: ['type', 'value', 'operatorbundle_name'],
  properties: ['type', 'value', 'operatorbundle_name'],
  deprecated: ['operatorbundle_name'],
  operatorbundle: ['name', 'bundlepath', 'skiprange', 'version', 'skips'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type IndexTable = keyof typeof indexColumns;

/** What a row has in the columns of its table, in their order; undefined where the generation has no such column. */
export type IndexRow = readonly unknown[];

/** An index as the reader asks it. */
export interface IndexTables {
  /** The rows of a table in any order, none where there is no such table. Each table is asked for once at most. */
  rows(table: IndexTable): Iterable<IndexRow>;
  /**
   * `operatorbundle.csv` of one bundle: text, bytes, or an object that has what `manifestPaths` lists of it. It is asked for the heads of default channels, and where the generation
   * has neither versions nor related images for every bundle, because together these manifests are most of an index.
   */
  manifest(bundle: string): unknown;
}
