import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { formatReference, type ImageReference } from '../../documents/imageReference.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import type { Listener } from '../copy/events.ts';
import { openedOnce } from '../copy/openedOnce.ts';
import { inParallel } from '../copy/parallel.ts';
import { asUserError } from '../copy/sides.ts';
import { listedReferrers } from '../signatures/listedReferrers.ts';
import { ContentCheck } from './contentCheck.ts';
import { ImageCheck, type ImageFinding } from './imageCheck.ts';
import { type ContentProblem, problemOf, type VerifiedImage, type WantedImage } from './verifiedImage.ts';

export interface VerifyOptions {
  /** What the repository of a reference itself has. May throw a `UserError`. */
  readonly open: (reference: ImageReference) => ImageSource;
  /** As in `CheckOptions`. */
  readonly deep: boolean;
  /** As in `CheckOptions`. */
  readonly removeDamaged: boolean;
  /** Images that are looked at at the same time. */
  readonly parallelImages: number;
  /** Ends the run: what has not been looked at to the end by then is `stopped`. */
  readonly signal: AbortSignal;
  /** Told of images and bytes as of those of a copy, where what is proven counts as skipped. */
  readonly listener: Listener;
}

/**
 * Holds places to the images that they are to have, and finds everything that is missing or damaged there. An image that fails
 * does not stop the others, and nothing is thrown for it.
 *
 * @returns in the order of `wanted`
 */
export async function verifyImages(
  wanted: readonly WantedImage[],
  options: VerifyOptions,
): Promise<VerifiedImage[]> {
  const { deep, removeDamaged, parallelImages, signal, listener } = options;
  const onBytes = (bytes: number) => listener({ type: 'bytes', bytes });
  const check = new ImageCheck(new ContentCheck({ deep, removeDamaged, signal, onBytes }));
  const open = openedOnce(options.open);
  const found = new Map<WantedImage, VerifiedImage>();
  listener({ type: 'planned', images: wanted.length });
  await inParallel(
    wanted,
    parallelImages,
    ({ destination }) => destination.registry,
    async (image) => {
      const verified = await verifiedOf(image, () => look(check, open, image, signal), signal);
      found.set(image, verified);
      tell(verified, listener);
    },
  );
  return wanted.map((image) => found.get(image) ?? stopped(image));
}

async function look(
  check: ImageCheck,
  open: (reference: ImageReference) => ImageSource,
  { destination, digest, subject }: WantedImage,
  signal: AbortSignal,
): Promise<ImageFinding> {
  const name = destination.tag ?? destination.digest ?? 'latest';
  const source = open(destination);
  const finding = await check.image(source, name, digest);
  if (subject === undefined || finding.problems.length > 0 || finding.digest === undefined) return finding;
  const listed = await listedReferrers(source, subject.image, subject.digest, signal);
  return listed.includes(finding.digest)
    ? finding
    : { ...finding, problems: [unlisted(source, finding.digest, subject.digest)] };
}

function unlisted({ name }: ImageSource, referrer: string, subject: string): ContentProblem {
  const message = t('{0} has {1} and does not list it among what refers to {2}', name, referrer, subject);
  return problemOf(
    new UserError('missing', message, { nextStep: t('mirror or copy the image again, with its signatures') }),
  );
}

async function verifiedOf(
  image: WantedImage,
  look: () => Promise<ImageFinding>,
  signal: AbortSignal,
): Promise<VerifiedImage> {
  const { source, destination, digest: wanted } = image;
  try {
    signal.throwIfAborted();
    const { digest = wanted, problems } = await look();
    const result = problems.length === 0 ? 'proven' : 'failed';
    return { source, destination: formatReference(destination), digest, result, problems };
  } catch (error) {
    if (signal.aborted) return stopped(image);
    return { ...stopped(image), result: 'failed', problems: [problemOf(asUserError(error))] };
  }
}

function stopped({ source, destination, digest }: WantedImage): VerifiedImage {
  return { source, destination: formatReference(destination), digest, result: 'stopped', problems: [] };
}

function tell(
  { source, destination, digest = '', result, problems }: VerifiedImage,
  listener: Listener,
): void {
  const image = { source, destination };
  const [first] = problems;
  if (result === 'proven') listener({ type: 'imageSkipped', image, digest });
  else if (first === undefined) listener({ type: 'imageStopped', image });
  else listener({ type: 'imageFailed', image, error: first.error });
}
