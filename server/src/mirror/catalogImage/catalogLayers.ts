import type { ImagePlace } from '../../indexImages/imageFiles.ts';
import { ancestorsOf, isBelow } from '../../indexImages/imageTree.ts';
import type { PrunedFile } from './catalogFiles.ts';
import { type LayerContent, type LayerItem, rootFile, rootFolder } from './catalogLayer.ts';

/** Where a catalog is in an image, and what is round it. */
export type Round = Pick<ImagePlace<unknown>, 'path' | 'has' | 'ownerOf'>;

/**
 * What is in the layer that takes a file-based catalog out of an image, and with it the caches that were made of it.
 *
 * It is a layer of its own below that of the new catalog, as oc-mirror v2 writes it too. An opaque whiteout in one layer with the
 * new files would do the same in a container, but not for tools that do not know it, such as `crane export`.
 * https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts
 *
 * @param caches paths of folders, without `/` before them
 */
export function removalItems(round: Round, caches: readonly string[]): LayerItem[] {
  const there = [round.path, ...caches.filter(round.has)];
  const gone = there.filter((path) => !there.some((other) => isBelow(path, other)));
  return sorted(
    gone.flatMap((path) => {
      const name = path.lastIndexOf('/') + 1;
      const whiteout = `${path.slice(0, name)}.wh.${path.slice(name)}`;
      return [
        ...foldersTo(path, round),
        { path: whiteout, owner: rootFile, content: { size: 0, bytes: [] } },
      ];
    }),
  );
}

/** What is in the layer that brings the new catalog. */
export function catalogItems(round: Round, files: readonly PrunedFile[]): LayerItem[] {
  const folders = new Set(files.flatMap(({ path }) => ancestorsOf(path)).filter((path) => path !== ''));
  return sorted([
    ...foldersTo(`${round.path}/`, round),
    ...[...folders].map((path) => ({ path: `${round.path}/${path}`, owner: rootFolder })),
    ...files.map(({ path, pieces, size }) => ({
      path: `${round.path}/${path}`,
      owner: rootFile,
      content: { size, bytes: pieces },
    })),
  ]);
}

/** What is in the layer that puts a database in the place of another. */
export function databaseItems(round: Round, content: LayerContent): LayerItem[] {
  return [...foldersTo(round.path, round), { path: round.path, owner: rootFile, content }];
}

/**
 * The folders that lead to a path, as the image has them. Where a layer has no entry for a folder, who unpacks it gives it the
 * owner and mode that he likes, and `/tmp`, of all folders, has to stay everybody's.
 */
function foldersTo(path: string, { ownerOf }: Round): LayerItem[] {
  return ancestorsOf(path)
    .filter((folder) => folder !== '')
    .map((folder) => ({ path: folder, owner: ownerOf(folder) ?? rootFolder }));
}

/** Each path once, folders before what is in them. */
function sorted(items: readonly LayerItem[]): LayerItem[] {
  const byPath = new Map(items.map((item) => [item.path, item]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
