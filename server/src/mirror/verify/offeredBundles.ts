import type { Catalog } from '../../catalog/model.ts';
import { formatReference, type ImageReference, repositoryOf } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { normalizedPullSpec, parsePullSpec } from '../../documents/pullSpec.ts';
import { isAtHop, keepsReferences } from '../../documents/transport.ts';
import type { MirrorImage, MirrorPlan, PlannedCatalog } from '../plan/mirrorPlan.ts';
import type { WantedImage } from './verifiedImage.ts';

/** A bundle that a catalog offers, and what it needs. */
export interface OfferedBundle {
  readonly package: string;
  readonly name: string;
  /** Sources of wanted images. */
  readonly images: readonly string[];
}

/** What a catalog offers at the place that it was mirrored to. */
export interface Offer {
  readonly bundles: readonly OfferedBundle[];
  /**
   * Images of bundles that were not planned, such as those that an earlier run brought, at the repositories that their like was
   * brought to. What has no such repository is wanted nowhere, and so nowhere proven.
   */
  readonly unplanned: readonly WantedImage[];
}

/** A bundle that is offered, and cannot be installed from the mirror. */
export interface LackingBundle {
  readonly package: string;
  readonly name: string;
  /** Sorted. */
  readonly missing: readonly string[];
}

/**
 * The bundles that a catalog offers, with the images that each needs. Of what was planned the plan says it, since what it leaves
 * out, such as blocked images, is left out on purpose.
 * @param catalog as it is at its destination now
 */
export function offerOf(plan: MirrorPlan, planned: PlannedCatalog, catalog: Catalog): Offer {
  const inPlan = new Map(planned.bundles.map((bundle) => [bundleKey(bundle), bundle.images]));
  const repositories = new Repositories(plan.images);
  const unplanned = new Map<string, WantedImage>();
  const bundles = catalog.packages.flatMap((owner) =>
    owner.bundles.map(({ name, image, relatedImages }): OfferedBundle => {
      const known = inPlan.get(bundleKey({ package: owner.name, name }));
      if (known !== undefined) return { package: owner.name, name, images: known };
      const names = new Set([image, ...relatedImages.map((related) => related.image)]);
      const images = [...names].flatMap((text) => {
        const parsed = parsePullSpec(text);
        if (text === '' || !parsed.ok) return [];
        const { source, wanted } = repositories.find(normalizedPullSpec(parsed.reference));
        if (wanted !== undefined) unplanned.set(source, wanted);
        return [source];
      });
      return { package: owner.name, name, images };
    }),
  );
  return { bundles, unplanned: [...unplanned.values()] };
}

/** The bundles of an offer whose images are not all proven; sorted. */
export function lackingBundles({ bundles }: Offer, isProven: (source: string) => boolean): LackingBundle[] {
  return bundles
    .map(({ images, ...bundle }) => ({
      ...bundle,
      missing: images.filter((source) => !isProven(source)).sort(),
    }))
    .filter(({ missing }) => missing.length > 0)
    .sort((a, b) => (bundleKey(a) < bundleKey(b) ? -1 : 1));
}

function bundleKey(bundle: { readonly package: string; readonly name: string }): string {
  return `${bundle.package}/${bundle.name}`;
}

/** Where the images of a plan go, by what pods call them. */
class Repositories {
  /** Sources, by the names of the images. */
  readonly #sources = new Map<string, string>();
  /** A destination of each repository. */
  readonly #destinations = new Map<string, ImageReference>();

  constructor(images: readonly MirrorImage[]) {
    for (const { source, originals = [source], destination } of images) {
      const place = parsePlaced(destination);
      for (const original of originals) {
        const parsed = parsePullSpec(original);
        if (!parsed.ok) continue;
        const name = normalizedPullSpec(parsed.reference);
        this.#sources.set(formatReference(name), source);
        if (place.ok) this.#destinations.set(repositoryOf(name), place.reference);
      }
    }
  }

  /** The source of a planned image; of another one its name, and where it would be. */
  find(image: ImageReference): { readonly source: string; readonly wanted?: WantedImage } {
    const name = formatReference(image);
    const source = this.#sources.get(name);
    if (source !== undefined) return { source };
    const place = this.#destinations.get(repositoryOf(image));
    // Of a path behind a hop nobody knows whether it is another registry's.
    if (place === undefined || isAtHop(place)) return { source: name };
    const { digest } = image;
    const destination = keepsReferences(place)
      ? { ...place, tag: name, digest: undefined }
      : { ...place, tag: digest === undefined ? image.tag : undefined, digest };
    return { source: name, wanted: { source: name, destination, digest } };
  }
}
