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
