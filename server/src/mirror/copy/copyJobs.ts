import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import {
  exactReference,
  formatReference,
  type ImageReference,
  repositoryOf,
} from '../../documents/imageReference.ts';
import { namedAfter } from '../../documents/layoutReference.ts';
import type { ImageSource, ImageStore } from '../../stores/imageStore.ts';
import type { CopyRequest } from './copyImage.ts';
import type { FilePlace, PlannedImage } from './events.ts';
import { inParallel } from './parallel.ts';
import { asUserError, at } from './sides.ts';
import { matchesTag } from './tagPattern.ts';

/** What a run is to copy: an image, or all images of a repository whose tags match. */
export interface PlannedCopy {
  readonly source: ImageReference;
  /** The glob of a source that stands for several tags, `*` for all; the destination has no tag of its own then. */
  readonly tagPattern?: string | undefined;
  /** Without a tag it takes the source's. */
  readonly destination: ImageReference;
  /** Where a file says so, for plans that come from one. */
  readonly place?: FilePlace | undefined;
}

/** An image of a plan: what is to be copied, or why it cannot be. */
export type CopyJob =
  | { readonly image: PlannedImage; readonly request: CopyRequest }
  | { readonly image: PlannedImage; readonly error: UserError };

export interface PlanOptions {
  /** The images of a reference's repository, the same object each time. May throw a `UserError`. */
  readonly openSource: (reference: ImageReference) => ImageSource;
  /** The same for a destination. */
  readonly openDestination: (reference: ImageReference) => ImageStore;
  /** How many repositories are listed at the same time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
}

/** What has to be known of a copy before its images are. */
interface Opened {
  readonly source: ImageSource;
  readonly destination: ImageStore;
  /** The tags that the source's pattern stands for; undefined for a source that is one image. */
  readonly tags: readonly string[] | undefined;
}

/**
 * The images of a plan, in its order. Sources that stand for several tags are listed at their places; whatever cannot be
 * listed or opened becomes a job with an error.
 *
 * @throws the signal's reason once that fires; nothing else
 */
export async function jobsOfPlan(plan: readonly PlannedCopy[], options: PlanOptions): Promise<CopyJob[]> {
  const opened = new Map<PlannedCopy, Opened | UserError>();
  await inParallel(
    plan,
    options.parallel,
    ({ source }) => source.registry,
    async (copy) => {
      opened.set(copy, await open(copy, options));
    },
  );
  // Whoever names a destination in full has it, wherever a pattern that comes to it may stand.
  const taken = new Map<string, PlannedCopy>();
  for (const copy of plan) {
    if (copy.tagPattern === undefined) taken.set(exactReference(tagged(copy)), copy);
  }
  return plan.flatMap((copy) => {
    const found = opened.get(copy);
    return found === undefined ? [] : jobsOf(copy, found, taken);
  });
}

async function open(
  { source: from, destination: to, tagPattern }: PlannedCopy,
  { openSource, openDestination, signal }: PlanOptions,
): Promise<Opened | UserError> {
  try {
    const source = await at('source', () => openSource(from));
    const destination = await at('destination', () => openDestination(to));
    if (tagPattern === undefined) return { source, destination, tags: undefined };
    return { source, destination, tags: await at('source', () => matchingTags(source, tagPattern, signal)) };
  } catch (error) {
    signal.throwIfAborted();
    return asUserError(error);
  }
}

function jobsOf(copy: PlannedCopy, opened: Opened | UserError, taken: Map<string, PlannedCopy>): CopyJob[] {
  const { source: from, destination: to, place } = copy;
  if (opened instanceof UserError) {
    return [{ image: { source: sourceName(copy), destination: formatReference(to), place }, error: opened }];
  }
  const image = (source: ImageReference, destination: ImageReference): PlannedImage => {
    return { source: formatReference(source), destination: formatReference(destination), place };
  };
  const job = (source: ImageReference, destination: ImageReference): CopyJob => ({
    image: image(source, destination),
    request: {
      source: opened.source,
      reference: source.digest ?? source.tag ?? '',
      destination: opened.destination,
      tags: destination.tag === undefined ? [] : [destination.tag],
    },
  });
  if (opened.tags === undefined) return [job(from, tagged(copy))];
  return opened.tags.map((tag) => {
    const source = { ...from, tag };
    const destination = namedAfter(source, to);
    const key = exactReference(destination);
    const other = taken.get(key);
    if (other !== undefined) return { image: image(source, destination), error: takenBy(other) };
    taken.set(key, copy);
    return job(source, destination);
  });
}

/** The destination with the tag or name that it takes from its source where it has none. */
function tagged({ source, destination }: PlannedCopy): ImageReference {
  return namedAfter(source, destination);
}

function sourceName({ source, tagPattern }: PlannedCopy): string {
  return tagPattern === undefined || tagPattern === '*'
    ? formatReference(source)
    : `${repositoryOf(source)}:${tagPattern}`;
}

function takenBy(other: PlannedCopy): UserError {
  const { place } = other;
  const message =
    place === undefined
      ? t('this destination is taken by {0}', sourceName(other))
      : t('this destination is taken by line {0}', place.line);
  return new UserError('duplicateDestination', message, {
    side: 'destination',
    nextStep: t('give one of the two another repository or tag'),
  });
}

async function matchingTags(store: ImageSource, pattern: string, signal: AbortSignal): Promise<string[]> {
  const tags = (await store.listTags(signal))?.filter((tag) => matchesTag(pattern, tag)) ?? [];
  if (tags.length > 0) return tags;
  const message =
    pattern === '*' ? t('{0} has no tags', store.name) : t('{0} has no tag like {1}', store.name, pattern);
  throw new UserError('missing', message, {
    nextStep: t('check the name, or take the image out of the mapping'),
  });
}
