import { dirname, join } from 'node:path';
import type { Sqlite } from 'better-sqlite3';
import { headOf, headsOf } from '../../catalog/graph.ts';
import type { Catalog } from '../../catalog/model.ts';
import { withIndex } from '../../indexImages/sqliteIndex.ts';

/**
 * Takes out of a copied SQLite index what is not kept, as `opm index prune` does with whole packages, and bundle by bundle where
 * only some of a package stay. Every generation of opm's schema stays the one it is, and tables that nobody here knows stay as they
 * are, but for rows of bundles that are gone. An entry that a kept one replaces or skips stays as the end of that arrow, since
 * that is how an index says who upgrades to what; its bundle goes, unless another channel keeps it. What is left is written anew,
 * page by page, so that it is the same each time and holds nothing of what was deleted.
 *
 * Nothing that stands in the index is executed: its triggers, of which opm has some that tidy up, are taken out before and put back
 * afterwards. Others have to wait meanwhile, some seconds for the largest index there is.
 *
 * https://github.com/operator-framework/operator-registry/blob/v1.40.0/pkg/sqlite/load.go
 *
 * @param path of the copy, in a folder of its own; it is of no more use afterwards
 * @param name how a person would name the index, in errors
 * @returns the path of the pruned index, in the same folder
 * @throws UserError as `withIndex`
 */
export async function pruneIndex(path: string, name: string, keep: Catalog): Promise<string> {
  const pruned = join(dirname(path), 'pruned.db');
  await withIndex(path, name, { readonly: false }, async (sqlite) => {
    for (const rule of [
      'foreign_keys = OFF',
      'journal_mode = OFF',
      'synchronous = OFF',
      'temp_store = MEMORY',
    ]) {
      sqlite.pragma(rule);
    }
    sqlite.transaction(() => {
      const triggers = takeTriggers(sqlite);
      noteKept(sqlite, keep);
      pruneChannels(sqlite);
      pruneBundles(sqlite);
      correctHeads(sqlite, keep);
      for (const trigger of triggers) sqlite.prepare(trigger).run();
    })();
    sqlite.prepare('VACUUM main INTO ?').run(pruned);
  });
  return pruned;
}

/**
 * Drops the triggers of the index, and gives the statements that make them again. SQLite has seen that each of them is one
 * statement, and drops nothing that is no trigger.
 */
function takeTriggers(sqlite: Sqlite): string[] {
  const triggers = sqlite.prepare("SELECT name, sql FROM main.sqlite_schema WHERE type = 'trigger'").all();
  return (triggers as { readonly name: string; readonly sql: string }[]).map(({ name, sql }) => {
    sqlite.prepare(`DROP TRIGGER main.${quoted(name)}`).run();
    return sql;
  });
}

/** Writes down what is kept, where statements can ask for it. */
function noteKept(sqlite: Sqlite, { packages }: Catalog): void {
  sqlite.exec(`
    CREATE TEMP TABLE kept_package (name TEXT PRIMARY KEY, default_channel TEXT) WITHOUT ROWID;
    CREATE TEMP TABLE kept_channel (package TEXT, name TEXT, PRIMARY KEY (package, name)) WITHOUT ROWID;
    CREATE TEMP TABLE kept_member (package TEXT, channel TEXT, bundle TEXT, PRIMARY KEY (package, channel, bundle)) WITHOUT ROWID;
    CREATE TEMP TABLE kept_bundle (name TEXT PRIMARY KEY) WITHOUT ROWID;`);
  const add = (table: string, values: number) =>
    sqlite.prepare(`INSERT OR IGNORE INTO temp.${table} VALUES (${Array(values).fill('?').join()})`);
  const [addPackage, addChannel] = [add('kept_package', 2), add('kept_channel', 2)];
  const [addMember, addBundle] = [add('kept_member', 3), add('kept_bundle', 1)];
  for (const { name: owner, defaultChannel, channels, bundles } of packages) {
    addPackage.run(owner, defaultChannel);
    for (const { name, entries } of channels) {
      addChannel.run(owner, name);
      for (const entry of entries) addMember.run(owner, name, entry.name);
    }
    for (const { name } of bundles) addBundle.run(name);
  }
}

