import { formatReference, type ImageReference, repositoryOf } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import { normalizedPullSpec, parsePullSpec } from '../../documents/pullSpec.ts';
import { isInRegistry } from '../../documents/transport.ts';
import type { Trace } from '../../pulls/traceTypes.ts';
import type { MirrorPlan } from '../plan/mirrorPlan.ts';
import type { VerifiedImage } from './verifiedImage.ts';

/** A pull that no mirror set leads to a place that has the image. */
export interface LostPull {
  /** As pods name it. */
  readonly image: string;
  /** Why, in a sentence. */
  readonly reason: string;
}

/**
 * Follows the pull of every image of a plan through mirror sets to a mirror that was proven to have it. The catalog's own image is
 * none of them, since a CatalogSource names it where it is; nor is what is not proven anywhere: that is told already.
 *
 * @param trace where a node pulls an image from; asked once for all images of a repository by digest, and for those by tag
 */
export function lostPulls(
  { images }: MirrorPlan,
  verified: readonly VerifiedImage[],
  trace: (image: ImageReference) => Trace,
): LostPull[] {
  const proven = new Set<string>();
  const provenSources = new Set<string>();
  for (const image of verified) {
    for (const place of placesOf(image)) {
      proven.add(place);
      provenSources.add(image.source);
    }
  }
  const traces = new Map<string, Trace>();
  const lost: LostPull[] = [];
  for (const { source, originals = [source], role } of images) {
    if (role === 'catalog' || !provenSources.has(source)) continue;
    for (const original of originals) {
      const parsed = parsePullSpec(original);
      if (!parsed.ok) continue;
      const image = normalizedPullSpec(parsed.reference);
      const key = `${repositoryOf(image)} ${image.digest === undefined ? 'tag' : 'digest'}`;
      const traced = traces.get(key) ?? trace(image);
      traces.set(key, traced);
      const places = traced.endpoints.filter(({ result }) => result !== 'blocked');
      if (places.some(({ reference }) => proven.has(formatReference({ ...reference, ...versionOf(image) }))))
        continue;
      lost.push({ image: original, reason: traced.explanation[0] ?? '' });
    }
  }
  return lost;
}

/** What an engine asks a mirror for: the digest where the image has one, else the tag. */
function versionOf({ tag, digest }: ImageReference): Pick<ImageReference, 'tag' | 'digest'> {
  return digest === undefined ? { tag, digest } : { tag: undefined, digest };
}

/** What engines find an image by in a registry; nothing for one that is not proven there. */
function placesOf({ destination, digest, result }: VerifiedImage): string[] {
  const parsed = result === 'proven' ? parsePlaced(destination) : undefined;
  if (parsed?.ok !== true || !isInRegistry(parsed.reference)) return [];
  const { reference } = parsed;
  return [
    formatReference({ ...reference, digest: undefined }),
    formatReference({ ...reference, tag: undefined, digest }),
  ];
}
