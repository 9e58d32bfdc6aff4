import type { Sqlite, Statement } from 'better-sqlite3';
import { codeOf, messageOf, UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { type IndexRow, type IndexTable, type IndexTables, indexColumns } from '../catalog/indexTables.ts';
import { manifestOfValues, manifestPaths } from '../catalog/manifestPaths.ts';
import type { Catalog } from '../catalog/model.ts';
import { indexReader } from '../catalog/rows.ts';
import { loadSqlite, type SqliteClass } from '../database/sqlite.ts';
import { type TemporaryFile, writeTemporaryFile } from '../disk/temporaryFile.ts';
import { breath } from './breath.ts';

/** What a SQLite database begins with. https://www.sqlite.org/fileformat.html */
export const sqliteMagic = Buffer.from('SQLite format 3\0', 'latin1');

/** Bytes of the largest database that is read; real indexes have some 400 MB. */
export const largestDatabase = 4 * 1024 ** 3;
/** Bytes of the longest text that is read, a ClusterServiceVersion with its icons. */
const longestText = 64 * 1024 * 1024;
/** Rows of the largest table that is read; real ones have 200,000. */
const mostRows = 5_000_000;

/**
 * Where a SQLite index is put so that it can be read: SQLite reads files only, and a file of others that has to be recovered is
 * not to be touched for it, nor what is beside it. Whoever has the copy removes it.
 *
 * @param content of the database
 * @throws UserError `noSqlite`, before anything is read, where better-sqlite3 cannot be loaded; what `content` throws
 */
export async function copyIndex(content: AsyncIterable<Uint8Array>): Promise<TemporaryFile> {
  await loadedSqlite();
  return writeTemporaryFile('index.db', withoutJournal(content));
}

/**
 * The catalog of a SQLite index that is a copy, or that needs none. It is opened for reading only; nothing in it is ever executed:
 * no view, no virtual table, no generated column.
 *
 * @param name how a person would name the index, in errors
 * @throws UserError `damaged`, `refused`, `noSqlite`; the signal's reason
 */
export async function readIndex(path: string, name: string, signal: AbortSignal): Promise<Catalog> {
  return withIndex(path, name, { readonly: true }, async (sqlite) => {
    sqlite.pragma('query_only = ON');
    // Most pages are manifests that are passed over once: in a small cache they stay where the processor is quick.
    sqlite.pragma('cache_size = -512');
    const reader = indexReader(tablesOf(sqlite, name));
    const rest = breath(signal);
    for (const _ of reader.read()) await rest();
    return reader.catalog();
  });
}

/**
 * Opens a SQLite index, which nobody waits for where somebody else has it locked, for a task, with everything off that can be turned off of what its schema may do.
 * @throws UserError `unsupported` for a database of something else; as `readIndex`; what the task throws
 */
export async function withIndex<Result>(
  path: string,
  name: string,
  { readonly }: { readonly readonly: boolean },
  task: (sqlite: Sqlite) => Promise<Result>,
): Promise<Result> {
  const sqliteClass = await loadedSqlite();
  let sqlite: Sqlite | undefined;
  try {
    sqlite = new sqliteClass(path, { readonly, fileMustExist: true, timeout: 0 });
    for (const rule of ['trusted_schema = OFF', 'cell_size_check = ON', 'mmap_size = 0']) sqlite.pragma(rule);
    const tables = tablesOf(sqlite, name);
    if (!tables.has('package') || !tables.has('operatorbundle')) {
      throw new UserError('unsupported', t('{0} is a database, but no index of operators', name), {
        nextStep: t('name an index.db that opm wrote'),
      });
    }
    return await task(sqlite);
  } catch (error) {
    if (!codeOf(error).startsWith('SQLITE_')) throw error;
    throw new UserError('damaged', t('{0} cannot be read as a database: {1}', name, messageOf(error)), {
      nextStep: t('build the index again, or fetch it again from where it came'),
      cause: error,
    });
  } finally {
    sqlite?.close();
  }
}

async function loadedSqlite(): Promise<SqliteClass> {
  const loaded = await loadSqlite();
  if ('sqlite' in loaded) return loaded.sqlite;
  throw new UserError('noSqlite', t('catalogs in SQLite cannot be read here: {0}', loaded.problem), {
    nextStep: t('use a system with Node 22.15 and glibc 2.34 or newer, or a file-based catalog'),
  });
}

/** A database that was written with a log beside it does not open without that; in a copy there is none. */
async function* withoutJournal(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const versions = 18;
  let at = 0;
  for await (const chunk of content) {
    let passed = chunk;
    for (const place of [versions, versions + 1]) {
      const index = place - at;
      if (index < 0 || index >= chunk.length || passed[index] !== 2) continue;
      if (passed === chunk) passed = Uint8Array.from(chunk);
      passed[index] = 1;
    }
    at += chunk.length;
    yield passed;
  }
}

/** The tables of an index as far as they are there. */
function tablesOf(sqlite: Sqlite, name: string): IndexTables & { has(table: IndexTable): boolean } {
  const typeOf = sqlite.prepare("SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?");
  const columnsOf = sqlite.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0');
  const has = (table: IndexTable) => {
    const type = (typeOf.get(table) as NamedRow | undefined)?.type;
    if (type === undefined || type === 'table') return type === 'table';
    throw new UserError(
      'refused',
      t('{0} is refused: {1} is no table in it, but a {2}', name, table, String(type)),
      {
        nextStep: t('check where the index comes from: opm does not write this'),
      },
    );
  };
  const columns = (table: IndexTable): Set<string> =>
    new Set(has(table) ? (columnsOf.all(table) as NamedRow[]).map((row) => String(row.name)) : []);
  let ofManifest: { readonly fields: Statement; readonly whole: Statement } | undefined;
  return {
    has,
    *rows(table) {
      const there = columns(table);
      const wanted: readonly string[] = indexColumns[table];
      const asked = wanted.filter((column) => there.has(column));
      if (asked.length === 0) return;
      const places = wanted.map((column) => asked.indexOf(column));
      let rows = 0;
      const values = asked.map((column) => shortOnly(column)).join(', ');
      for (const row of rowsOf(sqlite, table, values)) {
        if (++rows > mostRows) {
          throw new UserError(
            'refused',
            t('{0} is refused: its table {1} has more than {2} rows', name, table, mostRows),
            {
              nextStep: t('check where the index comes from'),
            },
          );
        }
        yield asked.length === wanted.length
          ? row
          : places.map((place) => (place === -1 ? undefined : row[place]));
      }
    },
    manifest(bundle) {
      const prepare = (select: string) =>
        sqlite
          .prepare(`${select} FROM (SELECT ${shortOnly('csv')} FROM main."operatorbundle" WHERE name = ?)`)
          .pluck();
      ofManifest ??= { fields: prepare(manifestFields), whole: prepare('SELECT csv') };
      return fieldsOfManifest(ofManifest.fields, bundle) ?? ofManifest.whole.get(bundle);
    },
  };
}

/** Some versions of opm wrote manifests as bytes. */
const manifestFields = `SELECT json_extract(CAST(csv AS TEXT), ${manifestPaths.map((path) => `'$.${path.join('.')}'`).join(', ')})`;

/**
 * What is read of a manifest. SQLite takes it out in half the time in which the whole text becomes an object here.
 * @returns undefined for a manifest that is no JSON to SQLite or to V8: somebody else has to look what it is then
 */
function fieldsOfManifest(ask: Statement, bundle: string): object | undefined {
  try {
    const fields: unknown = JSON.parse(String(ask.get(bundle)));
    return Array.isArray(fields) ? manifestOfValues(fields) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'SQLITE_ERROR') return undefined;
    throw error;
  }
}

