import { fileBasedReader, packagesAtTop } from '../catalog/fileBased.ts';
import { ignoreRules } from '../catalog/indexIgnore.ts';
import type { Catalog } from '../catalog/model.ts';
import { breath } from './breath.ts';

/** A file of a catalog, as bytes. */
export interface CatalogBytes {
  /** Below the folder of the catalog, with `/`. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** Bytes that all files of a catalog may have; the largest real one has 200 MB. */
export const largestCatalog = 1024 ** 3;
/** Bytes of its largest file: no text in JavaScript is longer than 512 MiB. */
export const largestFile = 256 * 1024 * 1024;

/** Is told packages as soon as they are seen. */
export type OnPackages = (packages: ReturnType<typeof packagesAtTop>) => void;

/**
 * As many bytes of a file as are looked at for its packages before it is read: an icon is the largest thing that they have, and
 * most are not large.
 */
const topLengths = [32 * 1024, 256 * 1024];

/**
 * The catalog that the files of a folder are, in the order in which they are given. What `.indexignore` files name is left out.
 * The content of each file is let go of when it has been read: the list is empty afterwards.
 *
 * @throws the signal's reason, and nothing else: what is wrong with a text is among the catalog's problems
 */
export async function readFileCatalog(
  files: CatalogBytes[],
  signal: AbortSignal,
  onPackages?: OnPackages,
): Promise<Catalog> {
  const isIgnored = ignoreRules(
    files.flatMap(({ path, content }) =>
      path.slice(path.lastIndexOf('/') + 1) === '.indexignore' ? [{ path, text: textOf(content) }] : [],
    ),
  );
  const reader = fileBasedReader();
  const rest = breath(signal);
  if (onPackages !== undefined) {
    const packages: ReturnType<typeof packagesAtTop> = [];
    for (const { path, content } of files) {
      if (!isIgnored(path)) packages.push(...packagesIn(content));
      await rest();
    }
    onPackages(packages);
  }
  files.reverse();
  for (let file = files.pop(); file !== undefined; file = files.pop()) {
    if (isIgnored(file.path)) continue;
    for (const _ of reader.read({ path: file.path, text: textOf(file.content) })) await rest();
  }
  return reader.catalog();
}

function packagesIn(content: Uint8Array): ReturnType<typeof packagesAtTop> {
  for (const length of topLengths) {
    const found = packagesAtTop(textOf(content.subarray(0, length)));
    if (found.length > 0 || content.length <= length) return found;
  }
  return [];
}

export function textOf(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
}
