import { createHash } from 'node:crypto';
import { t } from '../../base/sentences.ts';
import type { MadeBefore } from '../../runs/journal.ts';
import type { DroppedBundle, Failure } from '../../runs/outcomes.ts';
import { CopyRun } from '../copy/copyImage.ts';
import { asUserError, lookUp } from '../copy/sides.ts';
import type { MirrorImage, PlannedBundle, PlannedCatalog } from '../plan/mirrorPlan.ts';
import { placedReference } from '../plan/placedReference.ts';
import { decideCatalog, type Incomplete } from './catalogDecision.ts';
import { type CatalogAtSource, makeCatalog } from './makeCatalog.ts';
import type { CatalogOutcome, ImageOutcome } from './mirrorResult.ts';
import { failureOf, type PlanCopies, type PlanCopyOptions } from './planCopies.ts';

export interface CatalogOptions extends PlanCopyOptions {
  /** What becomes of a catalog of which not all bundles are proven. */
  readonly incomplete: Incomplete;
  /** Opens the image of a catalog. May throw a `UserError`. */
  readonly openCatalog: (catalog: PlannedCatalog) => Promise<CatalogAtSource>;
  /** The catalog image that an earlier run made at a destination. */
  readonly madeBefore: (destination: string) => MadeBefore | undefined;
  /** Is told of each that was made. */
  readonly onMade: (made: MadeBefore) => void;
}

/**
 * Writes a catalog once its images are where they are to be: as it is where it may offer all that was planned and is an image to
 * copy, else made anew.
 *
 * @param image of the plan, where the catalog goes as it is
 * @param isProven true for the source of an image that is at its destination
 */
export async function bringCatalog(
  catalog: PlannedCatalog,
  image: MirrorImage | undefined,
  isProven: (source: string) => boolean,
  copies: PlanCopies,
  options: CatalogOptions,
): Promise<CatalogOutcome> {
  const { incomplete, signal } = options;
  if (signal.aborted) return { dropped: [], error: stopped(catalog) };
  const { offered, isWhole, dropped, error } = decideCatalog(catalog, isProven, incomplete);
  if (offered === undefined) {
    if (image !== undefined) copies.outcomes.set(image, { result: 'failed', error });
    return { dropped, error };
  }
  if (isWhole && image !== undefined) {
    await copies.bring([image]);
    return outcomeOf(copies.outcomes.get(image), dropped, catalog);
  }
  const { image: source, destination } = catalog;
  try {
    const { result, digest, stranded } = await made(catalog, offered, copies, options);
    if (image !== undefined) copies.outcomes.set(image, { result, digest });
    return { digest, dropped: [...dropped, ...stranded].sort(byName) };
  } catch (thrown) {
    if (signal.aborted) return { dropped: [], error: stopped(catalog) };
    const failure = asUserError(thrown);
    copies.follow({ type: 'imageFailed', image: { source, destination }, error: failure });
    if (image !== undefined) copies.outcomes.set(image, { result: 'failed', error: failureOf(failure) });
    return { dropped, error: failureOf(failure) };
  }
}

async function made(
  planned: PlannedCatalog,
  offered: readonly PlannedBundle[],
  copies: PlanCopies,
  options: CatalogOptions,
): Promise<Pick<MadeBefore, 'digest' | 'stranded'> & Pick<ImageOutcome, 'result'>> {
  const { openCatalog, openDestination, madeBefore, onMade, signal, parallelLayers } = options;
  const { image: source, destination } = planned;
  const image = { source, destination };
  const reference = placedReference(destination);
  const store = openDestination(reference);
  const tag = reference.tag ?? '';
  const key = keyOf(planned, offered);
  const before = madeBefore(destination);
  if (before?.made === key) {
    const there = await lookUp(() => store.resolveTag(tag, signal), undefined);
    if (there === before.digest) {
      copies.follow({ type: 'imageSkipped', image, digest: there });
      return { ...before, result: 'skipped' };
    }
  }
  const at = await openCatalog(planned);
  const run = new CopyRun({ parallelLayers, signal, listener: copies.follow });
  const { outcome, stranded } = await makeCatalog({ planned, offered, at, destination: store, tag }, run);
  const { result, digest, blobs } = outcome;
  if (result === 'skipped') copies.follow({ type: 'imageSkipped', image, digest });
  else copies.follow({ type: 'imageCopied', image, digest, blobs });
  onMade({ destination, digest, made: key, stranded });
  return { result, digest, stranded };
}

/** Grows where the same catalog image is made otherwise than before. */
const generation = 1;

function keyOf({ imageDigest, selection }: PlannedCatalog, offered: readonly PlannedBundle[]): string {
  const names = offered.map(({ package: owner, name }) => [owner, name]);
  const text = JSON.stringify([generation, imageDigest, selection, names]);
  // Of an image that nobody knows, nothing is the same.
  return imageDigest === undefined ? '' : createHash('sha256').update(text).digest('hex');
}

function outcomeOf(
  outcome: ImageOutcome | undefined,
  dropped: readonly DroppedBundle[],
  catalog: PlannedCatalog,
): CatalogOutcome {
  const isThere = outcome?.result === 'copied' || outcome?.result === 'skipped';
  return isThere
    ? { digest: outcome.digest, dropped }
    : { dropped, error: outcome?.error ?? stopped(catalog) };
}

function stopped({ image }: PlannedCatalog): Failure {
  return { code: 'stopped', message: t('the run was stopped before {0} was written', image) };
}

function byName(a: DroppedBundle, b: DroppedBundle): number {
  return `${a.package} ${a.name}` < `${b.package} ${b.name}` ? -1 : 1;
}
