import type { Access } from '../access/access.ts';
import { messageOf } from '../base/errors.ts';
import type { Catalog } from '../catalog/model.ts';
import { parseReference } from '../documents/imageReference.ts';
import { isImageSet } from '../documents/imageSet.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { Unanswered } from '../lookup/unanswered.ts';
import type { Facts } from '../workspace/facts.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** What the catalogs are that files name, and of which of them that is not known. */
export interface NamedCatalogs {
  readonly catalog: Facts['catalog'];
  readonly unknown: readonly Unanswered[];
}

/** Who was asked; of a layout on the disk its own name. */
function hostOf(name: string): string {
  const parsed = parseReference(name.replace(/^docker:\/\//, ''));
  return parsed.ok && isInRegistry(parsed.reference) ? parsed.reference.registry : name;
}

/**
 * Opens the catalogs that the ImageSetConfigurations of some files name, one after the other.
 * @throws the signal's reason once that fires
 */
export async function openNamedCatalogs(
  { files }: Snapshot,
  paths: readonly string[],
  access: Access,
  signal: AbortSignal,
): Promise<NamedCatalogs> {
  // Few checks have anything to do with catalogs.
  const { openedAs } = await import('../access/catalogFacts.ts');
  const places = new Map<string, string>();
  for (const path of paths) {
    const content = files.get(path)?.content;
    for (const resource of content?.type === 'yaml' ? content.yaml.resources : []) {
      for (const { catalog } of isImageSet(resource) ? resource.operators : []) {
        const place = catalog && openedAs(catalog.value, path);
        if (catalog !== undefined && place !== undefined) places.set(place, catalog.value);
      }
    }
  }
  const known = new Map<string, Catalog>();
  const unknown: Unanswered[] = [];
  if (places.size > 0) {
    const { openCatalogs } = await import('../access/catalogs.ts');
    const catalogs = await openCatalogs(access, false);
    try {
      for (const [place, name] of places) {
        try {
          const { catalog } = await catalogs.open({ text: place, storeFolder: '', signal });
          known.set(place, catalog);
        } catch (error) {
          signal.throwIfAborted();
          unknown.push({ place: hostOf(name), images: 1, reason: messageOf(error) });
        }
      }
    } finally {
      await catalogs.close();
    }
  }
  return {
    catalog(image, from) {
      const value = known.get(openedAs(image, from) ?? '');
      return value === undefined ? { state: 'pending' } : { state: 'known', value, at: Date.now() };
    },
    unknown,
  };
}
