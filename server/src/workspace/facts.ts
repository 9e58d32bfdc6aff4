import type { CatalogImages } from '../catalog/catalogImages.ts';
import type { Catalog } from '../catalog/model.ts';
import type { ImageReference } from '../documents/imageReference.ts';

/**
 * What the outside answered so far. Unknown is never a finding: only `known` and `missing` may become one.
 * - `known`: the answer, and when it was given (milliseconds since the epoch)
 * - `missing`: the place was asked and does not have it
 * - `pending`: the question is on its way, or has not been asked
 * - `failed`: nobody could answer, and why, in words for a person
 */
export type Fact<Value> =
  | { readonly state: 'known'; readonly value: Value; readonly at: number }
  | { readonly state: 'missing'; readonly reason: string }
  | { readonly state: 'pending' }
  | { readonly state: 'failed'; readonly reason: string };

/** What a place knows of one image. The same shape as `operator-mirror inspect --format json`. */
export interface ImageFacts {
  readonly digest: string;
  readonly mediaType: string;
  /** What it is when it is no container image: `application/vnd.cncf.helm.config.v1+json`. */
  readonly artifactType?: string | undefined;
  /** Bytes of the config and the compressed layers; for an index, of all its distinct blobs. */
  readonly size: number;
  /**
   * Those blobs: the beginning of the digest's hexadecimal digits, and bytes. They tell what images have in common. Undefined where
   * the facts were remembered without them. No part of what `inspect` prints.
   */
  readonly blobs?: readonly (readonly [digest: string, size: number])[] | undefined;
  /** `os/architecture[/variant]`, in the order of the index. */
  readonly platforms: readonly string[];
  /** RFC 3339, of linux/amd64 or else the first platform; undefined when the image does not say. */
  readonly created: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The questions that only the outside can answer: registries, and for `file://` references the folder that `oc`
 * wrote. None of them waits. `from` is the path, or the decoded `file:` URI, of the document that holds the
 * reference: a `file://` reference means a place near it, and nothing without it.
 */
export interface Facts {
  /**
   * Grows with every answer by which something is known or missing, or is not any more, so that it stands for all that
   * can be a finding. Thousands of questions of which nobody knows the answer are no news.
   */
  readonly version: number;
  /**
   * False while no registry has answered anything: who would ask of thousands of images what is known of them need not ask.
   * Left out where something may be known.
   */
  readonly hasAnswers?: boolean;
  /**
   * True when somebody asked what has become of the copy of the file at `path`: *Verify destinations*, the end of a copy,
   * `check --online`. Until then a destination that has nothing is one that the file is about to be copied to.
   */
  asked(path: string): boolean;
  /** The image under a tag or a digest. Starts a look-up where nothing is known, or something old. */
  image(reference: ImageReference, from?: string): Fact<ImageFacts>;
  /** What `image` was answered before. Never starts a look-up. */
  peek(reference: ImageReference, from?: string): Fact<ImageFacts>;
  /**
   * All tags of the reference's repository, sorted; `missing` when its place knows no such repository, which some
   * registries also say of one that has images by digest only. Starts a look-up as `image` does.
   */
  tags(reference: ImageReference, from?: string): Fact<readonly string[]>;
  /** What `tags` was answered before. Never starts a look-up. */
  peekTags(reference: ImageReference, from?: string): Fact<readonly string[]>;
  /** True when the registry gives this image to nobody without a credential. Starts a look-up as `image` does. */
  needsLogin(reference: ImageReference, from?: string): Fact<boolean>;
  /**
   * The catalog in an index image, named as an ImageSetConfiguration names it: an image in a registry or `oci://`. The same
   * object while it is the same catalog. Starts an opening as `image` does a look-up, which may take a while.
   */
  catalog(image: string, from?: string): Fact<Catalog>;
  /**
   * The images that the catalog in an index image names. It may also be in the `v2/` folder near `from`: `file://`, where a
   * repository without a tag means its only index image. The same object while it is the same catalog, and opened as by `catalog`.
   */
  catalogImages(image: string, from?: string): Fact<CatalogImages>;
}

const unasked = { state: 'pending' } as const;
const pending = () => unasked;

/** Knows nothing and asks nobody. */
export const noFacts: Facts = {
  version: 0,
  asked: () => false,
  image: pending,
  peek: pending,
  tags: pending,
  peekTags: pending,
  needsLogin: pending,
  catalog: pending,
  catalogImages: pending,
};
