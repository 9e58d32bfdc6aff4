import { formatReference } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { keepsReferences } from '../../documents/transport.ts';
import type { MirrorPlan, PlannedCatalog } from '../plan/mirrorPlan.ts';
import type { MirrorResult } from '../run/mirrorResult.ts';
import type { WantedImage } from './verifiedImage.ts';

/** What a place has to have when a plan was carried out whole; a catalog that is cut down is whatever its tag is. */
export function wantedOfPlan(plan: MirrorPlan): WantedImage[] {
  return [
    ...plan.images.flatMap(({ source, destination, digest }) => wanted(source, destination, digest)),
    ...madeCatalogs(plan).flatMap(({ image, destination }) => wanted(image, destination, undefined)),
  ];
}

/** What a place has to have after a run: all that was planned, and the catalog images as the run wrote them. */
export function wantedOfResult({ plan, images, catalogs }: MirrorResult): WantedImage[] {
  const made = new Set(madeCatalogs(plan));
  return [
    ...plan.images.flatMap(({ source, destination, digest }, index) =>
      wanted(source, destination, images[index]?.digest ?? digest),
    ),
    ...plan.catalogs.flatMap((catalog, index) =>
      made.has(catalog) ? wanted(catalog.image, catalog.destination, catalogs[index]?.digest) : [],
    ),
  ];
}

/** The plan with its destinations in a layout that lies in another folder now. */
export function movedTo(plan: MirrorPlan, folder: string): MirrorPlan {
  const moved = <Item extends { readonly destination: string }>(item: Item): Item => {
    const parsed = parsePlaced(item.destination);
    if (!parsed.ok || !keepsReferences(parsed.reference)) return item;
    return { ...item, destination: formatReference({ ...parsed.reference, repository: folder }) };
  };
  return { ...plan, images: plan.images.map(moved), catalogs: plan.catalogs.map(moved) };
}

/** Catalogs whose images are made, and are not among the images of the plan. */
function madeCatalogs({ catalogs }: MirrorPlan): PlannedCatalog[] {
  return catalogs.filter(({ packages }) => packages !== undefined);
}

/** None for a destination that is no reference, which no plan has that was read. */
function wanted(source: string, destination: string, digest: string | undefined): WantedImage[] {
  const parsed = parsePlaced(destination);
  return parsed.ok ? [{ source, destination: parsed.reference, digest }] : [];
}
