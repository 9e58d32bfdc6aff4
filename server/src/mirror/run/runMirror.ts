import type { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { formatReference } from '../../documents/imageReference.ts';
import { type CopyOptions, copyImages } from '../copy/copyImages.ts';
import type { PlannedCopy } from '../copy/copyJobs.ts';
import { addBlob, type BlobCounts, type Listener, noBlobs } from '../copy/events.ts';
import { asUserError } from '../copy/sides.ts';
import type { MirrorImage, MirrorPlan, PlannedBundle, PlannedCatalog } from '../plan/mirrorPlan.ts';
import { decideCatalog, type Incomplete } from './catalogDecision.ts';
import type { CatalogOutcome, Failure, ImageOutcome, MirrorResult } from './mirrorResult.ts';
import { copyOf } from './plannedCopies.ts';

export interface MirrorOptions extends CopyOptions {
  /** What becomes of a catalog of which not all bundles are proven. */
  readonly incomplete: Incomplete;
  /** True for an image that an earlier run proved at its destination: nobody is asked for it again. */
  readonly wasProven: (image: MirrorImage) => boolean;
  /**
   * Writes the image of a catalog that offers these bundles and nothing else, and gives its digest at the destination.
   * May throw a `UserError`.
   */
  readonly writeCatalog: (catalog: PlannedCatalog, bundles: readonly PlannedBundle[]) => Promise<string>;
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
  const { listener, now } = options;
  const started = now().toISOString();
  const copies = new Copies(options);
  listener({ type: 'planned', images: plan.images.length });
  await copies.bring(plan.images.filter(({ role }) => role !== 'catalog'));
  const proven = new Set(plan.images.filter((image) => copies.isProven(image)).map(({ source }) => source));
  const catalogs: CatalogOutcome[] = [];
  for (const catalog of plan.catalogs) {
    catalogs.push(await bringCatalog(plan, catalog, copies, (source) => proven.has(source), options));
  }
  const images = plan.images.map(
    (image): ImageOutcome => copies.outcomes.get(image) ?? { result: 'stopped' },
  );
  const done = plan.images.map((image, at) => ({ ...image, digest: image.digest ?? images[at]?.digest }));
  const result: MirrorResult = {
    version: 1,
    plan: { ...plan, images: done },
    started,
    finished: now().toISOString(),
    images,
    catalogs,
  };
  return { result, blobs: copies.blobs };
}

async function bringCatalog(
  { images }: MirrorPlan,
  catalog: PlannedCatalog,
  copies: Copies,
  isProven: (source: string) => boolean,
  { incomplete, signal, writeCatalog, listener }: MirrorOptions,
): Promise<CatalogOutcome> {
  const { image: source, destination } = catalog;
  const image = images.find((one) => one.role === 'catalog' && one.destination === destination);
  const { offered, isWhole, dropped, error } = decideCatalog(catalog, isProven, incomplete);
  if (signal.aborted) return { dropped: [], error: stoppedBefore(source) };
  const named = { source, destination };
  const failed = (failure: Failure): CatalogOutcome => {
    if (image !== undefined) copies.outcomes.set(image, { result: 'failed', error: failure });
    return { dropped, error: failure };
  };
  if (offered === undefined) return failed(error ?? stoppedBefore(source));
  if (isWhole && image !== undefined) {
    await copies.bring([image]);
    const { result, digest, error: cause } = copies.outcomes.get(image) ?? { result: 'stopped' };
    if (result === 'copied' || result === 'skipped') return { digest, dropped };
    return { dropped, error: cause ?? stoppedBefore(source) };
  }
  try {
    const digest = await writeCatalog(catalog, offered);
    if (image !== undefined) copies.outcomes.set(image, { result: 'copied', digest });
    listener({ type: 'imageCopied', image: named, digest, blobs: noBlobs });
    return { digest, dropped };
  } catch (thrown) {
    const failure = asUserError(thrown);
    if (signal.aborted) return { dropped: [], error: stoppedBefore(source) };
    listener({ type: 'imageFailed', image: named, error: failure });
    return failed(failureOf(failure));
  }
}

/** Brings images of a plan, and knows what became of each. */
class Copies {
  readonly outcomes = new Map<MirrorImage, ImageOutcome>();
  blobs: BlobCounts = noBlobs;
  readonly #options: MirrorOptions;

  constructor(options: MirrorOptions) {
    this.#options = options;
  }

  isProven(image: MirrorImage): boolean {
    const result = this.outcomes.get(image)?.result;
    return result === 'copied' || result === 'skipped';
  }

  async bring(images: readonly MirrorImage[]): Promise<void> {
    const { listener, wasProven } = this.#options;
    const waiting = new Map<string, MirrorImage>();
    const copies: PlannedCopy[] = [];
    for (const image of images) {
      const { source, destination, digest } = image;
      if (digest !== undefined && wasProven(image)) {
        this.outcomes.set(image, { result: 'skipped', digest });
        listener({ type: 'imageSkipped', image: { source, destination }, digest });
        continue;
      }
      const copy = copyOf(image);
      waiting.set(`${formatReference(copy.source)} ${formatReference(copy.destination)}`, image);
      copies.push(copy);
    }
    await copyImages(copies, {
      ...this.#options,
      listener: (event) => {
        if (event.type === 'planned') return;
        if (event.type === 'blob') this.blobs = addBlob(this.blobs, event.outcome, event.size);
        if (!('image' in event)) return listener(event);
        const image = waiting.get(`${event.image.source} ${event.image.destination}`);
        if (image === undefined) return listener(event);
        this.outcomes.set(image, outcomeOf(event, image));
        // As the plan calls it, and not by the digest that was added.
        listener({ ...event, image: { source: image.source, destination: image.destination } });
      },
    });
  }
}

function outcomeOf(
  event: Extract<Parameters<Listener>[0], { image: unknown }>,
  { digest }: MirrorImage,
): ImageOutcome {
  switch (event.type) {
    case 'imageCopied':
      return { result: 'copied', digest: event.digest };
    case 'imageSkipped':
      return { result: 'skipped', digest: event.digest };
    case 'imageFailed':
      return { result: 'failed', digest, error: failureOf(event.error) };
    case 'imageStopped':
      return { result: 'stopped', digest };
  }
}

function failureOf({ code, message, side, nextStep }: UserError): Failure {
  return { code, message, side, nextStep: nextStep === '' ? undefined : nextStep };
}

function stoppedBefore(image: string): Failure {
  return { code: 'stopped', message: t('the run was stopped before {0} was written', image) };
}
