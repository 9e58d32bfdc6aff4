import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { orAborted } from '../base/abort.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { headerOf } from './answer.ts';
import type { Connections, Way } from './connections.ts';
import { apiHost } from './endpoint.ts';
import { allowInsecure } from './networkError.ts';
import type { Outages } from './outages.ts';
import { ProxyFailure } from './proxyTunnel.ts';
import { redactUrl } from './redact.ts';

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A body that is read anew for every try. */
export interface StreamBody {
  /** Bytes. */
  readonly length: number;
  open(): Promise<Readable>;
}

export interface HopRequest {
  readonly method: Method;
  /** `HOST[:PORT]` of the registry on whose behalf this is sent: its certificates count. */
  readonly registry: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** For `url`'s origin alone. */
  readonly authorization?: string | undefined;
  readonly body?: Uint8Array | StreamBody | undefined;
  /** The body is a secret of `url`'s origin: no redirect is followed. */
  readonly stay?: boolean;
  /** Why a redirect may not lead to an address; undefined where it may. */
  readonly problemOf?: (place: URL) => UserError | undefined;
}

export interface HopResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  readonly url: URL;
  /** True when a redirect led to another origin than the one that was asked. */
  readonly elsewhere: boolean;
}

/** A body that nobody needs is read up to here to keep the connection; a longer one ends it. */
const worthReading = 65_536;
const longestChain = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Sends one request and follows redirects by hand. The credential goes to the origin of the request only, and
 * once a redirect has left that origin it is never sent again. Plain HTTP is followed to insecure hosts only.
 * Rejects with what undici throws, or with a `UserError` (`badRedirect`).
 */
export async function send(
  request: HopRequest,
  ways: {
    readonly connections: Connections;
    readonly outages: Outages;
    readonly isInsecure: (host: string) => boolean;
  },
  signal: AbortSignal,
): Promise<HopResponse> {
  const { connections, outages, isInsecure } = ways;
  const { registry } = request;
  let url = request.url;
  let elsewhere = false;
  for (let count = 0; ; count++) {
    const { host } = url;
    const own = isApiOf(registry, url);
    const insecure = isInsecure(host);
    const way = await connections.to(url, { registry, own, insecure });
    const sent = { request, way, url, elsewhere };
    const party = { registry, origin: url.origin, insecure, name: own ? registry : host };
    const response = await outages.attempt(party, signal, () => sendOnce(sent, signal));
    const location = headerOf(response.headers, 'location');
    if (!redirects.has(response.status) || location === undefined || !mayRepeat(request, response.status)) {
      return { ...response, url, elsewhere };
    }
    discard(response.body);
    if (count === longestChain)
      throw badRedirect(
        request.url,
        t('{0} sends from place to place ({1} times)', redactUrl(request.url), longestChain),
      );
    const next = parseLocation(location, url);
    if (next === undefined)
      throw badRedirect(
        request.url,
        t('{0} redirects to something that is no HTTP address', redactUrl(request.url)),
      );
    if (url.protocol === 'https:' && next.protocol === 'http:' && !isInsecure(next.host)) {
      throw badRedirect(
        request.url,
        t('{0} redirects to {1}, without TLS', redactUrl(request.url), redactUrl(next)),
        allowInsecure(next.host),
      );
    }
    const problem = request.problemOf?.(next);
    if (problem !== undefined) throw problem;
    elsewhere ||= next.origin !== request.url.origin;
    url = next;
  }
}

interface Sent {
  readonly request: HopRequest;
  readonly way: Way;
  readonly url: URL;
  readonly elsewhere: boolean;
}

async function sendOnce({ request, way, url, elsewhere }: Sent, signal: AbortSignal) {
  const { method, headers, authorization, body } = request;
  const all: Record<string, string> = { ...headers, ...way.headers };
  if (authorization !== undefined && !elsewhere) all.authorization = authorization;
  if (body !== undefined) all['content-length'] = String(body.length);
  const stream = body === undefined || body instanceof Uint8Array ? body : await body.open();
  const {
    statusCode,
    headers: answered,
    body: answer,
  } = await orAborted(
    way.dispatcher.request({
      origin: url.origin,
      path: way.path,
      method,
      headers: all,
      body: stream ?? null,
      // Without this, undici ends the connection after each HEAD, for servers that send a body all the same.
      reset: false,
      signal,
    }),
    // By itself, undici heeds the signal only once the connection stands.
    signal,
  );
  if (statusCode === 407 && way.proxy !== undefined) {
    discard(answer);
    throw new ProxyFailure(way.proxy, statusCode);
  }
  return { status: statusCode, headers: answered, body: answer };
}

/** True when a URL is a registry's own, and not its token service's or its storage's. */
function isApiOf(registry: string, url: URL): boolean {
  const host = apiHost(registry);
  return host === url.host || new URL(`${url.protocol}//${host}`).host === url.host;
}

/** A 303, and by old habit a 301 or 302, asks to go on with GET, which is right for reading only. */
function mayRepeat(request: HopRequest, status: number): boolean {
  if (request.stay) return false;
  return request.method === 'GET' || request.method === 'HEAD' || status === 307 || status === 308;
}

/** An address that a registry gave, relative to `base`; undefined when it is no HTTP address. */
export function parseLocation(location: string, base: URL): URL | undefined {
  if (!URL.canParse(location, base.href)) return undefined;
  const url = new URL(location, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  url.username = '';
  url.password = '';
  url.hash = '';
  return url;
}

/** Lets go of a body that nobody needs, without waiting and without an error that nobody hears. */
export function discard(body: Readable): void {
  let read = 0;
  body.on('error', () => {});
  body.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > worthReading) body.destroy();
  });
}

function badRedirect(
  from: URL,
  message: string,
  nextStep = t('check the configuration of {0}', from.host),
): UserError {
  return new UserError('badRedirect', message, { nextStep });
}
