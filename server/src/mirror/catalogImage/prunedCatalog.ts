import { posix } from 'node:path';
import type { Catalog } from '../../catalog/model.ts';
import { openRegularFile } from '../../disk/openFile.ts';
import { copyDatabase } from '../../indexImages/catalogContent.ts';
import { layersOf } from '../../indexImages/catalogFolder.ts';
import type { LayeredImage } from '../../indexImages/imageFiles.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { type BaseImage, readBaseImage, rebuilt } from './baseImage.ts';
import { prunedFiles } from './catalogFiles.ts';
import { type LayerItem, type WrittenLayer, writeLayer } from './catalogLayer.ts';
import { catalogItems, databaseItems, removalItems } from './catalogLayers.ts';
import { pruneIndex } from './prunedIndex.ts';
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
  const layers = await newLayers(source, base, keep, signal);
  const remove = () => removeAll(layers);
  try {
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
  keep: Catalog,
  signal: AbortSignal,
): Promise<readonly WrittenLayer[]> {
  const { manifest, parsed, folder } = base.usual;
  const name = `${source.name}@${manifest.digest}`;
  const image = { name, layers: layersOf(source, parsed, name, { signal }) };
  if (folder.form === 'sqlite') return databaseLayer(image, folder.path, keep, signal);
  const caches = cachesOf(base);
  const { files, place } = await prunedFiles(image, { path: folder.path, watched: caches, keep, signal });
  return written([removalItems(place, caches), catalogItems(place, files)], signal);
}

async function databaseLayer(
  image: LayeredImage,
  path: string,
  keep: Catalog,
  signal: AbortSignal,
): Promise<readonly WrittenLayer[]> {
  const { copy, place } = await copyDatabase(image, path);
  try {
    const { handle, info } = await openRegularFile(await pruneIndex(copy.path, image.name, keep));
    try {
      const bytes = handle.createReadStream({ autoClose: false, start: 0 });
      return await written([databaseItems(place, { size: info.size, bytes })], signal);
    } finally {
      await handle.close();
    }
  } finally {
    await copy.remove();
  }
}

async function written(
  layers: readonly LayerItem[][],
  signal: AbortSignal,
): Promise<readonly WrittenLayer[]> {
  const done: WrittenLayer[] = [];
  try {
    for (const items of layers) done.push(await writeLayer(items, signal));
    return done;
  } catch (error) {
    await removeAll(done);
    throw error;
  }
}

async function removeAll(layers: readonly WrittenLayer[]): Promise<void> {
  for (const { file } of layers) await file.remove();
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
