import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database, { type Sqlite } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type Catalog,
  type CatalogBundle,
  type CatalogPackage,
  channelOf,
  packageOf,
} from '../../../../server/src/catalog/model.ts';
import { indexCatalog } from '../../../../server/src/catalog/rows.ts';
import { selectFrom } from '../../../../server/src/catalog/selection.ts';
import { pruneIndex } from '../../../../server/src/mirror/catalogImage/prunedIndex.ts';
import { tablesOf } from '../../../support/catalogs.ts';
import { databaseOf } from '../../../support/indexImages.ts';
import { failure } from '../../registry/harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Opens a database for what a test does with it. */
function using<Result>(path: string, use: (sqlite: Sqlite) => Result): Result {
  const sqlite = new Database(path);
  try {
    return use(sqlite);
  } finally {
    sqlite.close();
  }
}

/** Prunes a copy of an index. */
async function pruned(bytes: Buffer, keep: Catalog): Promise<string> {
  const path = join(mkdtempSync(join(folder, 'copy-')), 'index.db');
  writeFileSync(path, bytes);
  return pruneIndex(path, 'the index', keep);
}

function catalogIn(path: string): Catalog {
  return using(path, (sqlite) => indexCatalog(tablesOf(sqlite)));
}

function catalogOf(name: string): Catalog {
  const path = join(folder, 'whole.db');
  writeFileSync(path, databaseOf(name));
  return catalogIn(path);
}

function only(catalog: Catalog, names: readonly string[]): Catalog {
  return { ...catalog, packages: catalog.packages.filter(({ name }) => names.includes(name)) };
}

/** All rows of all tables, and all that the schema says. */
function contentOf(path: string): Record<string, unknown[]> {
  return using(path, (sqlite) => {
    const schema = sqlite.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2').all() as {
      readonly type: string;
      readonly name: string;
    }[];
    const rows = schema
      .filter(({ type }) => type === 'table')
      .map(({ name }) => [name, sqlite.prepare(`SELECT * FROM "${name}"`).all()] as const);
    return { schema, ...Object.fromEntries(rows) };
  });
}

describe('whole packages', () => {
  const name = 'redhat-operator-index';
  const packages = ['cluster-logging', 'elasticsearch-operator'];

  it('stay in each table as opm leaves them', async () => {
    const result = contentOf(await pruned(databaseOf(name), only(catalogOf(name), packages)));
    const path = join(folder, 'opm.db');
    writeFileSync(path, databaseOf('my-operator-index'));
    const { schema_migrations: ours, ...rest } = result;
    const { schema_migrations: opms, ...expected } = contentOf(path);
    expect(rest).toEqual(expected);
    expect(ours).toMatchObject([{ version: 10 }]);
    expect(opms).toMatchObject([{ version: 10 }]);
  });

  it('are the same bytes each time, and no bundle of others is among them', async () => {
    const keep = only(catalogOf(name), packages);
    const [one, other] = [await pruned(databaseOf(name), keep), await pruned(databaseOf(name), keep)];
    const bytes = readFileSync(one);
    expect(bytes.equals(readFileSync(other))).toBe(true);
    expect(databaseOf(name).includes('jaeger')).toBe(true);
    expect(bytes.includes('jaeger')).toBe(false);
  });
});

describe('some bundles of a package', () => {
  it.each(['community-part', 'redhat-operator-index', 'big-index'])(
    'are what is selected: %s',
    async (name) => {
      const whole = catalogOf(name);
      const { catalog: keep } = selectFrom(whole, { full: false, packages: [] });
      const path = await pruned(databaseOf(name), keep);
      const read = catalogIn(path);
      expect(read.packages.map(graphOf)).toEqual(
        keep.packages.map((owner) => graphOf(withTargets(owner, packageOf(whole, owner.name)!))),
      );
      expect(read.packages.flatMap(({ bundles }) => bundles.map(withoutChannels))).toEqual(
        keep.packages.flatMap(({ bundles }) => bundles.map(withoutChannels)),
      );
      using(path, (sqlite) => {
        expect(sqlite.pragma('foreign_key_check')).toEqual([]);
        expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
        expect(
          sqlite
            .prepare('SELECT min(depth) AS depth FROM channel_entry GROUP BY package_name, channel_name')
            .all(),
        ).toEqual(keep.packages.flatMap(({ channels }) => channels.map(() => ({ depth: 0 }))));
      });
    },
  );

  it('without the head: the next one is it, and another default channel is the default', async () => {
    const whole = catalogOf('redhat-operator-index');
    const owner = packageOf(whole, 'jaeger-product')!;
    expect(owner.channels.length).toBe(2);
    const [gone, left] = owner.channels;
    const keep = only({ ...whole, packages: [{ ...owner, defaultChannel: left!.name, channels: [left!] }] }, [
      owner.name,
    ]);
    const read = catalogIn(await pruned(databaseOf('redhat-operator-index'), keep));
    expect(read.packages.map(({ defaultChannel }) => defaultChannel)).toEqual([left!.name]);
    expect(read.packages[0]?.channels.map(({ name }) => name)).not.toContain(gone!.name);
  });
});

/** What a kept entry replaces or skips stays an entry, and is seen where another channel keeps its bundle. */
function withTargets(owner: CatalogPackage, whole: CatalogPackage): CatalogPackage {
  const bundles = new Set(owner.bundles.map(({ name }) => name));
  const channels = owner.channels.map((channel) => {
    const targets = new Set(channel.entries.flatMap(({ replaces, skips }) => [replaces, ...skips]));
    const entries = channelOf(whole, channel.name)!.entries.flatMap((entry) => {
      const kept = channel.entries.find(({ name }) => name === entry.name);
      if (kept !== undefined) return [kept];
      return targets.has(entry.name) && bundles.has(entry.name)
        ? [{ ...entry, replaces: '', skips: [] }]
        : [];
    });
    return { ...channel, entries };
  });
  return { ...owner, channels };
}

