import { isAbsolute, resolve } from 'node:path';
import type { Catalog } from '../catalog/model.ts';
import { parseReference } from '../documents/imageReference.ts';
import { isInRegistry } from '../documents/transport.ts';
import { type OfflineReason, offlineText } from '../lookup/offline.ts';
import { documentFolder } from '../lookup/question.ts';
import type { Fact, Facts } from '../workspace/facts.ts';
import type { WorkerCatalogs } from './workerCatalogs.ts';

/** Catalogs that are remembered at a time: each has some megabytes. */
const mostRemembered = 20;

/**
 * Answers `Facts.catalog`: the first question for a catalog opens it, and `onArrived` is told when it is there. An image in a
 * registry and `oci://` are opened, nothing else that a file may name.
 * @param offline why no registry may be contacted; without trust the disk is left alone, too
 */
export function catalogFacts(
  catalogs: WorkerCatalogs,
  offline: () => OfflineReason | undefined,
  onArrived: () => void,
): Facts['catalog'] {
  const known = new Map<string, Fact<Catalog>>();
  return (image, from) => {
    if (offline() === 'untrusted') return { state: 'failed', reason: offlineText('untrusted', image) };
    const place = openedAs(image, from);
    if (place === undefined) return { state: 'pending' };
    const answer = known.get(place);
    if (answer !== undefined) return answer;
    const [oldest] = known.keys();
    if (known.size >= mostRemembered && oldest !== undefined) known.delete(oldest);
    known.set(place, { state: 'pending' });
    void catalogs.open(place).then((fact) => {
      if (!known.has(place)) return;
      known.set(place, fact);
      onArrived();
    });
    return { state: 'pending' };
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
