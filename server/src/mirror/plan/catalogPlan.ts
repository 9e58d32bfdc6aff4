import { t } from '../../base/sentences.ts';
import type { Catalog, CatalogPackage } from '../../catalog/model.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import { collisionsOf } from './collisions.ts';
import type { ImageRole, MirrorImage, MirrorPlan, PlannedBundle, RefusedName } from './mirrorPlan.ts';
import { CatalogNames, type NamedImage } from './names.ts';
import { formatPlace, type MirrorPlace } from './place.ts';

/** What a catalog is planned with. */
export interface CatalogRequest {
  /** As somebody named it. */
  readonly source: string;
  /** The index image, as text and read: it may be `file://`, and then all images are behind this hop. */
  readonly image: { readonly text: string; readonly reference: ImageReference };
  readonly digest: string;
  readonly place: MirrorPlace;
  /** Components of a repository's path in a registry, 0 for no limit. */
  readonly maxComponents: number;
  /** The packages that are wanted; undefined for all. */
  readonly packages?: readonly string[] | undefined;
}

/**
 * The plan to mirror a catalog, or some packages of it, with the names that `oc adm catalog mirror` gives. As with `oc`, bundles
 * that no channel names are in it, and documents of unknown schemas that have images. Of a catalog that is cut down to some
 * packages there is no image to copy: it is made.
 */
export function planOfCatalog(catalog: Catalog, request: CatalogRequest): MirrorPlan {
  const { source, image, digest, place, maxComponents } = request;
  const names = new CatalogNames(image.text, image.reference, place, maxComponents);
  const wanted = request.packages === undefined ? undefined : new Set(request.packages);
  const images = new PlannedImages(names);
  const { index } = names;
  if (wanted === undefined) images.add(index, 'catalog', 'catalog');
  const packages = catalog.packages.filter(({ name }) => wanted?.has(name) ?? true);
  const bundles = packages.flatMap((owner) => plannedBundles(owner, images));
  for (const { schema, package: owner, name, image: own, relatedImages } of catalog.others) {
    if (wanted !== undefined && !wanted.has(owner)) continue;
    const reason = `${owner === '' ? schema : owner}/${name}`;
    for (const one of [own, ...relatedImages.map((related) => related.image)])
      images.name(one, 'related', reason);
  }
  return {
    version: 1,
    name: nameOf(image.reference),
    destination: formatPlace(place),
    catalogs: [
      {
        source,
        image: index.source,
        digest,
        destination: index.destination,
        packages: wanted === undefined ? undefined : packages.map(({ name }) => name),
        bundles,
      },
    ],
    images: images.all(),
    collisions: collisionsOf(images.all()),
    refused: images.refused(),
  };
}

/** The last component of the repository: `redhat-operator-index`. */
function nameOf({ repository }: ImageReference): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}

function plannedBundles({ name: owner, bundles }: CatalogPackage, images: PlannedImages): PlannedBundle[] {
  return bundles.map(({ name, image, relatedImages }) => {
    const reason = `${owner}/${name}`;
    const sources = new Set([
      ...images.name(image, 'bundle', reason),
      ...relatedImages.flatMap((related) => images.name(related.image, 'related', reason)),
    ]);
    return { name, package: owner, images: [...sources].sort() };
  });
}

interface Collected {
  readonly named: NamedImage;
  role: ImageRole;
  readonly originals: Set<string>;
  readonly reasons: Set<string>;
}

/** The images of a plan by their sources, with all the reasons for each. */
class PlannedImages {
  readonly #names: CatalogNames;
  readonly #bySource = new Map<string, Collected>();
  readonly #refused = new Map<string, { readonly problem: string; readonly reasons: Set<string> }>();

  constructor(names: CatalogNames) {
    this.#names = names;
  }

  /** Adds what a catalog names; an empty name is none. Gives the source, or nothing for what cannot be pulled. */
  name(text: string, role: ImageRole, reason: string): string[] {
    if (text === '') return [];
    const known = this.#refused.get(text);
    if (known !== undefined) known.reasons.add(reason);
    else {
      const image = this.#names.image(text);
      if (image.ok) {
        this.add(image.named, role, reason);
        return [image.named.source];
      }
      const problem = image.problem ?? t('it is no image of a registry');
      this.#refused.set(text, { problem, reasons: new Set([reason]) });
    }
    return [];
  }

  add(named: NamedImage, role: ImageRole, reason: string): void {
    const known = this.#bySource.get(named.source);
    // Behind a hop one source may have several originals, each with a tag of its own: whichever is read first must not decide.
    const first = known === undefined || named.destination < known.named.destination ? named : known.named;
    this.#bySource.set(named.source, {
      named: first,
      role: known?.role === 'bundle' ? 'bundle' : role,
      originals: (known?.originals ?? new Set()).add(named.original),
      reasons: (known?.reasons ?? new Set()).add(reason),
    });
  }

  all(): MirrorImage[] {
    return [...this.#bySource.values()]
      .map(({ named: { source, destination, digest }, role, originals, reasons }) => ({
        source,
        originals: originals.has(source) ? undefined : [...originals].sort(),
        digest,
        destination,
        role,
        reason: [...reasons].sort(),
      }))
      .sort((a, b) => (a.source < b.source ? -1 : 1));
  }

  refused(): RefusedName[] {
    return [...this.#refused]
      .map(([image, { problem, reasons }]) => ({ image, problem, reason: [...reasons].sort() }))
      .sort((a, b) => (a.image < b.image ? -1 : 1));
  }
}
