import type { MirrorPlace } from '../../documents/mirrorPlace.ts';
import { mountRepository } from '../../documents/naming.ts';

/** What an image is called, wherever it goes. */
export interface ImageName {
  /** Below any destination: `PATH:TAG`, the path with all its components. */
  readonly name: string;
  /** As pods call it. */
  readonly original: string;
}

/** How names become those at a place. */
export interface NamingRules {
  /** Components of a repository's path in a registry, 0 for no limit: the rest is joined. */
  readonly maxComponents: number;
  /** The path in a `v2/` folder below which an image is, besides that of the place. */
  readonly below: string;
}

/** The whole reference of an image at a place, as `MirrorImage.destination`. */
export function destinationAt(
  place: MirrorPlace,
  { name, original }: ImageName,
  { maxComponents, below }: NamingRules,
): string {
  switch (place.kind) {
    case 'registry': {
      const colon = name.lastIndexOf(':');
      const repository = mountRepository(place.path, name.slice(0, colon), maxComponents);
      return `${place.host}/${repository}${name.slice(colon)}`;
    }
    case 'files':
      return `file://${[place.path, below, name].filter((part) => part !== '').join('/')}`;
    case 'layout':
      return `oci://${place.folder}:${original}`;
  }
}
