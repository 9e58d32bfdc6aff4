import { homedir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../database/database.ts';
import { Lookup } from '../lookup/lookup.ts';
import { RegistryClient } from '../registry/client.ts';
import { openStore } from '../stores/open.ts';
import type { OpenFacts } from './factSource.ts';

/**
 * Facts from the registries that the files name, remembered in SQLite. Without trust nothing is contacted and
 * no credential is read; what is remembered from before is shown all the same.
 */
export const openFacts: OpenFacts = async ({ settings, trusted, storagePath, onArrived, report }) => {
  const { authFile, caFile, insecure } = settings.registries;
  const client = new RegistryClient({
    authFile: authFile === '' ? undefined : authFile,
    caFile: caFile === '' ? undefined : caFile,
    insecure,
    environment: { home: homedir(), env: process.env, uid: process.getuid?.() },
    userAgent: 'operator-mirror',
  });
  const database = await Database.open({ file: join(storagePath ?? cacheFolder(), 'facts.db'), report });
  const lookup = new Lookup({
    openStore: (reference) => openStore(reference, client),
    database,
    network: () => trusted && settings.network === 'on',
    now: Date.now,
  });
  lookup.onArrived(onArrived);
  return {
    image: (reference) => lookup.image(reference),
    whenKnown: (reference, milliseconds) => lookup.whenKnown(reference, milliseconds),
    async close() {
      lookup.dispose();
      database?.close();
      await client.close();
    },
  };
};

/** Where the command line keeps its facts too. */
function cacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME;
  return join(cache === undefined || cache === '' ? join(homedir(), '.cache') : cache, 'operator-mirror');
}
