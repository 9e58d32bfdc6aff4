import type { UserError } from '../../base/errors.ts';
import type { ImageReference } from '../../documents/imageReference.ts';

/** An image that a place is to have. */
export interface WantedImage {
  /** What it is the copy of; of a folder that is held to itself its name there. */
  readonly source: string;
  /** By tag, or by digest alone. */
  readonly destination: ImageReference;
  /** What it has to be; undefined where nobody knows: then whatever is there has to be whole. */
  readonly digest?: string | undefined;
  /** The image that it refers to, as the place names it: it has to be listed there for that. */
  readonly subject?: { readonly image: ImageReference; readonly digest: string } | undefined;
}

/** What a place was found to have of an image. */
export interface VerifiedImage {
  readonly source: string;
  readonly destination: string;
  /** What is there, else what should be. */
  readonly digest?: string | undefined;
  /** `proven`: all of it is there and right; `stopped`: the run ended before it was looked at to the end. */
  readonly result: 'proven' | 'failed' | 'stopped';
  /** What is wrong; empty for a proven image. */
  readonly problems: readonly ContentProblem[];
}

/**
 * What is wrong with content.
 * - `missing`: it is not there
 * - `different`: the tag is another image's
 * - `damaged`: it is there, and is not what its digest says
 * - `unproven`: nobody could tell, because its place did not answer, or it is nothing that can be read
 */
export type ProblemKind = 'missing' | 'different' | 'damaged' | 'unproven';

/** Something that is wrong, the same object for all images that need the content. */
export interface ContentProblem {
  readonly kind: ProblemKind;
  /** Names the place, and of a folder the file. */
  readonly error: UserError;
  /** The damaged file was removed, so that the next copy brings it again. */
  readonly removed?: boolean | undefined;
}

const kinds: Readonly<Record<string, ProblemKind>> = {
  missing: 'missing',
  incomplete: 'missing',
  noStore: 'missing',
  damaged: 'damaged',
  digestMismatch: 'damaged',
};

/** What an error that a place answered with says of the content that it was asked for. */
export function problemOf(error: UserError): ContentProblem {
  return { kind: kinds[error.code] ?? 'unproven', error };
}
