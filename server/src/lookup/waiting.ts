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

/** Waits for the promise, which must not reject, but only so many milliseconds or until the signal fires. */
export function settledOr(promise: Promise<void>, until: number | AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (typeof until === 'number') {
      const timer = setTimeout(resolve, until);
      void promise.then(() => {
        clearTimeout(timer);
        resolve();
      });
      return;
    }
    if (until.aborted) return resolve();
    const stop = () => resolve();
    until.addEventListener('abort', stop, { once: true });
    void promise.then(() => {
      until.removeEventListener('abort', stop);
      resolve();
    });
  });
}
