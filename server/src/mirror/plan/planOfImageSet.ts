import type { Selection } from '../../catalog/selection.ts';
import { selectionOf } from '../../catalog/selectionOfImageSet.ts';
import type { ImageSet, ImageSetOperator } from '../../documents/imageSet.ts';
import { formatPlace, type MirrorPlace } from '../../documents/mirrorPlace.ts';
import { collisionsOf } from './collisions.ts';
import type { MirrorPlan, PlannedCatalog } from './mirrorPlan.ts';
import { ocMirrorLayoutName, ocMirrorName, wholePaths } from './ocMirrorNames.ts';
import { PlannedImages } from './plannedImages.ts';

const gibibyte = 1024 ** 3;

/** A catalog of an ImageSetConfiguration that is open, with what is selected from it. */
export interface SelectedCatalog {
  readonly operator: ImageSetOperator;
  readonly digest: string;
  /** Of the whole index image, where the catalog is in one. */
  readonly imageDigest?: string | undefined;
  readonly selection: Selection;
  /** `oci://` and the folder, for a catalog in an OCI layout. */
  readonly layout?: string | undefined;
}

/** What an ImageSetConfiguration is planned with. */
export interface ImageSetRequest {
  /** Of the plan. */
  readonly name: string;
  readonly place: MirrorPlace;
  /** In the order of `operators`. */
  readonly catalogs: readonly SelectedCatalog[];
  /** Components of a path in a registry, as `--max-nested-paths` of oc-mirror; 0, or left out, for no limit. */
  readonly maxNestedPaths?: number | undefined;
}

/**
 * The plan of an ImageSetConfiguration for oc-mirror v2, with the names that it gives, so that a registry that it filled goes on. Of a
 * catalog that is taken whole the image is copied; of others it is made. What `blockedImages` names is left out.
 */
export function planOfImageSet(
  imageSet: ImageSet,
  { name, place, catalogs, maxNestedPaths = 0 }: ImageSetRequest,
): MirrorPlan {
  const rules = { ...wholePaths, maxComponents: maxNestedPaths };
  const blocked = imageSet.blockedImages.flatMap(({ value }) => patternOf(value));
  const isBlocked = (text: string) => blocked.some((pattern) => pattern.test(text));
  const images = new PlannedImages(
    (text) => ocMirrorName(text, place, {}, rules),
    (named) => `${named.source} ${named.destination}`,
    isBlocked,
  );
  const planned = catalogs.flatMap((selected): PlannedCatalog[] => {
    const { operator, digest, imageDigest, selection, layout } = selected;
    const source = layout ?? operator.catalog?.value ?? '';
    const target = { path: operator.targetCatalog?.value, tag: operator.targetTag?.value };
    const image =
      layout === undefined
        ? ocMirrorName(source, place, target, rules)
        : ocMirrorLayoutName(layout, place, target, rules);
    if (!image.ok) {
      images.refuse(source, image.problem, 'operators');
      return [];
    }
    const isWhole = operator.full && operator.packages.length === 0;
    if (isWhole) {
      images.add({ ...image.named, digest: image.named.digest ?? imageDigest }, 'catalog', 'operators');
    }
    const { packages } = selection.catalog;
    return [
      {
        source,
        image: image.named.original,
        digest,
        imageDigest,
        name: image.named.name,
        destination: image.named.destination,
        packages: isWhole ? undefined : packages.map((owner) => owner.name),
        selection: isWhole ? undefined : selectionOf(operator),
        bundles: packages.flatMap((owner) => images.bundlesOf(owner)),
      },
    ];
  });
  for (const { name: image, targetRepo, targetTag } of imageSet.additionalImages) {
    if (isBlocked(image.value)) continue;
    const named = ocMirrorName(image.value, place, { path: targetRepo?.value, tag: targetTag?.value }, rules);
    if (named.ok) images.add(named.named, 'additional', 'additionalImages');
    else images.refuse(image.value, named.problem, 'additionalImages');
  }
  const all = images.all();
  return {
    version: 1,
    name,
    destination: formatPlace(place),
    naming: 'oc-mirror',
    catalogs: planned,
    images: all,
    archiveSize: imageSet.archiveSize && imageSet.archiveSize * gibibyte,
    collisions: collisionsOf(all),
    refused: images.refused(),
  };
}

/** Of one that Go knows and JavaScript does not, nothing is left out: it is said elsewhere. */
function patternOf(text: string): RegExp[] {
  try {
    return [new RegExp(text)];
  } catch {
    return [];
  }
}
