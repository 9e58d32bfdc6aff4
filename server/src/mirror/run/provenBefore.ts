import type { ImageReference } from '../../documents/imageReference.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { lookUp } from '../copy/sides.ts';
import type { MirrorImage, MirrorPlan } from '../plan/mirrorPlan.ts';
import { copyOf } from './plannedCopies.ts';

/** What a run may leave alone by the word of an earlier one. */
export interface ProvenBefore {
  readonly images: ReadonlySet<MirrorImage>;
  /** An image that an earlier run brought and the destination has no more: then nothing is left alone. */
  readonly lost: MirrorImage | undefined;
}

/** How many images the destination is asked for, to see whether the word of the earlier run is still true. */
const samples = 32;

/**
 * The images of a plan that an earlier run proved at their destinations, where that is still so as far as a few questions show: a
 * registry that was emptied, or lost its disk, has none of them. Catalogs are not among them, as other runs write the same tags.
 *
 * @param proven the digests of destinations, by reference
 * @throws UserError as the destination is opened; the signal's reason
 */
export async function provenBefore(
  { images }: MirrorPlan,
  proven: ReadonlyMap<string, string>,
  openDestination: (reference: ImageReference) => ImageSource,
  signal: AbortSignal,
): Promise<ProvenBefore> {
  const known = images.filter(
    ({ role, destination, digest }) =>
      role !== 'catalog' && digest !== undefined && proven.get(destination) === digest,
  );
  const sample = known.filter((_, at) => at % Math.ceil(known.length / samples) === 0);
  const found = await Promise.all(
    sample.map(async (image) => {
      const { destination } = copyOf(image);
      const store = openDestination(destination);
      const digest = await lookUp(() => store.resolveTag(destination.tag ?? '', signal), undefined);
      return digest === image.digest;
    }),
  );
  const lost = sample.find((_, at) => found[at] === false);
  return { images: new Set(lost === undefined ? known : []), lost };
}
