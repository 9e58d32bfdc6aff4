import type { IncomingHttpHeaders } from 'node:http';

/** A whole answer in memory. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** Where the answer came from after all redirects. */
  readonly url: URL;
  /** True when a redirect led to another origin than the registry's. */
  readonly elsewhere: boolean;
  /** Whether a credential for the host was at hand; it makes another next step. */
  readonly hadCredential: boolean;
}

/** One header as one text; several lines of it are joined as HTTP says. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
