import { Readable } from 'node:stream';
import { UserError } from '../base/errors.ts';
import { headerOf } from './answer.ts';
import { requireVerifiable, verified } from './contentDigest.ts';
import type { Descriptor } from './descriptor.ts';
import { discard } from './hop.ts';
import { isPassingNetworkError, networkError } from './networkError.ts';
import { pause } from './retry.ts';
import type { RegistryRequest, Transport } from './transport.ts';

/** Bytes after which a broken download is worth all its repetitions again. */
const realProgress = 1 << 20;

/**
 * A blob as a stream. A connection that breaks in the middle is taken up again where it broke, as often as the
 * policy allows without real progress. The stream fails unless its bytes are exactly what the descriptor says.
 * @throws UserError before the first byte when the registry does not have the blob or does not give it
 */
export async function downloadBlob(
  transport: Transport,
  request: RegistryRequest,
  blob: Descriptor,
  signal: AbortSignal,
): Promise<Readable> {
  requireVerifiable(blob.digest, request.purpose.place);
  // A stream that is destroyed while it waits for bytes must end its connection at once.
  const stop = new AbortController();
  const abort = () => stop.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const first = await openFrom(transport, request, 0, stop.signal);
    const parts = resumed(transport, request, blob, first, stop.signal);
    const stream = Readable.from(verified(parts, blob, request.purpose.place), { objectMode: false });
    stream.once('close', () => {
      signal.removeEventListener('abort', abort);
      stop.abort(new Error('the reader is gone'));
    });
    return stream;
  } catch (error) {
    signal.removeEventListener('abort', abort);
    throw error;
  }
}

async function* resumed(
  transport: Transport,
  request: RegistryRequest,
  blob: Descriptor,
  first: Readable,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { policy } = transport;
  let body = first;
  let received = 0;
  let failures = 0;
  let receivedAtFailure = 0;
  for (;;) {
    let broken: unknown;
    try {
      for await (const chunk of body) {
        received += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (!isPassingNetworkError(error)) throw networkError(error, request.host);
      broken = error;
    }
    if (received >= blob.size) return;
    // A body that ends too early without an error had a wrong length: asking again brings the same, so it may not.
    if (broken === undefined && received === receivedAtFailure && failures > 0) return;
    if (received - receivedAtFailure >= realProgress) failures = 0;
    receivedAtFailure = received;
    if (failures >= policy.times) {
      if (broken === undefined) return;
      throw networkError(broken, request.host);
    }
    await policy.sleep(pause(failures, policy.random), signal);
    failures++;
    body = await openFrom(transport, request, received, signal);
  }
}

/** The bytes from `offset` on, also from a registry that always sends everything. */
async function openFrom(
  transport: Transport,
  request: RegistryRequest,
  offset: number,
  signal: AbortSignal,
): Promise<Readable> {
  const part = offset === 0 ? request : { ...request, headers: { range: `bytes=${offset}-` } };
  const opened = await transport.open(part, [200, 206], signal);
  if (!opened.opened) throw transport.error(opened.answer, request);
  const { status, body, headers: answered } = opened.response;
  if (status === 206) {
    const start = /^bytes (\d+)-/.exec(headerOf(answered, 'content-range') ?? '')?.[1];
    if (offset > 0 && Number(start) === offset) return body;
    discard(body);
    throw new UserError(
      'badAnswer',
      `${request.purpose.place}: the registry sends another part than was asked for`,
      {
        nextStep: `look into the log of ${request.host} and of the proxy before it`,
      },
    );
  }
  return offset === 0 ? body : Readable.from(skip(body, offset), { objectMode: false });
}

async function* skip(body: Readable, bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let left = bytes;
  for await (const chunk of body) {
    if (chunk.length > left) yield left === 0 ? chunk : chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}
