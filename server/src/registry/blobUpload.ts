import type { Readable } from 'node:stream';
import { readUpTo } from '../content/boundedStream.ts';
import { digestMismatch, isHeld } from '../content/contentDigest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { forwarded } from '../content/forwardedStream.ts';
import { verifiedStream } from '../content/verifiedStream.ts';
import { type Answer, headerOf } from './answer.ts';
import { endUpload, uploadInParts } from './blobChunks.ts';
import { isPassingNetworkError, networkError } from './networkError.ts';
import { isPassing, retryAfter, retrying } from './retry.ts';
import type { Transport } from './transport.ts';
import { cancelUpload, locationOf, type Session, startUpload, type UploadContext } from './uploadSession.ts';
import { type Standing, standingOf } from './uploadStanding.ts';

/** Bytes of a blob that is read before it is sent, and not meanwhile: configs, bundles and most of what is in them. */
const atOnce = 64 * 1024;

/** Bytes of a blob of which the beginning is worth asking for when its upload was interrupted. */
const worthResuming = 1024 * 1024;

/** An error of the place that the bytes come from; it has been repeated there as often as makes sense. */
class SourceFailed extends Error {}

/**
 * Uploads a blob: `POST` for a session, then one streamed `PUT` with the whole, or parts where the host takes no
 * body that large. After a connection that breaks and a 5xx it goes on at the byte that the registry says, or starts over with a new
 * session where it says none. The
 * bytes are held to the digest on their way, so wrong ones are never completed. An error of `open` or of its
 * stream is thrown as it is.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 * @param begun a session that stands already, for the first try
 */
export async function uploadBlob(
  transport: Transport,
  context: UploadContext,
  blob: Descriptor,
  open: () => Promise<Readable>,
  signal: AbortSignal,
  begun?: Session,
): Promise<void> {
  const { policy } = transport;
  let first = begun;
  /** Where the upload of the last try is, which may have brought a part. */
  let interrupted: URL | undefined;
  let leastPart = 0;
  const moved = (location: URL) => {
    if (blob.size >= worthResuming) interrupted = location;
  };
  const sending = { transport, context, blob, open, moved, signal };
  const once = async (): Promise<Answer> => {
    const left = interrupted;
    interrupted = undefined;
    const standing = left && (await standingOf(transport, context, left, blob.size, signal));
    if (standing !== undefined) {
      moved(standing.location);
      const parts = { ...sending, ...standing, leastPart };
      if (isTooLarge(transport, context, blob.size - standing.offset)) return inParts(parts);
      const answer = await rest(parts);
      return answer.status === 413 ? inParts(parts) : answer;
    }
    const session = first ?? (await startUpload(transport, context, '', signal));
    first = undefined;
    if (session.status === 201) return session.answer;
    const { location } = session;
    ({ leastPart } = session);
    moved(location);
    const parts = { ...sending, location, leastPart, offset: 0 };
    if (isTooLarge(transport, context, blob.size)) return inParts(parts);
    const answer = await whole({ ...sending, location, offset: 0 });
    return answer.status === 413 ? inParts(parts) : answer;
  };
  let answer: Answer;
  try {
    answer = await retrying(
      once,
      (outcome) => {
        if (!outcome.ok) return isPassingNetworkError(outcome.error) ? { after: undefined } : undefined;
        // 404 means that the session is gone, as after a restart of the registry.
        if (!isPassing(outcome.value.status) && outcome.value.status !== 404) return undefined;
        return { after: retryAfter(headerOf(outcome.value.headers, 'retry-after'), policy.now()) };
      },
      policy,
      signal,
    );
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // Nobody goes on with it.
    if (interrupted !== undefined)
      await cancelUpload(transport, { ...context, times: 0 }, interrupted, signal);
    if (error instanceof SourceFailed) throw error.cause;
    throw networkError(error, context.host);
  }
  if (answer.status !== 201 && answer.status !== 204) throw transport.error(answer, context);
  const stored = headerOf(answer.headers, 'docker-content-digest');
  if (stored !== undefined && stored !== blob.digest) {
    throw digestMismatch(context.purpose.place, blob.digest, stored);
  }
}

