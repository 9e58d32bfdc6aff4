import type { FailedCopy, JournalFacts } from '../../runs/journal.ts';
import type { MirrorImage } from '../plan/mirrorPlan.ts';
import type { ImageOutcome } from './mirrorResult.ts';

/** The images that a run is held to by their names: sources and destinations of those that it has. */
export function chosenImages(
  images: readonly MirrorImage[],
  names: readonly string[],
): {
  readonly chosen: ReadonlySet<MirrorImage>;
  /** Names that no image has. */
  readonly unknown: readonly string[];
} {
  const wanted = new Set(names);
  const chosen = images.filter(({ source, destination }) => wanted.has(source) || wanted.has(destination));
  const known = new Set(chosen.flatMap(({ source, destination }) => [source, destination]));
  return { chosen: new Set(chosen), unknown: names.filter((name) => !known.has(name)) };
}

/**
 * What a run that is held to some images does not try of those that it has: what an earlier one could not bring stays as it was.
 * Catalogs are not among that, as they are written with what is there.
 */
export function leftImages(
  images: readonly MirrorImage[],
  chosen: ReadonlySet<MirrorImage>,
  { proven, failed }: Pick<JournalFacts, 'proven' | 'failed'>,
): ReadonlyMap<MirrorImage, ImageOutcome> {
  const left = images.filter(
    (image) => image.role !== 'catalog' && !chosen.has(image) && !proven.has(image.destination),
  );
  return new Map(left.map((image) => [image, leftOutcome(image, failed.get(image.destination))]));
}

function leftOutcome({ digest }: MirrorImage, failure: FailedCopy | undefined): ImageOutcome {
  if (failure === undefined) return { result: 'stopped', digest };
  const { code, message, side, nextStep } = failure;
  return { result: 'failed', digest, error: { code, message, side, nextStep } };
}
