import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Sqlite as SqliteDatabase } from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indexCatalog } from '../../../server/src/catalog/rows.ts';
import { readIndex } from '../../../server/src/indexImages/sqliteIndex.ts';
import { catalogNames, indexOf, tablesOf } from '../../support/catalogs.ts';
import { databaseOf } from '../../support/indexImages.ts';
import { never } from '../registry/harness.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-manifests-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, 'index.db');

const spec = {
  displayName: 'Größe 😀 "quoted" \\ \u2028',
  description: 'two\nlines\t\u0000\u0001',
  icon: [{ base64data: 'aWNvbg==', mediatype: 'image/svg+xml' }, { base64data: 'c2Vjb25k' }],
  provider: { name: 'P' },
  installModes: [{ type: 'OwnNamespace', supported: true }],
  version: '1.0.0',
  relatedImages: [{ name: 'x', image: 'quay.io/b/x:1' }],
  customresourcedefinitions: { owned: [{ kind: 'B' }] },
};
const annotations = { 'alm-examples': '[{"a":1}]', capabilities: 'Seamless', 'olm.skipRange': '<1.0.0' };
const manifest = { kind: 'ClusterServiceVersion', metadata: { annotations }, spec };
const text = JSON.stringify(manifest);

/** An index with one bundle. */
function indexWith(csv: string | Buffer | null): SqliteDatabase {
  const sqlite = new Sqlite(file());
  sqlite.exec(`CREATE TABLE package (name TEXT, default_channel TEXT);
      CREATE TABLE channel (name TEXT, package_name TEXT, head_operatorbundle_name TEXT);
      CREATE TABLE channel_entry (entry_id INTEGER PRIMARY KEY, channel_name TEXT, package_name TEXT, operatorbundle_name TEXT, replaces INTEGER, depth INTEGER);
      CREATE TABLE operatorbundle (name TEXT, csv TEXT, bundlepath TEXT, skiprange TEXT, version TEXT, skips TEXT);
      INSERT INTO package VALUES ('b', 'c');
      INSERT INTO channel VALUES ('c', 'b', 'b.v1');
      INSERT INTO channel_entry VALUES (1, 'c', 'b', 'b.v1', NULL, 0);`);
  sqlite
    .prepare("INSERT INTO operatorbundle VALUES ('b.v1', ?, 'quay.io/b/b:1', NULL, '1.0.0', NULL)")
    .run(csv);
  return sqlite;
}

describe('the manifest of a head', () => {
  it.each(catalogNames.filter((name) => indexOf(name) !== undefined))(
    'is read of it whole: %s',
    async (name) => {
      writeFileSync(file(), databaseOf(name));
      const tables = indexOf(name) ?? expect.unreachable();
      expect(await readIndex(file(), file(), never)).toEqual(indexCatalog(tables));
    },
  );

  it.each<[string, string | Buffer | null, string | undefined]>([
    ['in JSON', text, spec.displayName],
    ['in bytes', Buffer.from(text), spec.displayName],
    ['in lines', JSON.stringify(manifest, undefined, 2), spec.displayName],
    ['in YAML', 'kind: ClusterServiceVersion\nspec:\n  displayName: Y\n', 'Y'],
    ['in YAML, in bytes', Buffer.from('kind: ClusterServiceVersion\nspec: { displayName: Y }\n'), 'Y'],
    [
      'with bytes that are no letters',
      Buffer.from(Buffer.from(text).toString('latin1').replace('lines', '\xff'), 'latin1'),
      spec.displayName,
    ],
    [
      'deeper than SQLite looks',
      text.replace('"B"', '['.repeat(2_000) + ']'.repeat(2_000)),
      spec.displayName,
    ],
    ['of another kind', text.replace('ClusterServiceVersion', 'Service'), undefined],
    ['with nothing in it', '{"kind":"ClusterServiceVersion","spec":{}}', ''],
    ['with no spec', '{"kind":"ClusterServiceVersion"}', undefined],
    [
      'whose parts are other things',
      '{"kind":"ClusterServiceVersion","spec":{"icon":{"base64data":"x"},"links":1}}',
      '',
    ],
    ['cut off', text.slice(0, -1), undefined],
    ['that is not there', null, undefined],
  ])('is read %s', async (_, csv, displayName) => {
    const sqlite = indexWith(csv);
    const catalog = await readIndex(file(), file(), never);
    expect(catalog).toEqual(indexCatalog(tablesOf(sqlite)));
    expect(catalog.packages[0]?.bundles[0]?.about?.displayName).toBe(displayName);
    sqlite.close();
  });

  it('may have letters in it that JSON has only in disguise', async () => {
    indexWith(text.replace('lines', '\u0003')).close();
    const catalog = await readIndex(file(), file(), never);
    expect(catalog.packages[0]?.bundles[0]?.about?.description).toContain('\u0003');
  });
});
