import { selectFrom } from '../../server/src/catalog/selection.ts';
import { selectionOf } from '../../server/src/catalog/selectionOfImageSet.ts';
import { parseImageSets } from '../../server/src/documents/imageSetFile.ts';
import { parsePlace } from '../../server/src/documents/mirrorPlace.ts';
import type { MirrorPlan } from '../../server/src/mirror/plan/mirrorPlan.ts';
import { planOfImageSet } from '../../server/src/mirror/plan/planOfImageSet.ts';
import { selectionCatalog } from './selections.ts';

/** The plan of an ImageSetConfiguration for catalogs of the fixtures, also where it says that they are in OCI layouts. */
export function imageSetPlan(text: string, destination: string, maxNestedPaths = 0): MirrorPlan {
  const [imageSet] = parseImageSets(text).imageSets;
  const place = parsePlace(destination);
  if (imageSet === undefined || !place.ok || imageSet.problems.length > 0)
    throw new Error('the test is wrong');
  const catalogs = imageSet.operators.map((operator) => {
    const catalog = operator.catalog?.value ?? '';
    const name = /([a-z-]+-index)/.exec(catalog)?.[1] ?? '';
    const digest = `sha256:${'0'.repeat(64)}`;
    const selection = selectFrom(selectionCatalog(name), selectionOf(operator));
    return { operator, digest, selection, layout: catalog.startsWith('oci://') ? catalog : undefined };
  });
  return planOfImageSet(imageSet, { name: 'isc', place: place.place, catalogs, maxNestedPaths });
}
