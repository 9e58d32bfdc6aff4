import type { Readable } from 'node:stream';

/**
 * Tells when a stream has closed before its end, with what Node says then. To be called before anything is read of it; it tells nothing of
 * one that ends, as an error for each of thousands of short answers costs more than to read them.
 */
export function onClosedEarly(stream: Readable, tell: (error: Error) => void): void {
  stream.once('close', () => {
    if (stream.readableEnded) return;
    tell(Object.assign(new Error('closed'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }));
  });
}
