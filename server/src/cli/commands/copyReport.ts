import { messageOf } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { inRow, oneLine, printable, printableJson } from '../../base/words.ts';
import type { CopySummary } from '../../mirror/copy/copyImages.ts';
import type { BlobCounts, FilePlace, PlannedImage, RunEvent } from '../../mirror/copy/events.ts';
import type { MirrorResult } from '../../mirror/run/mirrorResult.ts';
import { causeOf } from '../../runs/failureGroups.ts';
import { readableBytes, readableTime } from '../words.ts';
import { signaturesJson } from './signaturesReport.ts';

/** One image in `copy --format json`. */
interface ReportedImage {
  /** Left out where the plan comes from no file. */
  readonly line?: number;
  readonly source: string;
  readonly destination: string;
  readonly digest?: string;
  readonly result: 'copied' | 'skipped' | 'failed';
  readonly error?: string;
}

/** Errors that are shown although they differ in nothing but names: the names may tell something. */
const mostAlike = 3;

/** What `copy` says of a run, in words and in JSON. */
export class CopyReport {
  readonly #path: string;
  readonly #images: { readonly place: FilePlace | undefined; readonly image: ReportedImage }[] = [];
  readonly #shownErrors = new Set<string>();
  /** Images that failed, by what their errors have in common, and how many of these were shown. */
  readonly #alike = new Map<string, { readonly first: PlannedImage; count: number; shown: number }>();

  /** @param path the mapping, as problems name it */
  constructor(path: string) {
    this.#path = path;
  }

  /** Remembers what became of an image. */
  add(event: RunEvent): void {
    if (!('image' in event)) return;
    const { place, source, destination } = event.image;
    const words = { ...(place && { line: place.line }), source, destination };
    this.#images.push({ place, image: { ...words, ...resultOf(event) } });
  }