/** What is left to be sent, and where. */
interface Sending extends Standing {
  readonly transport: Transport;
  readonly context: UploadContext;
  readonly blob: Descriptor;
  readonly open: () => Promise<Readable>;
  /** Told each new place of the upload. */
  readonly moved: (location: URL) => void;
  readonly signal: AbortSignal;
}

function isTooLarge({ largestBodies }: Transport, { host }: UploadContext, bytes: number): boolean {
  const largest = largestBodies.get(host);
  return largest !== undefined && bytes > largest;
}

const binary = { 'content-type': 'application/octet-stream' };

/** Sends all in one request. */
function whole({ transport, context, location, blob, open, signal }: Sending): Promise<Answer> {
  const target = new URL(location);
  target.searchParams.set('digest', blob.digest);
  return fromSource({ blob, context, open, offset: 0 }, async (bytes) => {
    const body =
      blob.size <= atOnce
        ? (await readUpTo(await bytes(), atOnce)).bytes
        : { length: blob.size, open: bytes };
    return transport.upload({ ...context, method: 'PUT', target, headers: binary, body }, signal);
  });
}

/** Sends what is missing in one request, and then ends the upload. */
async function rest(sending: Sending): Promise<Answer> {
  const { transport, context, location, blob, offset, moved, signal } = sending;
  let ended = location;
  if (offset < blob.size) {
    const answer = await fromSource(sending, (open) => {
      const headers = { ...binary, 'content-range': `${offset}-${blob.size - 1}` };
      const body = { length: blob.size - offset, open };
      return transport.upload({ ...context, method: 'PATCH', target: location, headers, body }, signal);
    });
    if (answer.status !== 202 && answer.status !== 204) return answer;
    ended = locationOf(answer, context);
    moved(ended);
  }
  return endUpload(transport, context, ended, blob.digest, signal);
}

function inParts(sending: Sending & { readonly leastPart: number }): Promise<Answer> {
  return fromSource(sending, async (bytes) => uploadInParts(sending, await bytes()));
}

/**
 * Runs an upload with the verified bytes of the source from `offset` on, and tells the source's errors from the upload's. Those before are
 * read again, since all of it is held to the digest.
 * `bytes` may be called again for a new try.
 */
async function fromSource(
  { blob, context, open, offset }: Pick<Sending, 'blob' | 'context' | 'open' | 'offset'>,
  upload: (bytes: () => Promise<Readable>) => Promise<Answer>,
): Promise<Answer> {
  let sourceError: { error: unknown } | undefined;
  let source: Readable | undefined;
  const note = (error: unknown) => {
    sourceError ??= { error };
  };
  const bytes = async (): Promise<Readable> => {
    source?.destroy();
    try {
      const opened = await open();
      const { place } = context.purpose;
      source = isHeld(opened, blob.digest) ? opened : verifiedStream(opened, blob, { offset: 0, place });
    } catch (error) {
      note(error);
      throw error;
    }
    source.once('error', note);
    return offset === 0 ? source : after(source, offset);
  };
  try {
    return await upload(bytes);
  } catch (error) {
    if (sourceError !== undefined) throw new SourceFailed('', { cause: sourceError.error });
    throw error;
  } finally {
    source?.destroy();
  }
}

/** What a stream gives after so many bytes. */
function after(source: Readable, bytes: number): Readable {
  let left = bytes;
  return forwarded({
    from: (forward) => forward(source),
    each: (chunk) => {
      const passed = chunk.subarray(Math.min(left, chunk.length));
      left = Math.max(0, left - chunk.length);
      return passed;
    },
    onDestroy: () => {},
  });
}
