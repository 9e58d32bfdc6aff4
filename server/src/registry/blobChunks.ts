import type { Answer } from './answer.ts';
import type { Transport } from './transport.ts';
import { locationOf, type UploadContext } from './uploadSession.ts';

const mebibyte = 1024 * 1024;
/** Bytes of the first part that is tried; it is in memory, so several uploads must have room. */
const largestPart = 16 * mebibyte;
/** What nginx allows when nobody has told it otherwise. */
const smallestPart = mebibyte;

/**
 * Uploads a blob in parts, for hosts that take no large bodies: `PATCH` for each part, then an empty `PUT`. A
 * part that is too large as well is sent in smaller ones, and what the host takes is remembered.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-a-blob-in-chunks
 * @param bytes those from `offset` on
 * @returns the last answer: that of the `PUT`, or the first that ends the upload before
 */
export async function uploadInParts(
  {
    transport,
    context,
    blob,
    moved,
    signal,
    ...begun
  }: {
    readonly transport: Transport;
    readonly context: UploadContext;
    readonly blob: { readonly digest: string };
    readonly location: URL;
    readonly offset: number;
    /** Bytes of the smallest part that the registry takes, the last one aside. */
    readonly leastPart: number;
    /** Told where the upload goes on. */
    readonly moved: (location: URL) => void;
    readonly signal: AbortSignal;
  },
  bytes: AsyncIterable<Uint8Array>,
): Promise<Answer> {
  const least = Math.max(smallestPart, begun.leastPart);
  let size = Math.max(least, transport.largestBodies.get(context.host) ?? largestPart);
  let { location, offset } = begun;
  for await (const piece of pieces(bytes, () => size)) {
    for (let at = 0; at < piece.length; ) {
      const body = piece.subarray(at, at + size);
      const headers = {
        'content-type': 'application/octet-stream',
        'content-range': `${offset}-${offset + body.length - 1}`,
      };
      const request = { ...context, method: 'PATCH' as const, target: location, headers, body };
      const answer = await transport.upload(request, signal);
      if (answer.status === 413 && size > least) {
        size = Math.max(least, Math.floor(size / 4));
        continue;
      }
      if (answer.status !== 202 && answer.status !== 204) return answer;
      location = locationOf(answer, context);
      moved(location);
      at += body.length;
      offset += body.length;
    }
  }
  transport.largestBodies.set(context.host, size);
  return endUpload(transport, context, location, blob.digest, signal);
}

/** Ends an upload of which the registry has all bytes. */
export function endUpload(
  transport: Transport,
  context: UploadContext,
  location: URL,
  digest: string,
  signal: AbortSignal,
): Promise<Answer> {
  const target = new URL(location);
  target.searchParams.set('digest', digest);
  const headers = { 'content-length': '0' };
  return transport.upload({ ...context, method: 'PUT', target, headers }, signal);
}

/** The same bytes in pieces of a size, the last one smaller. */
async function* pieces(
  bytes: AsyncIterable<Uint8Array>,
  size: () => number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    held.push(chunk);
    length += chunk.length;
    if (length < size()) continue;
    yield Buffer.concat(held);
    held = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(held);
}
