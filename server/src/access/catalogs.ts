import { join } from 'node:path';
import { Database } from '../database/database.ts';
import { KeptCatalogs } from '../database/keptCatalogs.ts';
import type { Progress } from '../indexImages/catalogFolder.ts';
import { type CatalogPlace, catalogPlace, storedPlace } from '../indexImages/catalogPlace.ts';
import type { OnPackages } from '../indexImages/fileCatalog.ts';
import { type OpenedCatalog, openCatalog } from '../indexImages/openCatalog.ts';
import type { Access } from './access.ts';
import { cacheFolder } from './cacheFolder.ts';
import { openRegistries, type Registries } from './registries.ts';

/** How a catalog is to be opened. */
export interface CatalogRequest {
  /** What somebody named: an image, `oci://DIR`, `file://`, a folder or a file. */
  readonly text: string;
  /** The folder that holds the `v2/` of `file://` images; the working folder when left out. */
  readonly storeFolder?: string;
  /** The folder whose `v2/` has the `file://` image that the text then is: it never means a folder of that name. */
  readonly store?: string | undefined;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
  /** Is told packages of a file-based catalog before the catalog is read, as far as they are seen so early. */
  readonly onPackages?: OnPackages;
}

/** How catalogs are closed. */
export interface Closing {
  /** True for who is done with the catalogs, too: what nobody has asked of them is then not read any more. */
  readonly isAllDone?: boolean;
}

export interface NamedCatalog extends OpenedCatalog {
  /** What an ImageSetConfiguration calls it; undefined for a folder or a file, which has no name there. */
  readonly image: string | undefined;
}

/** Opens catalogs, until it is closed. */
export interface Catalogs {
  /** @throws UserError as `catalogPlace` and `openCatalog` */
  open(request: CatalogRequest): Promise<NamedCatalog>;
  close(how?: Closing): Promise<void>;
}

/**
 * Catalogs wherever they are, kept from run to run beside the facts of images.
 * @param offline true where no registry may be contacted: then what is kept and what is on the disk is all there is
 */
export async function openCatalogs(
  access: Access,
  offline: boolean,
  folder = cacheFolder(access.environment.env, access.environment.home),
): Promise<Catalogs> {
  const database = await Database.open({
    file: join(folder, 'facts.db'),
    report: access.report ?? (() => {}),
  });
  const kept = database === undefined ? undefined : new KeptCatalogs(database);
  let registries: Registries | undefined;
  const openSource: Registries['openSource'] = (reference, store) => {
    registries ??= openRegistries(access);
    return registries.openSource(reference, store);
  };
  return {
    async open({ text, storeFolder, store, signal, progress, onPackages }) {
      const place: CatalogPlace =
        store === undefined ? await catalogPlace(text, storeFolder) : storedPlace(text, store);
      const opened = await openCatalog(place, {
        openSource: offline ? undefined : openSource,
        kept,
        signal,
        ...(progress === undefined ? {} : { progress }),
        ...(onPackages === undefined ? {} : { onPackages }),
      });
      return { ...opened, image: place.kind === 'folder' || place.kind === 'file' ? undefined : text };
    },
    async close({ isAllDone = false } = {}) {
      kept?.flush();
      if (!isAllDone) kept?.readAll();
      database?.close();
      await registries?.close();
    },
  };
}
