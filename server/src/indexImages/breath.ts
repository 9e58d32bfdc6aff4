import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds that a catalog is read before others have a turn. */
const usual = 50;

/**
 * Lets others have a turn now and then while something long is done, and ends it when nobody wants it any more. Call what it
 * gives often; it does something rarely.
 * @param longest milliseconds before others have a turn
 * @throws the signal's reason
 */
export function breath(signal: AbortSignal, longest = usual): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < longest) return undefined;
    return turn().then(() => {
      signal.throwIfAborted();
      last = performance.now();
    });
  };
}
