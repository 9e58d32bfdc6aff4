import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';

const gzipMagic = Buffer.from([0x1f, 0x8b]);
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/**
 * What a stream holds, unpacked where it is packed: gzip, zstd, or neither. Its first bytes decide, since media types and
 * names of files are often wrong about it. The source is always read to its end, so that whatever holds it to its digest
 * has seen all of it before this ends.
 *
 * @throws what the source throws; what zlib throws for content that is cut off or damaged
 */
export async function* decompressed(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = source[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array();
  while (head.length < zstdMagic.length) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  const codec = codecOf(head);
  if (codec === undefined) {
    yield head;
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
    return;
  }
  const fed = feed(codec, head, chunks);
  // It is awaited only when the codec has ended; a failure before destroys the codec and is told by that.
  fed.catch(() => {});
  try {
    for await (const chunk of codec) yield chunk;
    await fed;
  } finally {
    codec.destroy();
  }
}

function codecOf(head: Uint8Array): Duplex | undefined {
  if (startsWith(head, gzipMagic)) return createGunzip({ chunkSize: outputSize });
  if (startsWith(head, zstdMagic)) return createZstdDecompress({ chunkSize: outputSize });
  return undefined;
}

/** Bytes that are unpacked at once: with less the way from thread to thread takes as long as the unpacking. */
const outputSize = 1024 * 1024;

function startsWith(bytes: Uint8Array, magic: Buffer): boolean {
  return magic.equals(bytes.subarray(0, magic.length));
}

/** Gives a codec all that there is. One that ends before its source does is given no more, but the source is read on. */
async function feed(codec: Duplex, head: Uint8Array, chunks: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    let chunk: Uint8Array | undefined = head;
    while (chunk !== undefined) {
      if (!codec.destroyed && !codec.readableEnded && !codec.write(chunk)) await readiness(codec);
      const next = await chunks.next();
      chunk = next.done === true ? undefined : next.value;
    }
    codec.end();
  } catch (error) {
    codec.destroy(error as Error);
    throw error;
  }
}

/** Waits until a stream takes more, or never will. */
async function readiness(codec: Duplex): Promise<void> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    await Promise.race(['drain', 'end', 'close'].map((event) => once(codec, event, { signal })));
  } finally {
    settled.abort();
  }
}
