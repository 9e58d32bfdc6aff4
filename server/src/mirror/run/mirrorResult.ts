import type { DroppedBundle, Failure } from '../../runs/outcomes.ts';
import type { MirrorPlan } from '../plan/mirrorPlan.ts';
import type { SignatureSummary } from '../signatures/signatureSummary.ts';

/**
 * What a mirror run did and proved, whole: kept as `report.json` beside the manifests, from which these can be written again, and
 * held against the destination again by `verify`. Nothing in it is claimed that the destination did not show after it was written.
 */
export interface MirrorResult {
  readonly version: 1;
  /** With the digests that were copied; in the order of its images stand the outcomes. */
  readonly plan: MirrorPlan;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string;
  /** One for each image of the plan, in its order. */
  readonly images: readonly ImageOutcome[];
  /** One for each catalog of the plan, in its order. */
  readonly catalogs: readonly CatalogOutcome[];
  /** What is beside the images, of those that are proven; undefined where nobody asked for it. */
  readonly signatures?: SignatureSummary<Failure> | undefined;
}

/** What became of an image; with `copied` and `skipped` its digest is proven at the destination. */
export interface ImageOutcome {
  readonly result: 'copied' | 'skipped' | 'failed' | 'stopped';
  /**
   * What the destination has, for a proven image; else what was planned, where that is known. Of a catalog that had to be cut down it
   * is another than the planned one.
   */
  readonly digest?: string | undefined;
  readonly error?: Failure | undefined;
}

/** What became of a catalog. */
export interface CatalogOutcome {
  /** Of the catalog image at its destination; undefined where none was written. */
  readonly digest?: string | undefined;
  /** Bundles that it does not offer because images of theirs are not proven; sorted. */
  readonly dropped: readonly DroppedBundle[];
  /** Why no catalog image was written. */
  readonly error?: Failure | undefined;
}
