import type { Readable } from 'node:stream';
import { ContentCheck, markAsHeld } from './contentDigest.ts';
import type { Descriptor } from './descriptor.ts';
import { forwarded } from './forwardedStream.ts';

/** How content is read that is here already. */
export interface VerifiedReading {
  /** The byte of the content with which the source begins. */
  readonly offset: number;
  /** Ends the stream with its reason. */
  readonly signal?: AbortSignal;
  /** How a person would name the content, in errors. */
  readonly place: string;
  /** In the place of an error, such as one that says that the digest is another. */
  readonly worded?: (error: unknown) => unknown;
}

/**
 * A stream that fails unless its bytes have the digest and the size of `blob`, and ends before its last chunk then; one that begins
 * later is held to nothing: whoever has the bytes before holds all of them to the digest.
 */
export function verifiedStream(
  source: Readable,
  blob: Descriptor,
  { offset, signal, place, worded }: VerifiedReading,
): Readable {
  const check = offset === 0 ? new ContentCheck(blob, place) : undefined;
  const abort = () => stream.destroy(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  const stream = forwarded({
    from: (forward) => forward(source),
    each: (chunk) => (check === undefined ? chunk : check.take(chunk)),
    last: () => check?.end(),
    worded,
    onDestroy: () => signal?.removeEventListener('abort', abort),
  });
  return check === undefined ? stream : markAsHeld(stream, blob.digest);
}
