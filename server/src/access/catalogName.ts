import { isAbsolute, resolve } from 'node:path';
import { parseReference } from '../documents/imageReference.ts';
import { isAtHop, isInRegistry } from '../documents/transport.ts';
import { documentFolder } from '../lookup/question.ts';

/** What is opened for a catalog that a file names. */
export interface CatalogName {
  /** As `catalogPlace` takes it. */
  readonly text: string;
  /** Of `file://`: the folder of the file, near which its `v2/` is, and the repository in that. */
  readonly stored: { readonly near: string; readonly repository: string } | undefined;
  /** True for an image by digest in a registry, which never becomes another one. */
  readonly isFixed: boolean;
}

const layout = 'oci://';

/**
 * What is opened for a name in a file: an image in a registry, `oci://`, or `file://` in the `v2/` folder near it, and never a path
 * that only looks like one. A folder is seen from the file that names it. Undefined for everything else.
 */
export function openedAs(image: string, from = 'untitled:'): CatalogName | undefined {
  const named = (text: string): CatalogName => ({ text, stored: undefined, isFixed: false });
  const folder = documentFolder(from);
  if (image.startsWith(layout)) {
    const path = image.slice(layout.length);
    if (path === '') return undefined;
    if (isAbsolute(path)) return named(image);
    return folder === undefined ? undefined : named(`${layout}${resolve(folder, path)}`);
  }
  const text = image.replace(/^docker:\/\//, '');
  const parsed = parseReference(text);
  if (!parsed.ok) return undefined;
  const { repository, tag, digest } = parsed.reference;
  if (isAtHop(parsed.reference))
    return folder === undefined ? undefined : { ...named(text), stored: { near: folder, repository } };
  if (!isInRegistry(parsed.reference) || (tag === undefined && digest === undefined)) return undefined;
  return { ...named(`docker://${text}`), isFixed: digest !== undefined };
}

/** The same as `CatalogDesk` knows it, for what has a name in an ImageSetConfiguration: `file://` has none. */
export function deskPlace(image: string, from?: string): string | undefined {
  const name = openedAs(image, from);
  return name?.stored === undefined ? name?.text : undefined;
}
