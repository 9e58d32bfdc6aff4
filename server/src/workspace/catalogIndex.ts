import { folderOf } from '../base/paths.ts';
import { exactReference, repositoryOf } from '../documents/imageReference.ts';
import { destinationOf, type MappingPair } from '../documents/mapping.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { fileDestination, mappingIndex } from './mappingIndex.ts';

/** Files, and the index images that CatalogSources beside a mapping.txt name: a `Snapshot`. */
export interface CatalogFiles {
  readonly files: ReadonlyMap<string, WorkspaceFile>;
  /** As `exactReference` has them. */
  catalogImages(folder: string): ReadonlySet<string>;
}

/**
 * True for the pair of a mapping.txt that copies the catalog's own index image: a CatalogSource beside the file
 * names its destination, or its repository in the file store is the one that all others lie below. The
 * CatalogSource names that image directly at its new place, so nothing has to redirect it.
 */
export function isCatalogIndex(pair: MappingPair, snapshot: CatalogFiles, path: string): boolean {
  const destination = destinationOf(pair);
  if (destination === undefined || !pair.source.parsed.ok) return false;
  const source = pair.source.parsed.reference;
  const images = snapshot.catalogImages(folderOf(path));
  if (images.has(exactReference(destination))) return true;
  if (source.digest !== undefined && images.has(exactReference({ ...destination, digest: source.digest })))
    return true;
  const index = indexRepository(snapshot, path);
  if (index === undefined) return false;
  return fileDestination(pair) === index || repositoryOf(source) === `file://${index}`;
}

/** All that decides `isCatalogIndex` for the pairs of a file, as one comparable text. */
export function catalogIndexKey(snapshot: CatalogFiles, path: string): string {
  const images = [...snapshot.catalogImages(folderOf(path))].sort();
  return [indexRepository(snapshot, path) ?? '', ...images].join(' ');
}

/** The catalog's own repository in the file store that a mapping.txt reads or writes, without `file://`. */
export function indexRepository(snapshot: Pick<CatalogFiles, 'files'>, path: string): string | undefined {
  const content = snapshot.files.get(path)?.content;
  return content?.type === 'mapping' ? mappingIndex(content.mapping).indexRepository : undefined;
}