/** So many rows are asked for at once: one by one, to ask for each takes as long as to read it. */
const rowsAtOnce = 500;

/** The values in all rows of a table, in their order. What follows them in a row is nobody's concern. */
function* rowsOf(sqlite: Sqlite, table: IndexTable, values: string): Generator<IndexRow, void, undefined> {
  if (sqlite.prepare(hasNoRowid).get(table) !== undefined) {
    yield* sqlite.prepare(`SELECT ${values} FROM main."${table}"`).raw().iterate();
    return;
  }
  const pageAfter = (condition: string) =>
    sqlite
      .prepare(
        `SELECT ${values}, _rowid_ FROM main."${table}" ${condition} ORDER BY _rowid_ LIMIT ${rowsAtOnce}`,
      )
      .raw();
  const after = pageAfter('WHERE _rowid_ > ?');
  let page = pageAfter('').all();
  while (page.length > 0) {
    yield* page;
    if (page.length < rowsAtOnce) return;
    page = after.all(page.at(-1)?.at(-1));
  }
}

/** A table can be without numbers of its rows, or call something else so. */
const hasNoRowid = `SELECT 1 FROM pragma_table_list AS listed WHERE schema = 'main' AND name = ?
  AND (wr OR EXISTS (SELECT 1 FROM pragma_table_xinfo(listed.name) AS one WHERE lower(one.name) = '_rowid_'))`;

/** A row by the names of its columns. */
type NamedRow = Readonly<Record<string, unknown>>;

/** A damaged database can say that a text is larger than all of it. */
function shortOnly(column: string): string {
  return `CASE WHEN octet_length("${column}") <= ${longestText} THEN "${column}" END AS "${column}"`;
}
