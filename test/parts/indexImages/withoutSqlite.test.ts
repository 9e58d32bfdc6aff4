import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { catalogPlace } from '../../../server/src/indexImages/catalogPlace.ts';
import { openCatalog } from '../../../server/src/indexImages/openCatalog.ts';
import { sqliteMagic } from '../../../server/src/indexImages/sqliteIndex.ts';
import { testImage } from '../../support/images.ts';
import { databaseLabel, packageText } from '../../support/indexImages.ts';
import { writeLayout } from '../../support/ociLayout.ts';
import { failure, never } from '../registry/harness.ts';

vi.mock('../../../server/src/database/sqlite.ts', () => ({
  loadSqlite: async () => ({ problem: 'better-sqlite3 cannot be loaded (GLIBC_2.34 not found)' }),
}));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-catalog-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (text: string) =>
  openCatalog(await catalogPlace(text), { openSource: undefined, kept: undefined, signal: never });

it('says in one line that a catalog in SQLite cannot be read, and leaves no copy of it', async () => {
  writeFileSync(join(folder, 'index.db'), Buffer.concat([sqliteMagic, Buffer.alloc(5000)]));
  const files = { 'index.db': sqliteMagic };
  writeLayout(join(folder, 'layout'), [
    { image: testImage({ format: 'oci', labels: { [databaseLabel]: '/index.db' }, layers: [files] }) },
  ]);
  for (const place of [join(folder, 'index.db'), `oci://${join(folder, 'layout')}`]) {
    const { code, line } = await failure(open(place));
    expect(code).toBe('noSqlite');
    expect(line).toMatch(
      /^catalogs in SQLite cannot be read here: better-sqlite3 cannot be loaded .*file-based catalog$/,
    );
  }
  expect(readdirSync(folder).filter((name) => name.startsWith('operator-mirror-copy-'))).toEqual([]);
});

it('reads file-based catalogs all the same', async () => {
  writeFileSync(join(folder, 'a.json'), packageText('a'));
  expect((await open(join(folder, 'a.json'))).catalog.packages.map(({ name }) => name)).toEqual(['a']);
});
