/** A promise and what fulfils it. */
export interface Settleable {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

export function settleable(): Settleable {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/**
 * Waits for the promise, which must not reject, but only so many milliseconds (`Infinity` is without end) and
 * until the signal fires.
 */
export function settledOr(
  promise: Promise<unknown>,
  milliseconds: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    if (milliseconds !== Number.POSITIVE_INFINITY) timer = setTimeout(stop, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
    void promise.then(stop);
  });
}
