import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What a server was asked, whole. */
export interface Exchange {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a server answers, with the ways in which a real one goes wrong. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Breaks the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Says this length, whatever the body's is. */
  readonly contentLength?: number;
  /** Waits so many milliseconds before the answer. */
  readonly delay?: number;
  /** Breaks the connection instead of answering. */
  readonly drop?: boolean;
}

export type Handler = (exchange: Exchange) => Reply | Promise<Reply>;

/** A key and a certificate in PEM, for HTTPS. */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
  /** Clients must show a certificate that this authority signed. */
  readonly clientCa?: string;
}

/** An HTTP(S) server on a free loopback port that records all it is asked. */
export class FakeServer {
  readonly requests: Exchange[] = [];
  readonly #server: Server;
  readonly #scheme: string;

  private constructor(server: Server, scheme: string) {
    this.#server = server;
    this.#scheme = scheme;
  }

  static async start(handler: Handler, tls?: ServerTls): Promise<FakeServer> {
    const server = tls === undefined ? createServer() : createTlsServer(tlsOptions(tls));
    const fake = new FakeServer(server, tls === undefined ? 'http' : 'https');
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      try {
        for await (const chunk of request) chunks.push(chunk);
      } catch {
        return; // The client went away in the middle of its request.
      }
      const exchange: Exchange = {
        method: request.method ?? '',
        path: request.url ?? '',
        url: new URL(request.url ?? '', fake.url),
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      fake.requests.push(exchange);
      let reply: Reply;
      try {
        reply = await handler(exchange);
      } catch (error) {
        reply = { status: 500, body: `the fake server failed: ${String(error)}` };
      }
      await write(response, exchange.method, reply);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:PORT`, as it stands in an image reference. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `${this.#scheme}://${this.host}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function tlsOptions({ key, cert, clientCa }: ServerTls): ServerOptions {
  return clientCa === undefined
    ? { key, cert }
    : { key, cert, ca: clientCa, requestCert: true, rejectUnauthorized: true };
}

async function write(response: ServerResponse, method: string, reply: Reply): Promise<void> {
  if (reply.delay !== undefined) await delay(reply.delay);
  if (reply.drop) return void response.destroy();
  const body = Buffer.from((reply.body ?? '') as string);
  const length = reply.contentLength ?? body.length;
  // Header arrays keep `node:http` from correcting the length that a test wants to be wrong.
  response.writeHead(reply.status, { 'content-length': String(length), ...reply.headers });
  if (method === 'HEAD') return void response.end();
  if (reply.cutAfter !== undefined || length !== body.length) {
    response.write(body.subarray(0, reply.cutAfter ?? body.length), () => response.destroy());
    return;
  }
  response.end(body);
}
