import type { BlobCounts } from '../copy/events.ts';
import type { MirrorPlan, PlannedCatalog } from '../plan/mirrorPlan.ts';
import { bringCatalog, type CatalogOptions } from './bringCatalog.ts';
import type { CatalogOutcome, ImageOutcome, MirrorResult } from './mirrorResult.ts';
import { PlanCopies } from './planCopies.ts';

export interface MirrorOptions extends CatalogOptions {
  /** The current time, for the report. */
  readonly now: () => Date;
}

/** What came of a run, and what it moved. */
export interface MirrorRun {
  readonly result: MirrorResult;
  readonly blobs: BlobCounts;
}

/**
 * Does what a plan says: copies its images, sees which bundles are proven at the destination, and only then writes the catalogs,
 * each with these at most. Nothing is thrown for images that fail, nor when the signal stops the run: the result says it.
 */
export async function runMirror(plan: MirrorPlan, options: MirrorOptions): Promise<MirrorRun> {
  const started = options.now().toISOString();
  const copies = new PlanCopies(options);
  const imageOf = ({ destination }: PlannedCatalog) =>
    plan.images.find((image) => image.role === 'catalog' && image.destination === destination);
  const made = plan.catalogs.filter((catalog) => imageOf(catalog) === undefined);
  copies.follow({ type: 'planned', images: plan.images.length + made.length });
  await copies.bring(plan.images.filter(({ role }) => role !== 'catalog'));
  const proven = new Set(plan.images.filter((image) => copies.isProven(image)).map(({ source }) => source));
  const catalogs: CatalogOutcome[] = [];
  for (const catalog of plan.catalogs) {
    const isProven = (source: string) => proven.has(source);
    catalogs.push(await bringCatalog(catalog, imageOf(catalog), isProven, copies, options));
  }
  const images = plan.images.map(
    (image): ImageOutcome => copies.outcomes.get(image) ?? { result: 'stopped' },
  );
  const copied = plan.images.map((image, at) => ({ ...image, digest: image.digest ?? images[at]?.digest }));
  const result: MirrorResult = {
    version: 1,
    plan: { ...plan, images: copied },
    started,
    finished: options.now().toISOString(),
    images,
    catalogs,
  };
  return { result, blobs: copies.blobs };
}
