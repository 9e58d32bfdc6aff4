import { parseReference } from '../../documents/imageReference.ts';
import { formatPlace, type MirrorPlace } from '../../documents/mirrorPlace.ts';
import { collisionsOf } from './collisions.ts';
import { destinationAt, type NamingRules } from './destinationNames.ts';
import type { MirrorImage, MirrorPlan, PlannedCatalog } from './mirrorPlan.ts';
import { pathOfIndex } from './names.ts';
import { wholePaths } from './ocMirrorNames.ts';

/** A second step: what a first one brought to a place is brought from there to another one. */
export interface SecondStep {
  /** Where the first plan's destination is now: a folder may have been carried elsewhere. */
  readonly from: MirrorPlace;
  readonly place: MirrorPlace;
  /** Of repositories in a registry, where images have the names of `oc`. */
  readonly maxComponents: number;
}

/**
 * The plan of a second step, by the plan of the first one. Destinations are named anew, of the images as pods know them, so that they
 * are those that a plan without the step between would give.
 *
 * @returns undefined for a plan that does not say what its images are called anywhere else, such as that of a mapping
 */
export function planFrom(
  first: MirrorPlan,
  { from, place, maxComponents }: SecondStep,
): MirrorPlan | undefined {
  const { naming } = first;
  if (naming === undefined) return undefined;
  // A plan with the names of oc has one catalog.
  const rules: NamingRules =
    naming === 'oc' ? { maxComponents, below: pathBelow(first.catalogs[0]?.image ?? '') } : wholePaths;
  const moved = (destination: string) => movedTo(from, first.destination, destination);
  const sources = new Map<string, string>();
  const images: MirrorImage[] = [];
  for (const image of first.images) {
    const { source, name, originals = [source], role } = image;
    if (name === undefined) return undefined;
    const [original = source] = originals;
    const at = role === 'catalog' ? { ...rules, below: '' } : rules;
    sources.set(source, moved(image.destination));
    images.push({
      ...image,
      source: moved(image.destination),
      originals,
      destination: destinationAt(place, { name, original }, at),
    });
  }
  images.sort((a, b) => (a.source < b.source ? -1 : 1));
  return {
    ...first,
    destination: formatPlace(place),
    catalogs: first.catalogs.map(
      (catalog): PlannedCatalog => ({
        ...catalog,
        source: moved(catalog.destination),
        destination: destinationAt(
          place,
          { name: catalog.name ?? '', original: catalog.image },
          { ...rules, below: '' },
        ),
        bundles: catalog.bundles.map((bundle) => ({
          ...bundle,
          images: bundle.images.map((source) => sources.get(source) ?? source).sort(),
        })),
      }),
    ),
    images,
    collisions: collisionsOf(images),
  };
}

function pathBelow(index: string): string {
  const parsed = parseReference(index);
  return parsed.ok ? pathOfIndex(parsed.reference) : '';
}

/** A layout is wherever its folder is now; in a `v2/` folder paths stay what they are. */
function movedTo(from: MirrorPlace, planned: string, destination: string): string {
  return from.kind === 'layout' ? `${formatPlace(from)}${destination.slice(planned.length)}` : destination;
}
