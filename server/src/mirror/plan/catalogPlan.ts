import type { Catalog } from '../../catalog/model.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import { formatPlace, type MirrorPlace } from '../../documents/mirrorPlace.ts';
import { collisionsOf } from './collisions.ts';
import type { MirrorPlan } from './mirrorPlan.ts';
import { CatalogNames } from './names.ts';
import { PlannedImages } from './plannedImages.ts';

/** What a catalog is planned with. */
export interface CatalogRequest {
  /** As somebody named it. */
  readonly source: string;
  /** The index image, as text and read: it may be `file://`, and then all images are behind this hop. */
  readonly image: { readonly text: string; readonly reference: ImageReference };
  readonly digest: string;
  /** Of the whole index image, where the catalog is in one. */
  readonly imageDigest?: string | undefined;
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
  const { source, image, digest, imageDigest, place, maxComponents } = request;
  const names = new CatalogNames(image.text, image.reference, place, maxComponents);
  const wanted = request.packages === undefined ? undefined : new Set(request.packages);
  const images = new PlannedImages(
    (text) => names.image(text),
    // As in the table that oc keeps.
    (named) => named.source,
  );
  const { index } = names;
  if (wanted === undefined)
    images.add({ ...index, digest: index.digest ?? imageDigest }, 'catalog', 'catalog');
  const packages = catalog.packages.filter(({ name }) => wanted?.has(name) ?? true);
  const bundles = packages.flatMap((owner) => images.bundlesOf(owner));
  for (const { schema, package: owner, name, image: own, relatedImages } of catalog.others) {
    if (wanted !== undefined && !wanted.has(owner)) continue;
    const reason = `${owner === '' ? schema : owner}/${name}`;
    for (const one of [own, ...relatedImages.map((related) => related.image)])
      images.name(one, 'related', reason);
  }
  return {
    version: 1,
    name: catalogPlanName(image.reference),
    destination: formatPlace(place),
    naming: 'oc',
    catalogs: [
      {
        source,
        image: index.source,
        digest,
        imageDigest,
        name: index.name,
        destination: index.destination,
        packages: wanted === undefined ? undefined : packages.map(({ name }) => name),
        selection:
          wanted === undefined ? undefined : { full: true, packages: packages.map(({ name }) => ({ name })) },
        bundles,
      },
    ],
    images: images.all(),
    collisions: collisionsOf(images.all()),
    refused: images.refused(),
  };
}

/** What the plan of a catalog is called: the last component of the repository, `redhat-operator-index`. */
export function catalogPlanName({ repository }: ImageReference): string {
  return repository.slice(repository.lastIndexOf('/') + 1);
}
