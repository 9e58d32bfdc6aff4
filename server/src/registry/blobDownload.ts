import { Readable } from 'node:stream';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { byteStream, without } from '../content/byteStream.ts';
import { markAsHeld, requireVerifiable, verified } from '../content/contentDigest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { headerOf } from './answer.ts';
import { discard } from './hop.ts';
import { isPassingNetworkError, networkError } from './networkError.ts';
import { resuming } from './retry.ts';
import type { RegistryRequest, Transport } from './transport.ts';

/** Bytes after which a broken download is worth all its repetitions again. */
const realProgress = 1 << 20;

/**
 * A blob as a stream. A connection that breaks in the middle is taken up again where it broke, as often as the
 * policy allows without real progress. The stream fails unless its bytes are exactly what the descriptor says.
 * @param offset the byte to begin with: the rest of what somebody has the beginning of, who then has to hold both to the digest
 * @throws UserError before the first byte when the registry does not have the blob or does not give it
 */
export async function downloadBlob(
  transport: Transport,
  request: RegistryRequest,
  blob: Descriptor,
  signal: AbortSignal,
  offset = 0,
): Promise<Readable> {
  requireVerifiable(blob.digest, request.purpose.place);
  signal.throwIfAborted();
  // A stream that is destroyed while it waits for bytes must end its connection at once.
  const stop = new AbortController();
  let stream: Readable | undefined;
  const abort = () => {
    stop.abort(signal.reason);
    stream?.destroy(signal.reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  try {
    const first = await openFrom(transport, request, offset, stop.signal);
    const parts = resumed(transport, request, blob, { first, offset }, stop.signal);
    const bytes = offset === 0 ? verified(parts, blob, request.purpose.place) : parts;
    stream = byteStream(bytes, () => {
      signal.removeEventListener('abort', abort);
      stop.abort(new Error('the reader is gone'));
    });
    return offset === 0 ? markAsHeld(stream, blob.digest) : stream;
  } catch (error) {
    signal.removeEventListener('abort', abort);
    throw error;
  }
}

async function* resumed(
  transport: Transport,
  request: RegistryRequest,
  blob: Descriptor,
  { first, offset }: { readonly first: Readable; readonly offset: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let received = offset;
  let receivedAtFailure = offset;
  let opened: Readable | undefined = first;
  const rest = async () => {
    const body = opened ?? (await openFrom(transport, request, received, signal));
    opened = undefined;
    return counted(body);
  };
  async function* counted(body: Readable): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for await (const chunk of transport.paced(body)) {
        received += chunk.length;
        yield chunk;
      }
    } catch (error) {
      // The end of the content may come before that of a connection whose length was a lie.
      if (signal.aborted || received < blob.size) throw error;
    }
  }
  const judge = (error: unknown) => {
    const renewed = received - receivedAtFailure >= realProgress;
    receivedAtFailure = received;
    return isPassingNetworkError(error) ? { after: undefined, renewed } : undefined;
  };
  try {
    yield* resuming(rest, judge, transport.policy, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof UserError ? error : networkError(error, request.host);
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
  if (!opened.opened) {
    // There is nothing from `offset` on: the blob is shorter than its descriptor says.
    if (opened.answer.status === 416) return Readable.from([]);
    throw transport.error(opened.answer, request);
  }
  const { status, body, headers: answered } = opened.response;
  if (status === 206) {
    const start = /^bytes (\d+)-/.exec(headerOf(answered, 'content-range') ?? '')?.[1];
    if (offset > 0 && Number(start) === offset) return body;
    discard(body);
    throw new UserError(
      'badAnswer',
      t('{0}: the registry sends another part than was asked for', request.purpose.place),
      {
        nextStep: t('look into the log of {0} and of the proxy before it', request.host),
      },
    );
  }
  return offset === 0 ? body : Readable.from(without(body, offset), { objectMode: false });
}
