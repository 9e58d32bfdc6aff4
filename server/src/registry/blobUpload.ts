import type { Readable } from 'node:stream';
import { UserError } from '../base/errors.ts';
import { type Answer, headerOf } from './answer.ts';
import { byteStream } from './byteStream.ts';
import { digestMismatch, verified } from './contentDigest.ts';
import type { Descriptor } from './descriptor.ts';
import { parseLocation } from './hop.ts';
import { isPassingNetworkError, networkError } from './networkError.ts';
import { isPassing, retryAfter, retrying } from './retry.ts';
import type { RegistryRequest, Transport } from './transport.ts';

/** What all requests of one upload have in common. */
export type UploadContext = Pick<
  RegistryRequest,
  'host' | 'repository' | 'scopes' | 'purpose' | 'insecure' | 'times'
>;

/** An error of the place that the bytes come from; it has been repeated there as often as makes sense. */
class SourceFailed extends Error {}

/**
 * Uploads a blob: `POST` for a session, then one streamed `PUT` with the whole. A connection that breaks and a
 * 5xx start it over with a new session and a new stream. The bytes are held to the digest on their way, so wrong
 * ones are never completed. An error of `open` or of its stream is thrown as it is.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#post-then-put
 */
export async function uploadBlob(
  transport: Transport,
  context: UploadContext,
  blob: Descriptor,
  open: () => Promise<Readable>,
  signal: AbortSignal,
): Promise<void> {
  const { policy } = transport;
  const once = async (): Promise<Answer> => {
    const session = await startUpload(transport, context, '', signal);
    if (session.status === 201) return session.answer;
    session.location.searchParams.set('digest', blob.digest);
    return put(transport, context, session.location, blob, open, signal);
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
  let sourceError: { error: unknown } | undefined;
  let source: Readable | undefined;
  const remember = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      source = await open();
      yield* verified(source, blob, context.purpose.place);
    } catch (error) {
      sourceError = { error };
      throw error;
    }
  };
  try {
    return await transport.upload(
      {
        ...context,
        method: 'PUT',
        target: location,
        headers: { 'content-type': 'application/octet-stream' },
        body: {
          length: blob.size,
          open: async () => byteStream(remember(), () => source?.destroy()),
        },
      },
      signal,
    );
  } catch (error) {
    if (sourceError !== undefined) throw new SourceFailed('', { cause: sourceError.error });
    throw error;
  }
}

/** A started upload, or the blob that a mount made one unnecessary for (201). */
export type Session =
  | { readonly status: 202; readonly location: URL }
  | { readonly status: 201; readonly answer: Answer };

/** Asks for an upload session; `query` may ask for a mount instead. @throws UserError */
export async function startUpload(
  transport: Transport,
  context: UploadContext,
  query: string,
  signal: AbortSignal,
): Promise<Session> {
  const target = `/v2/${context.repository}/blobs/uploads/${query}`;
  const request = { ...context, method: 'POST' as const, target, headers: { 'content-length': '0' } };
  const answer = await transport.exchange(request, signal);
  if (answer.status === 201) return { status: 201, answer };
  if (answer.status !== 202) throw transport.error(answer, context);
  const said = headerOf(answer.headers, 'location');
  const location = said ? parseLocation(said, answer.url) : undefined;
  if (location === undefined) {
    throw new UserError(
      'badAnswer',
      `${context.host} does not say where to upload (${context.purpose.place})`,
      {
        nextStep: `look into the log of ${context.host} and of the proxy before it`,
      },
    );
  }
  // A registry behind a proxy that ends TLS often gives its inner scheme: the host is the same, and so is the way.
  if (location.host === answer.url.host) location.protocol = answer.url.protocol;
  return { status: 202, location };
}

/** Gives up an upload session. Nobody minds when that fails: registries clean up by themselves. */
export async function cancelUpload(
  transport: Transport,
  context: UploadContext,
  location: URL,
  signal: AbortSignal,
): Promise<void> {
  try {
    await transport.exchange({ ...context, method: 'DELETE', target: location }, signal);
  } catch {
    signal.throwIfAborted();
  }
}
