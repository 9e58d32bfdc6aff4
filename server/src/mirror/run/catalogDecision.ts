import { t } from '../../base/sentences.ts';
import type { DroppedBundle, Failure } from '../../runs/outcomes.ts';
import type { PlannedBundle, PlannedCatalog } from '../plan/mirrorPlan.ts';

/**
 * What becomes of a catalog that names images which are not proven at the destination:
 * - `drop`: it is written without the bundles that need them
 * - `keep`: it is written as planned
 * - `fail`: it is not written
 */
export const incompleteWays = ['drop', 'keep', 'fail'] as const;
export type Incomplete = (typeof incompleteWays)[number];

/** How a catalog is written. */
export interface CatalogDecision {
  /** The bundles that it offers; undefined where it is not written. */
  readonly offered: readonly PlannedBundle[] | undefined;
  /** True where it offers all that was planned. */
  readonly isWhole: boolean;
  readonly dropped: readonly DroppedBundle[];
  /** Why it is not written. */
  readonly error?: Failure | undefined;
}

/**
 * Decides which bundles a catalog may offer at the destination.
 * @param isProven true for the source of an image that the destination was seen to have
 */
export function decideCatalog(
  { image, bundles }: PlannedCatalog,
  isProven: (source: string) => boolean,
  incomplete: Incomplete,
): CatalogDecision {
  if (incomplete === 'keep') return { offered: bundles, isWhole: true, dropped: [] };
  const { proven, dropped } = provenBundles(bundles, isProven);
  if (dropped.length === 0) return { offered: bundles, isWhole: true, dropped };
  if (incomplete === 'drop' && proven.length > 0) return { offered: proven, isWhole: false, dropped };
  return { offered: undefined, isWhole: false, dropped, error: incompleteError(image, dropped.length) };
}

/** Divides bundles by whether all their images are proven; both in the order of the plan. */
export function provenBundles(
  bundles: readonly PlannedBundle[],
  isProven: (source: string) => boolean,
): { readonly proven: readonly PlannedBundle[]; readonly dropped: readonly DroppedBundle[] } {
  const proven: PlannedBundle[] = [];
  const dropped: DroppedBundle[] = [];
  for (const bundle of bundles) {
    const missing = bundle.images.filter((source) => !isProven(source));
    if (missing.length === 0) proven.push(bundle);
    else dropped.push({ package: bundle.package, name: bundle.name, missing });
  }
  return { proven, dropped };
}

function incompleteError(image: string, count: number): Failure {
  return {
    code: 'bundlesMissing',
    message:
      count === 1
        ? t('{0} was not written: images of 1 bundle are missing', image)
        : t('{0} was not written: images of {1} bundles are missing', image, count),
    nextStep: t('run the same command again once these images can be had'),
  };
}
