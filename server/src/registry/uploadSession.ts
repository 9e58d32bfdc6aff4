import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { type Answer, headerOf } from './answer.ts';
import { parseLocation } from './hop.ts';
import type { RegistryRequest, Transport } from './transport.ts';

/** What all requests of one upload have in common. */
export type UploadContext = Pick<
  RegistryRequest,
  'host' | 'repository' | 'scopes' | 'purpose' | 'insecure' | 'times'
>;

/** A started upload, or the blob that a mount made one unnecessary for (201). */
export type Session =
  | {
      readonly status: 202;
      readonly location: URL;
      /** Bytes of the smallest part that the registry takes, the last one aside. */
      readonly leastPart: number;
    }
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
  const leastPart = Number(headerOf(answer.headers, 'oci-chunk-min-length')) || 0;
  return { status: 202, location: locationOf(answer, context), leastPart };
}

/** Where an upload goes on. @throws UserError `badAnswer` */
export function locationOf(answer: Answer, context: UploadContext): URL {
  const said = headerOf(answer.headers, 'location');
  const location = said ? parseLocation(said, answer.url) : undefined;
  if (location === undefined) {
    throw new UserError(
      'badAnswer',
      t('{0} does not say where to upload ({1})', context.host, context.purpose.place),
      {
        nextStep: t('look into the log of {0} and of the proxy before it', context.host),
      },
    );
  }
  // A registry behind a proxy that ends TLS often gives its inner scheme: the host is the same, and so is the way.
  if (location.host === answer.url.host) location.protocol = answer.url.protocol;
  return location;
}

/** The query that asks for a blob of another repository, or of this very one, in the place of an upload. */
export function mountQuery(digest: string, repository: string): string {
  return `?${new URLSearchParams({ mount: digest, from: repository })}`;
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
