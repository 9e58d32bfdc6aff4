import { homedir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../database/database.ts';
import { Lookup } from '../lookup/lookup.ts';
import { RegistryClient } from '../registry/client.ts';
import { StoreFolders } from '../stores/ocDirectoryFolder.ts';
import { openStore } from '../stores/open.ts';
import type { OpenFacts } from './factSource.ts';

/**
 * Facts from the registries that the files name, remembered in SQLite, and from the `v2/` folders near them.
 * Without trust nothing is contacted and no credential is read; what is remembered from before, and what is in
 * the workspace itself, is shown all the same.
 */
export const openFacts: OpenFacts = async (facts) => {
  const { settings, trusted, workspaceFolders, storagePath, onArrived, report } = facts;
  const { authFile, caFile, configFile, insecure } = settings.registries;
  const options = {
    authFile: authFile === '' ? undefined : authFile,
    caFile: caFile === '' ? undefined : caFile,
    registriesConf: configFile === '' ? undefined : configFile,
    allowHelpers: trusted,
    insecure,
    environment: { home: homedir(), env: process.env, uid: process.getuid?.(), platform: process.platform },
    userAgent: 'operator-mirror',
  };
  const client = new RegistryClient(options);
  const stranger = new RegistryClient(options, { credentials: noCredentials });
  const database = await Database.open({ file: join(storagePath ?? cacheFolder(), 'facts.db'), report });
  const named = settings.files.folder;
  const folders = new StoreFolders({ named, workspaceFolders, trusted, now: Date.now });
  const lookup = new Lookup({
    openStore: (reference, folder) =>
      reference.transport === 'file' ? folders.open(reference, folder) : openStore(reference, client),
    openWithoutLogin: (reference) => openStore(reference, stranger),
    database,
    offline: () => (trusted ? (settings.network === 'off' ? 'setting' : undefined) : 'untrusted'),
    now: Date.now,
  });
  lookup.onArrived(onArrived);
  return Object.assign(lookup, {
    async close() {
      lookup.dispose();
      database?.close();
      await Promise.all([client.close(), stranger.close()]);
    },
  });
};

const noCredentials = { find: async () => undefined, refresh: () => {} };

/** Where the command line keeps its facts too. */
function cacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME;
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'operator-mirror');
}
