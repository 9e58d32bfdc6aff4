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

/** Reads a body up to `limit` bytes. `more` says that there was more, which was not read. */
export async function readUpTo(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ bytes: Uint8Array; more: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    chunks.push(chunk);
    // Leaving the loop destroys the body, and with it the connection.
    if (size > limit) return { bytes: Buffer.concat(chunks).subarray(0, limit), more: true };
  }
  return { bytes: Buffer.concat(chunks), more: false };
}
