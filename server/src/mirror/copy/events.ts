import type { UserError } from '../../base/errors.ts';

/** Where a file names an image, both one-based; `column` counts UTF-16 code units. */
export interface FilePlace {
  readonly line: number;
  readonly column: number;
}

/** An image that a run is to bring from one place to another, in the words of its plan. */
export interface PlannedImage {
  readonly source: string;
  readonly destination: string;
  /** Undefined for a plan that comes from no file. */
  readonly place?: FilePlace | undefined;
}

/**
 * What became of one blob:
 * - `moved`: its bytes went from the source to the destination
 * - `mounted`: the destination took it over from another of its repositories
 * - `skipped`: the destination's repository had it
 */
export type BlobOutcome = 'moved' | 'mounted' | 'skipped';

/** What became of the blobs of an image, or of a run. */
export interface BlobCounts {
  readonly moved: number;
  readonly mounted: number;
  readonly skipped: number;
  /** Bytes of the blobs that were moved. */
  readonly bytes: number;
  /** Bytes of the blobs that were mounted or skipped: the destination had them. */
  readonly bytesThere: number;
}

/** What happens in a run, in the order in which it happens. The listener must not throw. */
export type RunEvent =
  /** All source tags are known; now images are copied. */
  | { readonly type: 'planned'; readonly images: number }
  | {
      readonly type: 'imageCopied';
      readonly image: PlannedImage;
      readonly digest: string;
      readonly blobs: BlobCounts;
    }
  /** The destination had the image, and its tag points to it. */
  | { readonly type: 'imageSkipped'; readonly image: PlannedImage; readonly digest: string }
  | { readonly type: 'imageFailed'; readonly image: PlannedImage; readonly error: UserError }
  /** The run was stopped before the image was finished. */
  | { readonly type: 'imageStopped'; readonly image: PlannedImage }
  | {
      readonly type: 'blob';
      readonly outcome: BlobOutcome;
      readonly digest: string;
      /** Bytes of the whole blob. */
      readonly size: number;
      /** The repository that it is in now. */
      readonly repository: string;
    }
  /** So many bytes more have left a source. Bytes that are read again after a broken connection count once. */
  | { readonly type: 'bytes'; readonly bytes: number };

export type Listener = (event: RunEvent) => void;

export const noBlobs: BlobCounts = { moved: 0, mounted: 0, skipped: 0, bytes: 0, bytesThere: 0 };

export function addBlob(counts: BlobCounts, outcome: BlobOutcome, size: number): BlobCounts {
  const there = outcome !== 'moved';
  return {
    ...counts,
    [outcome]: counts[outcome] + 1,
    bytes: counts.bytes + (there ? 0 : size),
    bytesThere: counts.bytesThere + (there ? size : 0),
  };
}
