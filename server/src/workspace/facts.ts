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

/** What a registry knows of one image. The same shape as `operator-mirror inspect --format json`. */
export interface ImageFacts {
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of the config and the compressed layers; for an index, of all its distinct blobs. */
  readonly size: number;
  /** `os/architecture[/variant]`, in the order of the index. */
  readonly platforms: readonly string[];
  /** RFC 3339, of linux/amd64 or else the first platform; undefined when the image does not say. */
  readonly created: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/** The questions that only the outside can answer. Asking may start a look-up, but never waits for it. */
export interface Facts {
  image(reference: ImageReference): Fact<ImageFacts>;
}

/** Knows nothing and asks nobody: for the command line without `--online`, and for tests. */
export const noFacts: Facts = { image: () => ({ state: 'pending' }) };
