import { bytes } from '../base/markdown.ts';
import { memoWhileSame } from '../base/memo.ts';
import { t } from '../base/sentences.ts';
import type { CatalogBundle } from '../catalog/model.ts';
import { parseReference } from '../documents/imageReference.ts';
import type { Facts, ImageFacts } from '../workspace/facts.ts';

/** What is known of the sizes of some images. */
export interface ImageSizes {
  readonly images: number;
  /** Of how many of them the size is known. */
  readonly known: number;
  /** Of those: what they have in common is counted once, as far as anybody knows what they are made of. */
  readonly bytes: number;
}

/** More images are not added up while somebody types. */
const mostImages = 5_000;

/** The images that some bundles need, their own included, each once. */
export function imagesOf(bundles: readonly CatalogBundle[]): ReadonlySet<string> {
  const images = new Set<string>();
  for (const { image, relatedImages } of bundles) {
    if (image !== '') images.add(image);
    for (const related of relatedImages) if (related.image !== '') images.add(related.image);
  }
  return images;
}

/** Some images whose sizes nobody has looked for. */
export function unsized(bundles: readonly CatalogBundle[]): ImageSizes {
  return { images: imagesOf(bundles).size, known: 0, bytes: 0 };
}

const kept = memoWhileSame<object, ImageSizes>();

/**
 * The sizes of the images of some bundles, as far as somebody has asked for them. Asks nobody.
 * @param owner what the bundles belong to, by which the answer is kept
 */
export function sizesOf(
  owner: object,
  bundles: () => readonly CatalogBundle[],
  facts: Facts,
  from: string,
): ImageSizes {
  return kept(owner, [facts, facts.version], () => addedUp(imagesOf(bundles()), facts, from));
}

function addedUp(images: ReadonlySet<string>, facts: Facts, from: string): ImageSizes {
  let known = 0;
  const whole = new Map<string, number>();
  const blobs = new Map<string, number>();
  if (images.size <= mostImages && facts.hasAnswers !== false) {
    for (const image of images) {
      const found = knownFacts(image, facts, from);
      if (found === undefined) continue;
      known++;
      if (found.blobs === undefined) whole.set(found.digest, found.size);
      for (const [digest, size] of found.blobs ?? []) blobs.set(digest, size);
    }
  }
  return { images: images.size, known, bytes: sum(whole) + sum(blobs) };
}

/** What somebody has learned of an image of a catalog; undefined where nobody has. */
export function knownFacts(image: string, facts: Facts, from: string): ImageFacts | undefined {
  const parsed = parseReference(image);
  const fact = parsed.ok ? facts.peek(parsed.reference, from) : undefined;
  return fact?.state === 'known' ? fact.value : undefined;
}

function sum(sizes: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const size of sizes.values()) total += size;
  return total;
}

/** How many images and bytes, for a line: `17 images, at least 1.2 GiB`. */
export function sizeWords({ images, known, bytes: count }: ImageSizes): string {
  const size = bytes(count);
  if (known === 0) return images === 1 ? t('1 image') : t('{0} images', images);
  if (known === images) return images === 1 ? t('1 image, {0}', size) : t('{0} images, {1}', images, size);
  return t('{0} images, at least {1}', images, size);
}
