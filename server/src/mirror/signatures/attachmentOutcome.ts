import type { UserError } from '../../base/errors.ts';

/** An image that is at its destination, in the words of its plan. */
export interface AttachedImage {
  readonly source: string;
  readonly destination: string;
  readonly digest: string;
}

/** What came of the attachments of an image. */
export interface AttachmentOutcome {
  readonly image: AttachedImage;
  /** How many were brought. */
  readonly copied: number;
  /** How many were there. */
  readonly skipped: number;
  /** Those that were not brought, each by its reference at the source. */
  readonly failed: readonly { readonly name: string; readonly error: UserError }[];
  /** Why nobody knows whether there are any, or more. */
  readonly unknown: UserError | undefined;
}

/** The code of an error where a destination has a signature, and no way to say so: it is told, and running again changes nothing. */
export const cannotList = 'noReferrers';
