import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import type { Failure } from '../../runs/outcomes.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { inParallel } from '../copy/parallel.ts';
import { withSide } from '../copy/sides.ts';
import type { MirrorImage } from '../plan/mirrorPlan.ts';
import { placedReference } from '../plan/placedReference.ts';
import { failureOf } from './planCopies.ts';

/** What a shard knows of the images of the others. */
export interface OtherShards {
  /** Those that the destination has. */
  readonly there: ReadonlySet<MirrorImage>;
  /** How many it does not have. */
  readonly awaited: number;
  /** Why not all could be asked for. Another shard may have ended meanwhile and left the catalogs to this one: it has to run again. */
  readonly error?: Failure | undefined;
}

/** How many images are asked for at the same time. */
const width = 16;

/** What a registry may answer for a repository that is not there yet. */
const hidden = new Set(['unauthorized', 'denied']);

/**
 * Asks a destination by tag for images that other shards bring. An image whose digest nobody knows is not taken to be there: what the tag
 * has may be older. Nothing is thrown for a destination that does not answer, nor when the signal fires.
 */
export async function seenOfOthers(
  images: readonly MirrorImage[],
  openDestination: (reference: ImageReference) => Pick<ImageSource, 'resolveTag'>,
  signal: AbortSignal,
): Promise<OtherShards> {
  const there = new Set<MirrorImage>();
  let error: Failure | undefined;
  const laneOf = ({ destination }: MirrorImage) => placedReference(destination).registry;
  await inParallel(images, width, laneOf, async (image) => {
    if (error !== undefined || image.digest === undefined) return;
    const reference = placedReference(image.destination);
    try {
      signal.throwIfAborted();
      const digest = await openDestination(reference).resolveTag(reference.tag ?? '', signal);
      if (digest === image.digest) there.add(image);
    } catch (thrown) {
      if (signal.aborted) error = stopped();
      else if (!(thrown instanceof UserError)) throw thrown;
      else if (!hidden.has(thrown.code)) error = unanswered(thrown);
    }
  });
  return { there, awaited: images.length - there.size, error };
}

function unanswered(thrown: UserError): Failure {
  const sided = withSide('destination', thrown);
  return failureOf(sided instanceof UserError ? sided : thrown);
}

function stopped(): Failure {
  return { code: 'stopped', message: t('the run was stopped before it saw what other shards have brought') };
}
