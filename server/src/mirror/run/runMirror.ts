import type { BlobCounts } from '../copy/events.ts';
import { openedOnce } from '../copy/openedOnce.ts';
import type { MirrorImage, MirrorPlan, PlannedCatalog } from '../plan/mirrorPlan.ts';
import { AttachmentCopies, type AttachmentOptions } from '../signatures/attachmentCopies.ts';
import { signatureSummary } from '../signatures/signatureSummary.ts';
import { bringCatalog, type CatalogOptions } from './bringCatalog.ts';
import type { CatalogOutcome, ImageOutcome, MirrorResult } from './mirrorResult.ts';
import { type OtherShards, seenOfOthers } from './otherShards.ts';
import { failureOf, PlanCopies } from './planCopies.ts';
import { imagesOfShard, type Shard } from './shard.ts';

export interface MirrorOptions extends CatalogOptions {
  /** The current time, for the report. */
  readonly now: () => Date;
  /** The part of the images that this run brings; all where it is undefined. */
  readonly shard?: Shard | undefined;
  /** Images that this run does not try, with what became of them before; none where it is undefined. */
  readonly left?: ReadonlyMap<MirrorImage, ImageOutcome> | undefined;
  /** Brings signatures and attestations with their images; undefined where nobody wants them. */
  readonly signatures?: Pick<AttachmentOptions, 'foundBefore' | 'onLooked'> | undefined;
}

/** What came of a run, and what it moved. */
export interface MirrorRun {
  /** Of the whole plan; of a shard that does not end the whole, of its own images alone, and without catalogs. */
  readonly result: MirrorResult;
  readonly blobs: BlobCounts;
  /** What a shard that does not end the whole saw of the others. */
  readonly others?: Pick<OtherShards, 'awaited' | 'error'> | undefined;
}

/**
 * Does what a plan says: copies its images, sees which bundles are proven at the destination, and only then writes the catalogs,
 * each with these at most. A shard writes them where the destination has all images, its own and those of the others: the one that ends
 * last sees them all. Nothing is thrown for images that fail, nor when the signal stops the run: the result says it.
 */
export async function runMirror(plan: MirrorPlan, given: MirrorOptions): Promise<MirrorRun> {
  const options = {
    ...given,
    openSource: openedOnce(given.openSource),
    openDestination: openedOnce(given.openDestination),
  };
  const { shard, left = new Map<MirrorImage, ImageOutcome>() } = options;
  const started = options.now().toISOString();
  const copies: PlanCopies = new PlanCopies({
    ...options,
    onProven: ({ source, destination }, digest) => attachments?.add({ source, destination, digest }),
  });
  for (const [image, outcome] of left) copies.outcomes.set(image, outcome);
  const tried = (images: readonly MirrorImage[]) => images.filter((image) => !left.has(image));
  const attachments = attachmentsOf(plan, copies, options);
  const content = plan.images.filter(({ role }) => role !== 'catalog');
  const imageOf = ({ destination }: PlannedCatalog) =>
    plan.images.find((image) => image.role === 'catalog' && image.destination === destination);
  const made = plan.catalogs.filter((catalog) => imageOf(catalog) === undefined);
  const catalogCount = plan.images.length - content.length + made.length;
  const resultOf = async (part: MirrorPlan, catalogs: readonly CatalogOutcome[]) => {
    const outcomes = await attachments?.ended();
    const signatures = outcomes && signatureSummary(outcomes, failureOf);
    const times = { started, finished: options.now().toISOString() };
    return { ...resultOfRun(part, copies, catalogs, times), signatures };
  };

  if (shard === undefined) {
    const all = tried(content);
    copies.follow({ type: 'planned', images: all.length + catalogCount });
    await copies.bring(all);
  } else {
    const own = imagesOfShard(content, shard);
    copies.follow({ type: 'planned', images: tried(own).length });
    await copies.bring(tried(own));
    const isOwn = new Set(own);
    const others = await takeOthers(
      content.filter((image) => !isOwn.has(image)),
      copies,
      options,
    );
    if (others.awaited > 0 || own.some((image) => !copies.isProven(image))) {
      const part = { ...plan, images: own, catalogs: [], uniqueBytes: undefined };
      return { result: await resultOf(part, []), blobs: copies.blobs, others };
    }
    copies.follow({ type: 'planned', images: own.length + catalogCount });
  }
  const proven = new Set(plan.images.filter((image) => copies.isProven(image)).map(({ source }) => source));
  const catalogs: CatalogOutcome[] = [];
  for (const catalog of plan.catalogs) {
    const isProven = (source: string) => proven.has(source);
    catalogs.push(await bringCatalog(catalog, imageOf(catalog), isProven, copies, options));
  }
  return { result: await resultOf(plan, catalogs), blobs: copies.blobs };
}

function attachmentsOf(
  plan: MirrorPlan,
  { follow }: PlanCopies,
  options: MirrorOptions,
): AttachmentCopies | undefined {
  const { signatures } = options;
  if (signatures === undefined) return undefined;
  const taken = new Set(plan.images.map(({ destination }) => destination));
  const isTaken = (name: string) => taken.has(name);
  return new AttachmentCopies({ ...options, ...signatures, listener: follow, isTaken });
}

/** Takes the images that other shards were seen to have brought as they are. */
async function takeOthers(
  images: readonly MirrorImage[],
  { outcomes }: PlanCopies,
  { openDestination, signal }: MirrorOptions,
): Promise<OtherShards> {
  const others = await seenOfOthers(images, openDestination, signal);
  for (const image of others.there) outcomes.set(image, { result: 'skipped', digest: image.digest });
  return others;
}

function resultOfRun(
  plan: MirrorPlan,
  { outcomes }: PlanCopies,
  catalogs: readonly CatalogOutcome[],
  times: Pick<MirrorResult, 'started' | 'finished'>,
): MirrorResult {
  const images = plan.images.map((image): ImageOutcome => outcomes.get(image) ?? { result: 'stopped' });
  const copied = plan.images.map((image, at) => ({ ...image, digest: image.digest ?? images[at]?.digest }));
  return { version: 1, plan: { ...plan, images: copied }, ...times, images, catalogs };
}
