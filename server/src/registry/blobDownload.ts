import { Readable } from 'node:stream';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { without } from '../content/byteStream.ts';
import { ContentCheck, markAsHeld, requireVerifiable } from '../content/contentDigest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { forwarded } from '../content/forwardedStream.ts';
import { headerOf } from './answer.ts';
import { discard } from './hop.ts';
import { isPassingNetworkError, networkError } from './networkError.ts';
import { type Outcome, retrying } from './retry.ts';
import type { Pace } from './timeouts.ts';
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
    const check = offset === 0 ? new ContentCheck(blob, request.purpose.place) : undefined;
    const download = new Download(transport, request, blob, { first, offset });
    stream = forwarded({
      from: (forward) => download.run(forward, stop.signal),
      each: (chunk) => {
        download.received(chunk.length);
        return check === undefined ? chunk : check.take(chunk);
      },
      last: () => check?.end(),
      onDestroy: () => {
        signal.removeEventListener('abort', abort);
        stop.abort(new Error('the reader is gone'));
      },
    });
    return offset === 0 ? markAsHeld(stream, blob.digest) : stream;
  } catch (error) {
    signal.removeEventListener('abort', abort);
    throw error;
  }
}

/** A download that goes on where it broke. */
class Download {
  readonly #transport: Transport;
  readonly #request: RegistryRequest;
  readonly #blob: Descriptor;
  #opened: Readable | undefined;
  /** The byte that comes next. */
  #at: number;
  #atFailure: number;
  #pace: Pace | undefined;

  constructor(
    transport: Transport,
    request: RegistryRequest,
    blob: Descriptor,
    { first, offset }: { readonly first: Readable; readonly offset: number },
  ) {
    this.#transport = transport;
    this.#request = request;
    this.#blob = blob;
    this.#opened = first;
    this.#at = offset;
    this.#atFailure = offset;
  }

  /** Hands one body after the other to `forward` until all is there. */
  async run(forward: (body: Readable) => Promise<void>, signal: AbortSignal): Promise<void> {
    let hasOpened = false;
    const once = async () => {
      hasOpened = false;
      const body = this.#opened ?? (await openFrom(this.#transport, this.#request, this.#at, signal));
      this.#opened = undefined;
      hasOpened = true;
      this.#pace = this.#transport.pace(body);
      try {
        await forward(body);
      } catch (error) {
        // The end of the content may come before that of a connection whose length was a lie.
        if (error instanceof UserError || signal.aborted || this.#at < this.#blob.size) throw error;
      }
    };
    const judge = (outcome: Outcome<void>) => {
      // Opening is tried as often as makes sense by itself.
      if (outcome.ok || !hasOpened || !isPassingNetworkError(outcome.error)) return undefined;
      const renewed = this.#at - this.#atFailure >= realProgress;
      this.#atFailure = this.#at;
      return { after: undefined, renewed };
    };
    try {
      await retrying(once, judge, this.#transport.policy, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof UserError ? error : networkError(error, this.#request.host);
    }
  }

  /** So many bytes have come. @throws what a body is given up with that comes too slowly */
  received(bytes: number): void {
    this.#at += bytes;
    this.#pace?.received(bytes);
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
