import type { Fact, ImageFacts } from '../../workspace/facts.ts';
import { collisionsOf } from './collisions.ts';
import type { MirrorImage, MirrorPlan } from './mirrorPlan.ts';

/** What a plan takes of what its sources tell. */
export type PinningFacts = Pick<ImageFacts, 'digest' | 'size' | 'blobs'>;

/** A plan with all that its sources told, and which of them did not. */
export interface PinnedPlan {
  readonly plan: MirrorPlan;
  readonly missing: readonly MissingImage[];
}

/** An image whose place does not have it, or could not be asked. */
export interface MissingImage {
  readonly source: string;
  /** `missing`: its place was asked and does not have it. */
  readonly state: 'missing' | 'failed';
  readonly reason: string;
}

/**
 * Pins the images of a plan to the digests that were found at their sources, and adds up bytes. An image that nobody could tell
 * of stays as it is.
 * @param answers by source
 */
export function pinned(plan: MirrorPlan, answers: ReadonlyMap<string, Fact<PinningFacts>>): PinnedPlan {
  const missing: MissingImage[] = [];
  const blobs = new Map<string, number>();
  const images = plan.images.map((image): MirrorImage => {
    const answer = answers.get(image.source);
    if (answer === undefined || answer.state === 'pending') return image;
    if (answer.state !== 'known') {
      missing.push({ source: image.source, state: answer.state, reason: answer.reason });
      return image;
    }
    const { digest, size, blobs: found = [[digest, size]] } = answer.value;
    for (const [blob, bytes] of found) blobs.set(blob, bytes);
    return { ...image, digest: image.digest ?? digest, bytes: size };
  });
  const isKnown = images.some(({ bytes }) => bytes !== undefined);
  const uniqueBytes = isKnown ? [...blobs.values()].reduce((sum, bytes) => sum + bytes, 0) : undefined;
  return { plan: { ...plan, images, uniqueBytes, collisions: collisionsOf(images) }, missing };
}
