import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { Catalog } from '../catalog/model.ts';
import type { KeptCatalogs } from '../database/keptCatalogs.ts';
import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import type { ImageSource } from '../stores/imageStore.ts';
import type { Progress } from './catalogFolder.ts';
import { type CatalogPlace, imageInLayout, imageInStore } from './catalogPlace.ts';
import type { OnPackages } from './fileCatalog.ts';
import { findWholeIndexImage, readIndexImage } from './indexImage.ts';
import { findLocalFile, findLocalFolder, type LocalCatalog } from './localCatalog.ts';

/** What a catalog is opened with. */
export interface CatalogMeans {
  /** Opens the repository of an image in a registry; undefined where no registry may be contacted. */
  readonly openSource: ((reference: ImageReference) => ImageSource) | undefined;
  /** Where catalogs are kept; undefined where nothing is. */
  readonly kept: KeptCatalogs | undefined;
  readonly signal: AbortSignal;
  readonly progress?: Progress;
  readonly onPackages?: OnPackages;
}

/** A catalog that is open. */
export interface OpenedCatalog {
  readonly catalog: Catalog;
  /** Of the image that it is in; of a folder or file, of all that was read of it; of a database, which is large, of what tells it from others. */
  readonly digest: string;
  /** Of the whole index image, a list of images for several platforms perhaps; undefined where nobody looked at one. */
  readonly imageDigest?: string | undefined;
  /** True where it had been read before, so that no layer was fetched and no text was parsed. */
  readonly wasKept: boolean;
}

/**
 * Opens a catalog wherever it is: `catalogPlace` says what a text names. A catalog that was open before is taken from where it
 * is kept; only its digest is asked for again.
 *
 * @throws UserError that says what is wrong with the place or with what is there, `offline` where only a registry could tell;
 *   the signal's reason
 */
export async function openCatalog(place: CatalogPlace, means: CatalogMeans): Promise<OpenedCatalog> {
  switch (place.kind) {
    case 'registry':
      return openRemote(place.reference, means);
    case 'layout': {
      const { source, tagOrDigest } = await imageInLayout(place, means.signal);
      return openImage(source, tagOrDigest, means);
    }
    case 'store': {
      const { source, tagOrDigest } = await imageInStore(place, means.signal);
      return openImage(source, tagOrDigest, means);
    }
    case 'folder':
      return openLocal(await findLocalFolder(place.path), means);
    case 'file':
      return openLocal(await findLocalFile(place.path, means.signal), means);
  }
}

async function openRemote(reference: ImageReference, means: CatalogMeans): Promise<OpenedCatalog> {
  const { openSource, kept } = means;
  const name = formatReference(reference);
  const { digest, tag = '' } = reference;
  if (openSource === undefined) {
    const known = kept?.digestOf(name) ?? digest;
    const catalog = known === undefined ? undefined : kept?.get(known);
    if (known !== undefined && catalog !== undefined) return { catalog, digest: known, wasKept: true };
    throw new UserError('offline', t('{0} was never opened here, and the network may not be used', name), {
      nextStep: t('open it once with the network, or name a copy on the disk'),
    });
  }
  const opened = await openImage(openSource(reference), digest ?? tag, means);
  kept?.seen(name, opened.digest);
  return opened;
}

async function openImage(
  source: ImageSource,
  tagOrDigest: string,
  means: CatalogMeans,
): Promise<OpenedCatalog> {
  const { signal, progress, onPackages } = means;
  const { whole, usual } = await findWholeIndexImage(source, tagOrDigest, signal);
  const opened = await keptOr(
    usual.digest,
    means,
    async () => (await readIndexImage(source, usual, signal, progress, onPackages)).catalog,
  );
  return { ...opened, imageDigest: whole.digest };
}

async function keptOr(
  digest: string,
  { kept }: CatalogMeans,
  read: () => Promise<Catalog>,
): Promise<OpenedCatalog> {
  const known = kept?.get(digest);
  if (known !== undefined) return { catalog: known, digest, wasKept: true };
  const catalog = await read();
  kept?.keep(digest, catalog);
  return { catalog, digest, wasKept: false };
}

async function openLocal(
  found: LocalCatalog,
  { kept, signal, onPackages }: CatalogMeans,
): Promise<OpenedCatalog> {
  try {
    const { identity } = found;
    const known = identity === undefined ? undefined : kept?.digestOf(identity);
    const catalog = known === undefined ? undefined : kept?.get(known);
    if (known !== undefined && catalog !== undefined) return { catalog, digest: known, wasKept: true };
    const read = await found.read(signal, onPackages);
    kept?.keep(read.digest, read.catalog);
    if (identity !== undefined) kept?.seen(identity, read.digest);
    return { ...read, wasKept: false };
  } finally {
    await found.close();
  }
}
