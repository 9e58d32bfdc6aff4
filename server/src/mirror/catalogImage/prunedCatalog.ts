import { posix } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import type { Catalog } from '../../catalog/model.ts';
import { layersOf } from '../../indexImages/catalogFolder.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { type BaseImage, readBaseImage, rebuilt } from './baseImage.ts';
import { prunedFiles } from './catalogFiles.ts';
import { type LayerItem, type WrittenLayer, writeLayer } from './catalogLayer.ts';
import { catalogItems, type Round, removalItems } from './catalogLayers.ts';
import { commandOf } from './rebuiltImage.ts';
import { RebuiltSource } from './rebuiltSource.ts';
import { cacheFoldersOf } from './serveCommand.ts';

/** A pruned catalog image that is ready to be copied. Whoever has it removes it. */
export interface PrunedCatalog {
  /** Has the image by its digest, and all that it is made of. */
  readonly source: ImageSource;
  readonly digest: string;
  /** Removes the new layers, which are temporary files. Never fails. */
  remove(): Promise<void>;
}

/**
 * Makes an index image with less in its catalog, all platforms, without writing it anywhere.
 *
 * @param digest of the index image
 * @param keep the catalog as it is to be
 * @throws UserError as `writeCatalogImage`, without the copy; the signal's reason
 */
export async function prunedCatalog(
  source: ImageSource,
  digest: string,
  keep: Catalog,
  signal: AbortSignal,
): Promise<PrunedCatalog> {
  const base = await readBaseImage(source, digest, signal);
  const layers: WrittenLayer[] = [];
  const remove = async () => {
    for (const { file } of layers) await file.remove();
  };
  try {
    for (const items of await newLayers(source, base, keep, signal)) {
      layers.push(await writeLayer(items, signal));
    }
    const image = rebuilt(base, layers, source.name);
    return { source: new RebuiltSource(source, image, layers), digest: image.top.digest, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function newLayers(
  source: ImageSource,
  base: BaseImage,
  catalog: Catalog,
  signal: AbortSignal,
): Promise<LayerItem[][]> {
  const { manifest, parsed, folder } = base.usual;
  const name = `${source.name}@${manifest.digest}`;
  const image = { name, layers: layersOf(source, parsed, name, { signal }) };
  const caches = cachesOf(base);
  const { files, place } = await prunedFiles(image, { path: folder.path, watched: caches, catalog, signal });
  requireFolder(place, folder.path, name);
  return [removalItems(place, caches), catalogItems(place, files)];
}

/** The folders of caches that the image starts with, on any platform, without `/` before them. */
function cachesOf({ platforms }: BaseImage): string[] {
  const folders = platforms.flatMap(({ config }) =>
    cacheFoldersOf(commandOf(config)).map((folder) =>
      posix.resolve('/', config.config?.WorkingDir ?? '', folder).slice(1),
    ),
  );
  return [...new Set(folders)].filter((folder) => folder !== '').sort();
}

function requireFolder({ path }: Round, labelled: string, name: string): void {
  if (path !== '') return;
  throw new UserError('refused', t('{0} is refused: {1} leads to its root folder', name, labelled), {
    nextStep: t('check where the image comes from'),
  });
}
