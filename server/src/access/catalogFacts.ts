import { isAbsolute, resolve } from 'node:path';
import { parseReference } from '../documents/imageReference.ts';
import { isInRegistry } from '../documents/transport.ts';
import { documentFolder } from '../lookup/question.ts';
import type { Facts } from '../workspace/facts.ts';
import type { CatalogDesk } from './catalogDesk.ts';

/**
 * Answers `Facts.catalog`: the first question for a catalog opens it. An image in a registry and `oci://` are opened, nothing
 * else that a file may name.
 */
export function catalogFacts(desk: CatalogDesk): Facts['catalog'] {
  return (image, from) => {
    const place = openedAs(image, from);
    return place === undefined ? { state: 'pending' } : desk.ask(place).fact;
  };
}

const layout = 'oci://';

/** What is opened for a name: never a path that only looks like one. A folder is seen from the file that names it. */
export function openedAs(image: string, from = 'untitled:'): string | undefined {
  if (image.startsWith(layout)) {
    const path = image.slice(layout.length);
    if (path === '') return undefined;
    if (isAbsolute(path)) return image;
    const folder = documentFolder(from);
    return folder === undefined ? undefined : `${layout}${resolve(folder, path)}`;
  }
  const text = image.replace(/^docker:\/\//, '');
  const parsed = parseReference(text);
  if (!parsed.ok || !isInRegistry(parsed.reference)) return undefined;
  const { tag, digest } = parsed.reference;
  return tag === undefined && digest === undefined ? undefined : `docker://${text}`;
}
