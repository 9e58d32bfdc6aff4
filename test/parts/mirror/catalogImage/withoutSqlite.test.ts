import { expect, it, vi } from 'vitest';
import { fileBasedCatalog } from '../../../../server/src/catalog/fileBased.ts';
import { testImage } from '../../../support/images.ts';
import { databaseLabel, databaseOf } from '../../../support/indexImages.ts';
import { failure } from '../../registry/harness.ts';
import { writePruned } from './harness.ts';

vi.mock('../../../../server/src/database/sqlite.ts', () => ({
  loadSqlite: async () => ({ problem: 'better-sqlite3 cannot be loaded (GLIBC_2.34 not found)' }),
}));

it('says in one line that a catalog in SQLite cannot be pruned', async () => {
  const image = testImage({
    labels: { [databaseLabel]: '/index.db' },
    layers: [{ 'index.db': databaseOf('jaeger-only-index') }],
  });
  const { code, line } = await failure(writePruned(image, fileBasedCatalog([])));
  expect(code).toBe('noSqlite');
  expect(line).toMatch(
    /^source: catalogs in SQLite cannot be read here: better-sqlite3 .*file-based catalog$/,
  );
});
