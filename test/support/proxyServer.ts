import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ServerTls } from './fakeServer.ts';

/** How a `ProxyServer` behaves. */
export interface ProxyOptions {
  /** HTTPS to the proxy itself. */
  readonly tls?: ServerTls;
  /** `USER:PASSWORD`; without them everything is answered with 407. */
  readonly credential?: string;
  /** Where a `HOST:PORT` really is, `127.0.0.1:PORT`: names that no DNS knows can be reached through the proxy. */
  readonly places?: Readonly<Record<string, string>>;
  /** Answers CONNECT with this status. */
  readonly refuse?: number;
  /** Never answers. */
  readonly silent?: boolean;
}

/** A small forward proxy on a free loopback port: CONNECT, and plain requests by their whole address. */
export class ProxyServer {
  /** What was asked: `CONNECT HOST:PORT`, `GET http://HOST:PORT/PATH`. */
  readonly log: string[] = [];
  /** The headers of each, in the same order. */
  readonly headers: IncomingHttpHeaders[] = [];
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(options: ProxyOptions) {
    this.#options = options;
    this.#server = options.tls === undefined ? createServer() : createTlsServer(options.tls);
  }

  static async start(options: ProxyOptions = {}): Promise<ProxyServer> {
    const proxy = new ProxyServer(options);
    const server = proxy.#server;
    server.on('connection', (socket: Socket) => proxy.#keep(socket));
    server.on('connect', (message, socket: Duplex, head: Buffer) => {
      proxy.#note(`CONNECT ${message.url}`, message.headers);
      if (options.silent) return;
      const status = proxy.#allowed(message.headers) ? (options.refuse ?? 200) : 407;
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
      const target = proxy.#connect(message.url ?? '');
      target.once('connect', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.write(head);
        target.pipe(socket).pipe(target);
      });
      target.on('error', () => socket.destroy());
      socket.on('error', () => target.destroy());
    });
    server.on('request', (message, response) => {
      proxy.#note(`${message.method} ${message.url}`, message.headers);
      if (!proxy.#allowed(message.headers)) return void response.writeHead(407).end();
      const url = new URL(message.url ?? '');
      const { 'proxy-authorization': _, ...headers } = message.headers;
      const [host, port] = proxy.#placeOf(url.host).split(':');
      const onward = request(
        { method: message.method, host, port, path: url.pathname + url.search, headers },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.writeHead(502).end());
      message.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The value for `HTTPS_PROXY`, with the credential. */
  get url(): string {
    const user = this.#options.credential === undefined ? '' : `${this.#options.credential}@`;
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${user}${this.host}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #note(line: string, headers: IncomingHttpHeaders): void {
    this.log.push(line);
    this.headers.push(headers);
  }

  #allowed(headers: IncomingHttpHeaders): boolean {
    const { credential } = this.#options;
    if (credential === undefined) return true;
    return headers['proxy-authorization'] === `Basic ${Buffer.from(credential).toString('base64')}`;
  }

  #placeOf(host: string): string {
    return this.#options.places?.[host] ?? host;
  }

  #connect(host: string): Socket {
    const place = this.#placeOf(host);
    const colon = place.lastIndexOf(':');
    const socket = connect(Number(place.slice(colon + 1)), place.slice(0, colon));
    return this.#keep(socket);
  }

  #keep<Kept extends Duplex>(socket: Kept): Kept {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
