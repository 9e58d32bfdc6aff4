import { exactReference, type ImageReference, repositoryOf } from '../documents/imageReference.ts';
import { arrivalOf } from '../documents/mapping.ts';
import { canonicalRepository, type MappingIndex } from './mappingIndex.ts';

/** From the internet to a disk, to another disk, and to the registry. */
const mostHops = 4;

/**
 * Where the mapping.txt files of a workspace bring an image: its names in registries, in the order in which they are
 * found. Hops over `file://` are followed to their end. Ask it for a single image: it looks up one line for each hop.
 */
export function mirroredPlaces(image: ImageReference, indexes: readonly MappingIndex[]): ImageReference[] {
  const places = new Map<string, ImageReference>();
  let waiting = [image];
  for (let hop = 0; hop < mostHops && waiting.length > 0; hop++) {
    const onDisk = new Map<string, ImageReference>();
    for (const place of waiting.flatMap((source) => destinationsOf(source, indexes))) {
      (place.transport === 'registry' ? places : onDisk).set(exactReference(place), place);
    }
    waiting = [...onDisk.values()];
  }
  return [...places.values()];
}

function destinationsOf(image: ImageReference, indexes: readonly MappingIndex[]): ImageReference[] {
  const names = new Set([repositoryOf(image)]);
  if (image.transport === 'registry') names.add(canonicalRepository(image));
  return indexes.flatMap((index) =>
    [...names].flatMap((name) =>
      index.bySource.get(name).flatMap(({ pairs }) =>
        pairs.flatMap((pair) => {
          const { parsed } = pair.source;
          if (!parsed.ok || !isSame(parsed.reference, image)) return [];
          const place = arrivalOf(pair);
          if (place === undefined) return [];
          // The next hop may name it by the digest that it has kept.
          return place.transport === 'registry' ? place : { ...place, digest: image.digest };
        }),
      ),
    ),
  );
}

/** The same image: by digest where both have one, else by tag. */
function isSame(a: ImageReference, b: ImageReference): boolean {
  if (exactRepository(a) !== exactRepository(b)) return false;
  if (a.digest !== undefined && b.digest !== undefined) return a.digest === b.digest;
  return a.digest === b.digest && (a.tag ?? 'latest') === (b.tag ?? 'latest');
}

function exactRepository(reference: ImageReference): string {
  return reference.transport === 'registry' ? canonicalRepository(reference) : repositoryOf(reference);
}
