import type { Sqlite } from 'better-sqlite3';
import { messageOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';

/** Opens a database in a file. */
export type SqliteClass = new (
  file: string,
  options?: { readonly timeout?: number; readonly readonly?: boolean; readonly fileMustExist?: boolean },
) => Sqlite;

/** better-sqlite3's binary ends the process on an older one, so it must not even be loaded there. */
const neededNodeApi = 10;

/**
 * Loads better-sqlite3, which not every machine can: its binary needs a Node-API and a glibc that are not too old. Never throws.
 * @param napi version of Node-API, for tests
 * @returns why it cannot be had, in a sentence, where it cannot
 */
export async function loadSqlite(
  napi: string | undefined = process.versions.napi,
): Promise<{ readonly sqlite: SqliteClass } | { readonly problem: string }> {
  if (!(Number(napi) >= neededNodeApi)) {
    return {
      problem: t(
        'better-sqlite3 needs Node-API {0} (Node 22.14 or newer), and this is {1}',
        neededNodeApi,
        String(napi),
      ),
    };
  }
  try {
    const { default: sqlite } = await import('better-sqlite3');
    // Its binary is loaded with the first database, and only then shows whether this system has what it needs.
    new sqlite(':memory:').close();
    return { sqlite };
  } catch (error) {
    return { problem: t('better-sqlite3 cannot be loaded ({0})', messageOf(error).split('\n', 1).join('')) };
  }
}
