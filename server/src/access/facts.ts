import { join } from 'node:path';
import { Database } from '../database/database.ts';
import { isOnDisk } from '../documents/transport.ts';
import { Lookup } from '../lookup/lookup.ts';
import type { OfflineReason } from '../lookup/offline.ts';
import { RememberedFacts } from '../lookup/rememberedFacts.ts';
import { StoreFolders } from '../stores/ocDirectoryFolder.ts';
import type { Access } from './access.ts';
import { cacheFolder } from './cacheFolder.ts';
import type { OpenedFacts, StorePlaces } from './localFacts.ts';
import { openRegistries } from './registries.ts';

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
  const registries = openRegistries(access);
  const database = await Database.open({
    file: join(folder, 'facts.db'),
    report: access.report ?? (() => {}),
  });
  const folders = new StoreFolders({ ...stores, now: Date.now });
  const lookup = new Lookup({
    openSource: (reference, near) =>
      isOnDisk(reference) ? folders.open(reference, near) : registries.openSource(reference),
    openWithoutLogin: registries.openWithoutLogin,
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
