import { messageOf } from '../../base/errors.ts';
import { counted, oneLine, printable, printableJson } from '../../base/words.ts';
import type { CopySummary } from '../../mirror/copyImages.ts';
import type { BlobCounts, FilePlace, PlannedImage, RunEvent } from '../../mirror/events.ts';
import { readableBytes, readableTime } from '../words.ts';

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
    if (event.type === 'imageCopied' || event.type === 'imageSkipped') {
      const { source, destination } = event.image;
      const word = event.type === 'imageCopied' ? 'copied ' : 'skipped';
      const details = event.type === 'imageCopied' ? ` (${blobWords(event.blobs)})` : '';
      return { stdout: `${word} ${source} → ${destination} ${event.digest}${details}\n`, stderr: '' };
    }
    if (event.type !== 'imageFailed') return { stdout: '', stderr: '' };
    const message = messageOf(event.error);
    if (!this.#isNews(message, event.image)) return { stdout: '', stderr: '' };
    const { place } = event.image;
    return { stdout: '', stderr: problemLine(this.#path, { place, message, code: 'copy/failed' }) };
  }

  /** True for an error that is to be shown: it is not said yet, nor often in other names. */
  #isNews(message: string, image: PlannedImage): boolean {
    const key = withoutNames(message, image);
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
            ? 'one more image of this mapping fails in the same way'
            : `${count - shown} more images of this mapping fail in the same way`;
        return problemLine(this.#path, { place, message, code: 'copy/failed' });
      })
      .join('');
  }

  /** The whole run, its images in the order of the mapping. */
  json(summary: CopySummary): string {
    const images = this.#images
      .toSorted(({ place: a }, { place: b }) => (a && b ? a.line - b.line || a.column - b.column : 0))
      .map(({ image }) => image);
    return `${printableJson({ images, summary: summaryFields(summary) }, 2)}\n`;
  }
}

/** An error without the names of its image: what is left is the same where the cause is. */
function withoutNames(message: string, { source, destination }: PlannedImage): string {
  const names = [source, destination].flatMap((name) => {
    const repository = name.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
    return [name, repository, repository.slice(repository.indexOf('/') + 1)];
  });
  let text = message;
  for (const name of names.filter((name) => name !== '')) text = text.replaceAll(name, '…');
  return text.replace(/…(?:[:@][\w.+-]+)*(?::[0-9a-f]{32,})?/g, '…').replace(/sha256:[0-9a-f]{64}/g, '…');
}

/** What was done when a run was stopped, what was not, and how to go on. */
export function stoppedLine(summary: CopySummary, reason: string): string {
  const { copied, skipped, failed, stopped } = summary;
  const done = copied + skipped;
  const all = done + failed + stopped;
  return `operator-mirror copy: ${reason}; done: ${done} of ${counted(all, 'image')}, still to do: ${all - done}; run the same command again: it goes on from there\n`;
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
    `${copied} copied`,
    ...(skipped > 0 ? [`${skipped} already there`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(stopped > 0 ? [`${stopped} not done (${reason ?? 'stopped'})`] : []),
  ];
  const there =
    blobs.bytesThere > 0 ? `, ${readableBytes(blobs.bytesThere)} not moved because they were there` : '';
  const total = counted(copied + skipped + failed + stopped, 'image');
  return `${total}: ${images.join(', ')}; ${readableBytes(blobs.bytes)} moved${there}; ${readableTime(milliseconds)}\n`;
}

function blobWords({ moved, mounted, skipped, bytes }: BlobCounts): string {
  const words = [
    ...(moved > 0 ? [`${readableBytes(bytes)} moved`] : []),
    ...(mounted > 0 ? [`${counted(mounted, 'blob')} mounted`] : []),
    ...(skipped > 0 ? [`${counted(skipped, 'blob')} already there`] : []),
  ];
  return words.length === 0 ? 'all blobs already there' : words.join(', ');
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
      return { result: 'failed', error: 'the run was stopped before this image was finished' };
  }
}