function withoutChannels(bundle: CatalogBundle) {
  return { ...bundle, channels: [] };
}

function graphOf({ name, defaultChannel, channels }: Catalog['packages'][number]) {
  return { name, defaultChannel, channels };
}

describe('the first generation of the schema', () => {
  it('is pruned, and stays the one it is', async () => {
    const path = join(folder, 'first.db');
    using(path, (sqlite) => sqlite.exec(firstGeneration));
    const keep = only(catalogIn(path), ['p']);
    const result = contentOf(await pruned(readFileSync(path), keep));
    expect(result.schema).toEqual(contentOf(path).schema);
    expect(result).toMatchObject({
      package: [{ name: 'p' }],
      operatorbundle: [{ name: 'p.v2' }, { name: 'p.v1' }],
      channel_entry: [{ entry_id: 1, replaces: 2 }, { entry_id: 2 }],
      api_provider: [{ channel_entry_id: 1 }],
      api: [{ kind: 'P' }],
      notes: [{ text: 'somebody else’s' }],
    });
  });
});

const firstGeneration = `
  CREATE TABLE operatorbundle (name TEXT PRIMARY KEY, csv TEXT UNIQUE, bundle TEXT);
  CREATE TABLE package (name TEXT PRIMARY KEY, default_channel TEXT);
  CREATE TABLE channel (name TEXT, package_name TEXT, head_operatorbundle_name TEXT, PRIMARY KEY (name, package_name));
  CREATE TABLE channel_entry (entry_id INTEGER PRIMARY KEY, channel_name TEXT, package_name TEXT,
    operatorbundle_name TEXT, replaces INTEGER, depth INTEGER);
  CREATE TABLE api (group_name TEXT, version TEXT, kind TEXT, plural TEXT NOT NULL, PRIMARY KEY (group_name, version, kind));
  CREATE TABLE api_provider (group_name TEXT, version TEXT, kind TEXT, channel_entry_id INTEGER);
  CREATE TABLE notes (text TEXT);
  INSERT INTO operatorbundle (name, csv) VALUES ('p.v2', '{"spec":{"version":"2.0.0"}}'), ('p.v1', '{}'), ('q.v1', '[]');
  INSERT INTO package VALUES ('p', 'stable'), ('q', 'stable');
  INSERT INTO channel VALUES ('stable', 'p', 'p.v2'), ('stable', 'q', 'q.v1');
  INSERT INTO channel_entry VALUES (1, 'stable', 'p', 'p.v2', 2, 0), (2, 'stable', 'p', 'p.v1', NULL, 1),
    (3, 'stable', 'q', 'q.v1', NULL, 0);
  INSERT INTO api VALUES ('p.io', 'v1', 'P', 'ps'), ('q.io', 'v1', 'Q', 'qs');
  INSERT INTO api_provider VALUES ('p.io', 'v1', 'P', 1), ('q.io', 'v1', 'Q', 3);
  INSERT INTO notes VALUES ('somebody else’s');`;

describe('an index that does something', () => {
  const base = 'jaeger-only-index';
  const withSchema = (sql: string): Buffer => {
    const path = join(folder, 'strange.db');
    writeFileSync(path, databaseOf(base));
    using(path, (sqlite) => {
      (sqlite as Sqlite & { unsafeMode(): void }).unsafeMode();
      sqlite.exec(sql);
    });
    return readFileSync(path);
  };

  it('does not do it: triggers are there afterwards as before, and none has run', async () => {
    const bytes = withSchema(`
      CREATE TABLE seen (what TEXT);
      CREATE TRIGGER onDelete AFTER DELETE ON operatorbundle BEGIN INSERT INTO seen VALUES (OLD.name); END;
      CREATE TRIGGER onUpdate AFTER UPDATE ON channel BEGIN INSERT INTO seen VALUES ('channel'); END;`);
    const result = contentOf(await pruned(bytes, only(catalogOf(base), [])));
    expect(result).toMatchObject({ seen: [], operatorbundle: [], package: [] });
    expect(result.schema).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ name: 'onDelete' })]),
    );
  });

  it.each(["sql || '; DELETE FROM schema_migrations'", "'CREATE VIEW extra AS SELECT 1'"])(
    'is damaged where what it has as a trigger is %s',
    async (sql) => {
      const bytes = withSchema(`
        CREATE TRIGGER extra AFTER DELETE ON operatorbundle BEGIN SELECT 1; END;
        PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET sql = ${sql} WHERE name = 'extra';`);
      expect(await failure(pruned(bytes, only(catalogOf(base), [])))).toMatchObject({ code: 'damaged' });
    },
  );

  it('is refused where a view is in the place of a table', async () => {
    const bytes = withSchema(
      'DROP TABLE package; CREATE VIEW package AS SELECT 1 AS name, 2 AS default_channel;',
    );
    expect(await failure(pruned(bytes, only(catalogOf(base), [])))).toMatchObject({ code: 'refused' });
  });

  it('is damaged where it is cut off', async () => {
    const bytes = databaseOf(base);
    const cut = bytes.subarray(0, bytes.length / 2);
    expect(await failure(pruned(cut, only(catalogOf(base), [])))).toMatchObject({ code: 'damaged' });
  });
});
