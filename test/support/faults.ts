import type { Reply } from './fakeServer.ts';

/** Turns the right answer into a wrong one. */
export type Fault = (right: () => Promise<Reply>) => Promise<Reply> | Reply;

/** Another status, with headers such as `retry-after`. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}, body = ''): Fault {
  return () => ({ status: code, headers, body });
}

/** A distribution error. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
export function registryFault(statusCode: number, code: string, message: string): Fault {
  return () => errorReply(statusCode, code, message);
}

/** The connection breaks after `bytes` of the body. */
export function cut(bytes: number): Fault {
  return async (right) => ({ ...(await right()), cutAfter: bytes });
}

/** One byte in the middle of the body is another. */
export function tampered(): Fault {
  return async (right) => {
    const reply = await right();
    const body = Buffer.from((reply.body ?? '') as string);
    const middle = body.length >> 1;
    body[middle] = (body[middle] ?? 0) ^ 1;
    return { ...reply, body };
  };
}

/** Bytes are added at the end, and the length says so. */
export function longer(bytes: number): Fault {
  return async (right) => {
    const reply = await right();
    return {
      ...reply,
      body: Buffer.concat([Buffer.from((reply.body ?? '') as string), Buffer.alloc(bytes)]),
    };
  };
}

/** The length in the header is not the body's. */
export function wrongLength(length: number): Fault {
  return async (right) => ({ ...(await right()), contentLength: length });
}

/** The answer comes `milliseconds` late. */
export function slow(milliseconds: number): Fault {
  return async (right) => ({ ...(await right()), delay: milliseconds });
}

/** No answer comes before `release` was called. */
export function held(): { readonly fault: Fault; readonly release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { fault: (right) => released.then(right), release };
}

/** The connection breaks without an answer. */
export function dropped(): Fault {
  return () => ({ status: 0, drop: true });
}

/** Headers are replaced. */
export function withHeaders(headers: Readonly<Record<string, string>>): Fault {
  return async (right) => {
    const reply = await right();
    return { ...reply, headers: { ...reply.headers, ...headers } };
  };
}

/** The body of a distribution error. */
export function errorReply(
  statusCode: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    status: statusCode,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ errors: [{ code, message, detail: null }] }),
  };
}
