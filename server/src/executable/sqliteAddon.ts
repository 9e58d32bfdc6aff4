import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { getRawAsset } from 'node:sea';
import { cacheFolder } from '../access/cacheFolder.ts';

/** The name under which the build puts the binary of better-sqlite3 into the executable. */
const asset = 'sqlite.node';

/**
 * Gives what better-sqlite3 would `require`. A system loads libraries from files only, so the binary is written into a folder that
 * nobody else can enter, and is gone again as soon as it is loaded: no file of an earlier run is ever trusted.
 * https://nodejs.org/api/single-executable-applications.html#native-addons-in-the-injected-main-script
 *
 * @throws Error where there is no place to load it from, or the system has not what it needs
 */
export function loadSqliteAddon(): unknown {
  const cache = cacheFolder(process.env, homedir());
  // Where administrators forbid programs in /tmp, they often allow them at home, and the other way round.
  const places = isAbsolute(cache) ? [cache, tmpdir()] : [tmpdir()];
  let problem: unknown;
  for (const place of places) {
    try {
      return loadedIn(place);
    } catch (error) {
      problem = error;
    }
  }
  throw problem;
}

function loadedIn(place: string): unknown {
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(place, 'operator-mirror-sqlite-'));
  try {
    const file = join(folder, asset);
    writeFileSync(file, new Uint8Array(getRawAsset(asset)), { mode: 0o500 });
    const module: { readonly exports: unknown } = { exports: {} };
    process.dlopen(module, file);
    return module.exports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
