import type { Catalog } from '../../catalog/model.ts';
import { offering } from '../../catalog/offering.ts';
import { selectFrom } from '../../catalog/selection.ts';
import type { DroppedBundle } from '../../runs/outcomes.ts';
import type { ImageSource, ImageStore } from '../../stores/imageStore.ts';
import { writeCatalogImage } from '../catalogImage/writeCatalogImage.ts';
import type { CopyOutcome, CopyRun } from '../copy/copyImage.ts';
import type { PlannedBundle, PlannedCatalog } from '../plan/mirrorPlan.ts';

/** A catalog image at its source. */
export interface CatalogAtSource {
  readonly source: ImageSource;
  /** Of the whole index image. */
  readonly digest: string;
  /** What it offers there. */
  readonly catalog: Catalog;
}

/** What a catalog image is made with. */
export interface MadeCatalog {
  readonly planned: PlannedCatalog;
  /** The bundles that it may offer. */
  readonly offered: readonly PlannedBundle[];
  readonly at: CatalogAtSource;
  readonly destination: ImageStore;
  readonly tag: string;
}

/**
 * Makes the image of a catalog that offers some bundles alone, at its destination.
 * @returns what became of it, and bundles that it does not offer either, as only what is left out led to them
 * @throws UserError as `writeCatalogImage`
 */
export async function makeCatalog(
  { planned, offered, at, destination, tag }: MadeCatalog,
  run: CopyRun,
): Promise<{ readonly outcome: CopyOutcome; readonly stranded: readonly DroppedBundle[] }> {
  const { selection } = planned;
  const selected = selection === undefined ? at.catalog : selectFrom(at.catalog, selection).catalog;
  const names = new Set(offered.map(({ package: owner, name }) => keyOf(owner, name)));
  const { catalog: keep, stranded } = offering(selected, (owner, name) => names.has(keyOf(owner, name)));
  const { source, digest } = at;
  const outcome = await writeCatalogImage({ source, digest, destination, tags: [tag], keep }, run);
  return { outcome, stranded: stranded.map((bundle) => ({ ...bundle, missing: [] })) };
}

function keyOf(owner: string, bundle: string): string {
  return `${owner} ${bundle}`;
}