function pruneChannels(sqlite: Sqlite): void {
  sqlite.exec(`
    DELETE FROM main.package WHERE name IS NULL OR name NOT IN (SELECT name FROM temp.kept_package);
    UPDATE main.package SET default_channel = kept.default_channel FROM temp.kept_package AS kept
      WHERE kept.name = package.name AND kept.default_channel IS NOT package.default_channel;
    DELETE FROM main.channel WHERE NOT EXISTS
      (SELECT 1 FROM temp.kept_channel AS kept WHERE kept.package = package_name AND kept.name = channel.name);
    CREATE TEMP TABLE kept_entry AS SELECT entry_id, replaces FROM main.channel_entry
      JOIN temp.kept_member AS kept ON kept.package = package_name AND kept.channel = channel_name
        AND kept.bundle = operatorbundle_name;
    CREATE UNIQUE INDEX temp.kept_entry_id ON kept_entry (entry_id);
    DELETE FROM main.channel_entry WHERE entry_id NOT IN (SELECT entry_id FROM temp.kept_entry
      UNION SELECT replaces FROM temp.kept_entry WHERE replaces IS NOT NULL);
    UPDATE main.channel_entry SET replaces = NULL
      WHERE replaces IS NOT NULL AND entry_id NOT IN (SELECT entry_id FROM temp.kept_entry);`);
}

/** Deletes the bundles that go, whatever speaks of them, and the kinds that nobody brings or needs any more. */
function pruneBundles(sqlite: Sqlite): void {
  const tables = columnsByTable(sqlite);
  sqlite.exec(
    'DELETE FROM main.operatorbundle WHERE name IS NULL OR name NOT IN (SELECT name FROM temp.kept_bundle)',
  );
  for (const [table, columns] of tables) {
    const of = `main.${quoted(table)}`;
    if (table !== 'channel_entry' && columns.has('operatorbundle_name')) {
      sqlite.exec(`DELETE FROM ${of} WHERE operatorbundle_name IS NULL
        OR operatorbundle_name NOT IN (SELECT name FROM temp.kept_bundle)`);
    } else if (columns.has('channel_entry_id')) {
      sqlite.exec(`DELETE FROM ${of} WHERE channel_entry_id NOT IN (SELECT entry_id FROM temp.kept_entry)`);
    }
  }
  if (!tables.has('api')) return;
  sqlite.exec('CREATE TEMP TABLE used_kind (group_name TEXT, version TEXT, kind TEXT)');
  for (const table of ['api_provider', 'api_requirer']) {
    if (!tables.has(table)) continue;
    sqlite.exec(`INSERT INTO temp.used_kind SELECT group_name, version, kind FROM main.${table}`);
  }
  sqlite.exec(`DELETE FROM main.api WHERE (group_name, version, kind) NOT IN
    (SELECT group_name, version, kind FROM temp.used_kind)`);
}

/** The head of a channel may be gone. Depths count from it. */
function correctHeads(sqlite: Sqlite, { packages }: Catalog): void {
  const setHead = sqlite.prepare(
    'UPDATE main.channel SET head_operatorbundle_name = ? WHERE package_name = ? AND name = ?',
  );
  for (const { name: owner, channels } of packages) {
    for (const channel of channels) {
      const head = channel.statedHead ?? headOf(channel) ?? headsOf(channel)[0];
      if (head !== undefined) setHead.run(head, owner, channel.name);
    }
  }
  sqlite.exec(`
    CREATE TEMP TABLE top AS SELECT package_name AS package, channel_name AS channel, min(depth) AS depth
      FROM main.channel_entry WHERE entry_id IN (SELECT entry_id FROM temp.kept_entry) GROUP BY 1, 2;
    UPDATE main.channel_entry SET depth = channel_entry.depth - top.depth FROM temp.top
      WHERE top.package = package_name AND top.channel = channel_name AND top.depth > 0;`);
}

/** The tables that hold rows themselves, with their columns. */
function columnsByTable(sqlite: Sqlite): Map<string, Set<string>> {
  const rows = sqlite
    .prepare(
      `SELECT list.name AS "table", info.name AS "column" FROM pragma_table_list AS list
       JOIN pragma_table_xinfo(list.name) AS info
       WHERE list.schema = 'main' AND list.type = 'table' AND info.hidden = 0`,
    )
    .all() as { readonly table: string; readonly column: string }[];
  const tables = new Map<string, Set<string>>();
  for (const { table, column } of rows) {
    const known = tables.get(table);
    if (known === undefined) tables.set(table, new Set([column]));
    else known.add(column);
  }
  return tables;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
