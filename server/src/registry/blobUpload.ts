import type { Readable } from 'node:stream';
import { readUpTo } from '../content/boundedStream.ts';
import { digestMismatch, isHeld } from '../content/contentDigest.ts';
import type { Descriptor } from '../content/descriptor.ts';
import { verifiedStream } from '../content/verifiedStream.ts';
import { type Answer, headerOf } from './answer.ts';
import { uploadInParts } from './blobChunks.ts';
import { isPassingNetworkError, networkError } from './networkError.ts';
import { isPassing, retryAfter, retrying } from './retry.ts';
import type { Transport } from './transport.ts';
import { type Session, startUpload, type UploadContext } from './uploadSession.ts';

/** Bytes of a blob that is read before it is sent, and not meanwhile: configs, bundles and most of what is in them. */
const atOnce = 64 * 1024;

/** An error of the place that the bytes come from; it has been repeated there as often as makes sense. */
class SourceFailed extends Error {}

/**
 * Uploads a blob: `POST` for a session, then one streamed `PUT` with the whole, or parts where the host takes no
 * body that large. A connection that breaks and a 5xx start it over with a new session and a new stream. The
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
  const once = async (): Promise<Answer> => {
    const session = first ?? (await startUpload(transport, context, '', signal));
    first = undefined;
    if (session.status === 201) return session.answer;
    const largest = transport.largestBodies.get(context.host);
    if (largest !== undefined && blob.size > largest)
      return inParts(transport, context, session, blob, open, signal);
    const location = new URL(session.location);
    location.searchParams.set('digest', blob.digest);
    const answer = await put(transport, context, location, blob, open, signal);
    return answer.status === 413 ? inParts(transport, context, session, blob, open, signal) : answer;
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
    if (error instanceof SourceFailed) throw error.cause;
    throw networkError(error, context.host);
  }
  if (answer.status !== 201 && answer.status !== 204) throw transport.error(answer, context);
  const stored = headerOf(answer.headers, 'docker-content-digest');
  if (stored !== undefined && stored !== blob.digest) {
    throw digestMismatch(context.purpose.place, blob.digest, stored);
  }
}

async function put(
  transport: Transport,
  context: UploadContext,
  location: URL,
  blob: Descriptor,
  open: () => Promise<Readable>,
  signal: AbortSignal,
): Promise<Answer> {
  return fromSource(blob, context, open, async (bytes) => {
    const body =
      blob.size <= atOnce
        ? (await readUpTo(await bytes(), atOnce)).bytes
        : { length: blob.size, open: bytes };
    const headers = { 'content-type': 'application/octet-stream' };
    return transport.upload({ ...context, method: 'PUT', target: location, headers, body }, signal);
  });
}

async function inParts(
  transport: Transport,
  context: UploadContext,
  session: Extract<Session, { status: 202 }>,
  blob: Descriptor,
  open: () => Promise<Readable>,
  signal: AbortSignal,
): Promise<Answer> {
  return fromSource(blob, context, open, async (bytes) =>
    uploadInParts(transport, context, session, blob.digest, await bytes(), signal),
  );
}

/**
 * Runs an upload with the verified bytes of the source, and tells the source's errors from the upload's.
 * `bytes` may be called again for a new try.
 */
async function fromSource(
  blob: Descriptor,
  context: UploadContext,
  open: () => Promise<Readable>,
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
    return source.once('error', note);
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
