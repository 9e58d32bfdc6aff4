import type { MirrorImage, MirrorPlan, PlannedCatalog } from '../plan/mirrorPlan.ts';
import type { MirrorResult } from './mirrorResult.ts';

/**
 * The plan of a finished run as what its destination holds: catalogs with the bundles that they offer there, each as an image of its
 * own, whatever it was made of. Images that are missing stay: whoever brings all of it elsewhere has to know.
 */
export function heldPlan({ plan, catalogs: outcomes }: MirrorResult): MirrorPlan {
  const catalogs: PlannedCatalog[] = [];
  const images: MirrorImage[] = plan.images.filter(({ role }) => role !== 'catalog');
  for (const [at, catalog] of plan.catalogs.entries()) {
    const { digest, dropped = [] } = outcomes[at] ?? {};
    if (digest === undefined) continue;
    const { image: source, name, destination } = catalog;
    const gone = new Set(dropped.map((bundle) => `${bundle.package} ${bundle.name}`));
    catalogs.push({
      ...catalog,
      imageDigest: digest,
      selection: undefined,
      bundles: catalog.bundles.filter((bundle) => !gone.has(`${bundle.package} ${bundle.name}`)),
    });
    images.push({ source, name, digest, destination, role: 'catalog', reason: ['catalog'] });
  }
  return { ...plan, catalogs, images };
}
