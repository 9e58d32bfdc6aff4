import { join } from 'node:path';
import { OnDemand } from '../base/onDemand.ts';
import { Database } from '../database/database.ts';
import { isOnDisk } from '../documents/transport.ts';
import { Lookup } from '../lookup/lookup.ts';
import type { OfflineReason } from '../lookup/offline.ts';
import { RememberedFacts } from '../lookup/rememberedFacts.ts';
import { StoreFolders } from '../stores/ocDirectoryFolder.ts';
import type { Access } from './access.ts';
import { cacheFolder } from './cacheFolder.ts';
import type { OpenedFacts, StorePlaces } from './localFacts.ts';

/**
 * Facts from the registries that files name, remembered from run to run, and from the `v2/` folders near them. The command
 * line and the editor remember in one place, unless the editor has a folder for it.
 * @param offline why no registry may be contacted now; undefined while they may be
 * @param asksAnew true for who has to know what a tag is now, however lately somebody asked
 */
export async function openFacts(
  access: Access,
  stores: StorePlaces,
  offline: () => OfflineReason | undefined,
  folder = cacheFolder(access.environment.env, access.environment.home),
  asksAnew = false,
): Promise<OpenedFacts> {
  // An editor on files of `file://` alone needs none, and starts without what they need.
  const registries = new OnDemand(async () => (await import('./registries.ts')).openRegistries(access));
  const database = await Database.open({
    file: join(folder, 'facts.db'),
    report: access.report ?? (() => {}),
  });
  const folders = new StoreFolders({ ...stores, now: Date.now });
  const lookup = new Lookup({
    openSource: async (reference, near) =>
      isOnDisk(reference) ? folders.open(reference, near) : (await registries.get()).openSource(reference),
    openWithoutLogin: async (reference) => (await registries.get()).openWithoutLogin(reference),
    remembered: database && new RememberedFacts(database, asksAnew),
    offline,
    now: Date.now,
  });
  return {
    lookup,
    async close() {
      lookup.dispose();
      database?.close();
      await registries.close();
    },
  };
}
