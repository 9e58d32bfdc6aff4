import type { Catalog } from '../../catalog/model.ts';
import type { ImageSource, ImageStore } from '../../stores/imageStore.ts';
import { type CopyOutcome, copyImage } from '../copy/copyImage.ts';
import type { CopyRun } from '../copy/copyRun.ts';
import { at } from '../copy/sides.ts';
import { prunedCatalog } from './prunedCatalog.ts';

/** A catalog image that is to be at another place with less in it. */
export interface CatalogImageRequest {
  readonly source: ImageSource;
  /** Of the index image at the source: one image or a list of them. */
  readonly digest: string;
  readonly destination: ImageStore;
  /** The tags that it gets there. */
  readonly tags: readonly string[];
  /**
   * The catalog as it is to be: of the packages, channels, entries, bundles and deprecations of the source's catalog those that
   * stay, with the default channels that they are to have; such as `catalog/selection` leaves.
   */
  readonly keep: Catalog;
}

/**
 * Writes a pruned catalog: the image of the source, all its platforms, with new layers on top in which the catalog has what is
 * kept of it. Everything else of the image stays, so whatever serves the old one serves the new one; it only starts without
 * the cache that was made of the old catalog (`serveCommand.ts`). The same image and the same selection give the same bytes.
 * The layers below are mounted, copied or found there as those of any image in the run.
 *
 * @returns the digest at the destination, and what was moved
 * @throws UserError with its side: `noIndexImage`, `refused`, `damaged`, `unsupported`, `noSqlite`, and whatever a copy may fail with
 */
export async function writeCatalogImage(request: CatalogImageRequest, run: CopyRun): Promise<CopyOutcome> {
  const { source, digest, destination, tags, keep } = request;
  const pruned = await at('source', () => prunedCatalog(source, digest, keep, run.signal));
  try {
    return await copyImage({ source: pruned.source, reference: pruned.digest, destination, tags }, run);
  } finally {
    await pruned.remove();
  }
}
