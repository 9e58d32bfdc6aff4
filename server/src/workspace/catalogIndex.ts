import { folderOf } from '../base/paths.ts';
import { exactReference, repositoryOf } from '../documents/imageReference.ts';
import { destinationOf, type MappingPair, type UsualEnds } from '../documents/mappingLine.ts';
import { isAtHop } from '../documents/transport.ts';
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
  const { images, repository } = catalogIndexOf(snapshot, path);
  if (images.size > 0) {
    if (images.has(exactReference(destination))) return true;
    const { digest } = source;
    if (digest !== undefined && images.has(exactReference({ ...destination, digest }))) return true;
  }
  if (repository === undefined) return false;
  return fileDestination(pair) === repository || repositoryOf(source) === `file://${repository}`;
}

/** What tells the catalog's own index image among the pairs of a mapping.txt. */
export interface CatalogIndex {
  /** Those that CatalogSources beside the file name, as `exactReference` has them. */
  readonly images: ReadonlySet<string>;
  /** The catalog's own in the file store, without `file://`. */
  readonly repository: string | undefined;
}

export function catalogIndexOf(snapshot: CatalogFiles, path: string): CatalogIndex {
  return {
    images: snapshot.catalogImages(folderOf(path)),
    repository: indexRepository(snapshot, path),
  };
}

/** `isCatalogIndex` of a line in the usual form whose source is by tag. */
export function isIndexLine({ from, to, target }: UsualEnds, { images, repository }: CatalogIndex): boolean {
  if (images.has(target)) return true;
  return repository !== undefined && [from, to].some((end) => isAtHop(end) && end.path === repository);
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
