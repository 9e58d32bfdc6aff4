import { referrersIn, referrersTag } from '../../content/referrers.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { tagBeside } from './attachmentNames.ts';

/** What a place can be asked beside its images, as `ImageSource` has it. */
export type ReferrersPlace = Pick<ImageSource, 'referrers' | 'getManifest'>;

/**
 * The digests of what refers to an image by the word of the place: of its API, else of the list under the tag that stands for one. Who
 * writes such a list can write there what he likes.
 * @param image how the image is named at the place
 */
export async function listedReferrers(
  source: ReferrersPlace,
  image: ImageReference,
  digest: string,
  signal: AbortSignal,
): Promise<string[]> {
  const listed = await source.referrers?.(digest, signal);
  return (
    listed?.map((referrer) => referrer.digest) ?? (await referrersUnderTag(source, image, digest, signal))
  );
}

/** Those in the list under the tag alone. */
export async function referrersUnderTag(
  source: ReferrersPlace,
  image: ImageReference,
  digest: string,
  signal: AbortSignal,
): Promise<string[]> {
  const list = await source.getManifest(tagBeside(image, referrersTag(digest)), signal);
  // Of images that oc-mirror names this is the tag of the image itself.
  if (list === undefined || list.digest === digest) return [];
  return (referrersIn(list.bytes) ?? []).map((referrer) => referrer.digest);
}
