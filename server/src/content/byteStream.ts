import { Readable } from 'node:stream';

/** What a stream gives, as `byteStream` takes it. */
export async function* bytesOf(
  stream: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* stream;
}

/** What one stream gives, and then what another one does, which is opened when the first has ended. */
export async function* concat(
  first: AsyncIterable<Uint8Array>,
  open: () => Promise<AsyncIterable<Uint8Array>>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* first;
  yield* await open();
}

/** What a stream gives after so many bytes. */
export async function* without(
  stream: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = bytes;
  for await (const chunk of stream) {
    if (chunk.length > left) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

/**
 * A stream of what `source` gives. Unlike `Readable.from`, destroying it does not wait for the next part:
 * `onDestroy` runs at once, and has to end whatever the source is waiting for.
 */
export function byteStream(
  source: AsyncGenerator<Uint8Array, void, undefined>,
  onDestroy: () => void,
): Readable {
  const stream = new Readable({
    read() {
      source.next().then(
        ({ done, value }) => stream.push(done ? null : value),
        (error: unknown) => stream.destroy(error as Error),
      );
    },
    destroy(error, callback) {
      onDestroy();
      source.return().catch(() => {});
      callback(error);
    },
  });
  // A reader that comes late still gets the error; without a listener it would end the process before.
  stream.on('error', () => {});
  return stream;
}