  /**
   * What the terminal shows of an event: images on stdout, errors on stderr as a compiler's. Of errors that differ in
   * nothing but the image that they name, the first ones alone.
   */
  linesFor(event: RunEvent): { readonly stdout: string; readonly stderr: string } {
    if (event.type !== 'imageFailed') return { stdout: doneLine(event), stderr: '' };
    const message = messageOf(event.error);
    if (!this.#isNews(message, event.image)) return { stdout: '', stderr: '' };
    const { place } = event.image;
    return { stdout: '', stderr: problemLine(this.#path, { place, message, code: 'copy/failed' }) };
  }

  /** True for an error that is to be shown: it is not said yet, nor often in other names. */
  #isNews(message: string, image: PlannedImage): boolean {
    const key = causeOf({ message, image });
    const alike = this.#alike.get(key) ?? { first: image, count: 0, shown: 0 };
    this.#alike.set(key, alike);
    alike.count++;
    if (this.#shownErrors.has(message) || alike.shown === mostAlike) return false;
    this.#shownErrors.add(message);
    alike.shown++;
    return true;
  }

  /** The errors that were not shown one by one, as a line with their number each. */
  others(): string {
    return [...this.#alike.values()]
      .filter(({ count, shown }) => count > shown)
      .map(({ first: { place }, count, shown }) => {
        const message =
          count - shown === 1
            ? t('one more image of this mapping fails in the same way')
            : t('{0} more images of this mapping fail in the same way', count - shown);
        return problemLine(this.#path, { place, message, code: 'copy/failed' });
      })
      .join('');
  }

  /** The whole run, its images in the order of the mapping. */
  json(summary: CopySummary, signatures: MirrorResult['signatures']): string {
    const images = this.#images
      .toSorted(({ place: a }, { place: b }) => (a && b ? a.line - b.line || a.column - b.column : 0))
      .map(({ image }) => image);
    const found = {
      images,
      summary: summaryFields(summary),
      ...(signatures && { signatures: signaturesJson(signatures) }),
    };
    return `${printableJson(found, 2)}\n`;
  }
}

/** The line for an image that is at its destination; empty for all other events. */
export function doneLine(event: RunEvent): string {
  if (event.type !== 'imageCopied' && event.type !== 'imageSkipped') return '';
  const { source, destination } = event.image;
  // The digest is half of a line, and most sources have it already.
  const image = source.includes(event.digest) ? source : t('{0} ({1})', source, event.digest);
  const line =
    event.type === 'imageCopied'
      ? t('copied  {0} → {1} ({2})', image, destination, blobWords(event.blobs))
      : t('skipped {0} → {1}', image, destination);
  return `${line}\n`;
}

/** What was done when a run was stopped, what was not, and how to go on. */
export function stoppedLine(summary: CopySummary, reason: string): string {
  const { copied, skipped, failed, stopped } = summary;
  const done = copied + skipped;
  const all = done + failed + stopped;
  const left = all - done;
  return all === 1
    ? t(
        '{0}; done: {1} of 1 image, still to do: {2}; run the same command again: it goes on from there',
        reason,
        done,
        left,
      )
    : t(
        '{0}; done: {1} of {2} images, still to do: {3}; run the same command again: it goes on from there',
        reason,
        done,
        all,
        left,
      );
}

/** One line that the problem matchers of editors read: `FILE:LINE:COLUMN: error: MESSAGE (CODE)`; `FILE: …` without a place. */
export function problemLine(
  path: string,
  problem: {
    readonly place: FilePlace | undefined;
    readonly message: string;
    readonly code: string;
  },
): string {
  const { place, message, code } = problem;
  const at = place === undefined ? '' : `${place.line}:${place.column}:`;
  return `${printable(path)}:${at} error: ${oneLine(message)} (${code})\n`;
}

/** The numbers of a run. An image that was not finished because the run was stopped has failed. */
export function summaryFields({ copied, skipped, failed, stopped, blobs }: CopySummary) {
  return {
    copied,
    skipped,
    failed: failed + stopped,
    bytes: blobs.bytes,
    blobsMoved: blobs.moved,
    blobsMounted: blobs.mounted,
    blobsSkipped: blobs.skipped,
  };
}

/**
 * `60 images: 58 copied, 1 already there, 1 failed; 120 MiB moved, 30 MiB not moved because they were there; 12 s`
 *
 * @param reason why the run was stopped, if it was
 */
export function summaryLine(summary: CopySummary, milliseconds: number, reason: string | undefined): string {
  const { copied, skipped, failed, stopped, blobs } = summary;
  const images = [
    t('{0} copied', copied),
    ...(skipped > 0 ? [t('{0} already there', skipped)] : []),
    ...(failed > 0 ? [t('{0} failed', failed)] : []),
    ...(stopped > 0 ? [t('{0} not done ({1})', stopped, reason ?? t('stopped'))] : []),
  ];
  const bytes = readableBytes(blobs.bytes);
  const moved =
    blobs.bytesThere > 0
      ? t('{0} moved, {1} not moved because they were there', bytes, readableBytes(blobs.bytesThere))
      : t('{0} moved', bytes);
  const all = copied + skipped + failed + stopped;
  const words = inRow(images);
  const time = readableTime(milliseconds);
  const line =
    all === 1
      ? t('1 image: {0}; {1}; {2}', words, moved, time)
      : t('{0} images: {1}; {2}; {3}', all, words, moved, time);
  return `${line}\n`;
}

function blobWords({ moved, mounted, skipped, bytes }: BlobCounts): string {
  const words = [
    ...(moved > 0 ? [t('{0} moved', readableBytes(bytes))] : []),
    ...(mounted > 0 ? [mounted === 1 ? t('1 blob mounted') : t('{0} blobs mounted', mounted)] : []),
    ...(skipped > 0
      ? [skipped === 1 ? t('1 blob already there') : t('{0} blobs already there', skipped)]
      : []),
  ];
  return words.length === 0 ? t('all blobs already there') : inRow(words);
}

function resultOf(
  event: Extract<RunEvent, { image: unknown }>,
): Pick<ReportedImage, 'digest' | 'result' | 'error'> {
  switch (event.type) {
    case 'imageCopied':
      return { digest: event.digest, result: 'copied' };
    case 'imageSkipped':
      return { digest: event.digest, result: 'skipped' };
    case 'imageFailed':
      return { result: 'failed', error: messageOf(event.error) };
    case 'imageStopped':
      return { result: 'failed', error: t('the run was stopped before this image was finished') };
  }
}
