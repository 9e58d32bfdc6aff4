import { type AttachmentOutcome, cannotList } from './attachmentOutcome.ts';

/** What a run brought of signatures and attestations, and what it did not find. */
export interface SignatureSummary<Reason> {
  /** Signatures, attestations and whatever else refers to an image. */
  readonly copied: number;
  /** Those that were at the destination. */
  readonly skipped: number;
  /** Those that were found and are not at the destination, or cannot be found there. */
  readonly failed: readonly FailedSignature<Reason>[];
  /** Images that have none, as sources of the plan; sorted. */
  readonly absent: readonly string[];
  /** Images of which nobody could say whether they have any, or more. */
  readonly unknown: readonly { readonly image: string; readonly error: Reason }[];
}

export interface FailedSignature<Reason> {
  /** The source of the image that it is about. */
  readonly image: string;
  /** Its own reference at the source. */
  readonly name: string;
  readonly error: Reason;
}

/** @param reasonOf how an error is kept */
export function signatureSummary<Reason>(
  outcomes: readonly AttachmentOutcome[],
  reasonOf: (error: NonNullable<AttachmentOutcome['unknown']>) => Reason,
): SignatureSummary<Reason> {
  const sorted = outcomes.toSorted((a, b) => (a.image.source < b.image.source ? -1 : 1));
  const sum = (count: (outcome: AttachmentOutcome) => number) =>
    sorted.reduce((all, outcome) => all + count(outcome), 0);
  const absent = sorted.filter(
    ({ copied, skipped, failed, unknown }) => copied + skipped + failed.length === 0 && unknown === undefined,
  );
  return {
    copied: sum(({ copied }) => copied),
    skipped: sum(({ skipped }) => skipped),
    failed: sorted.flatMap(({ image, failed }) =>
      failed.map(({ name, error }) => ({ image: image.source, name, error: reasonOf(error) })),
    ),
    absent: [...new Set(absent.map(({ image }) => image.source))],
    unknown: sorted.flatMap(({ image, unknown }) =>
      unknown === undefined ? [] : [{ image: image.source, error: reasonOf(unknown) }],
    ),
  };
}

/** How many signatures a run that is repeated may bring yet. What a destination has and cannot list is none of them. */
export function missingSignatures(
  summary: Pick<SignatureSummary<{ readonly code: string }>, 'failed'> | undefined,
): number {
  return summary?.failed.filter(({ error }) => error.code !== cannotList).length ?? 0;
}
