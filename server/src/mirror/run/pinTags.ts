import { UserError } from '../../base/errors.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { inParallel } from '../copy/parallel.ts';
import { collisionsOf } from '../plan/collisions.ts';
import type { MirrorImage, MirrorPlan } from '../plan/mirrorPlan.ts';
import { placedReference } from '../plan/placedReference.ts';

/** How many sources are asked at the same time. */
const width = 16;

/**
 * Pins what a plan names by tag to the digests that the sources have now, with one question each. What nobody can tell stays as it
 * is: the copy says why.
 *
 * @throws the signal's reason
 */
export async function pinTags(
  plan: MirrorPlan,
  openSource: (reference: ImageReference) => ImageSource,
  signal: AbortSignal,
): Promise<MirrorPlan> {
  const digests = new Map<MirrorImage, string>();
  const unpinned = plan.images.filter(({ digest }) => digest === undefined);
  const laneOf = ({ source }: MirrorImage) => placedReference(source).registry;
  await inParallel(unpinned, width, laneOf, async (image) => {
    const reference = placedReference(image.source);
    try {
      const digest = await openSource(reference).resolveTag(reference.tag ?? '', signal);
      if (digest !== undefined) digests.set(image, digest);
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
    }
  });
  const images = plan.images.map((image) => ({ ...image, digest: image.digest ?? digests.get(image) }));
  return { ...plan, images, collisions: collisionsOf(images) };
}
