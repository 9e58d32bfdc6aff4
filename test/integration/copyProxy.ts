import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

/**
 * A reverse proxy before a registry that writes down what the registry is asked, as its access log would. With a
 * certificate it ends TLS, as the proxies before real registries do.
 */
export class RecordingProxy {
  /** `METHOD PATH STATUS` of every answered request, and `METHOD PATH broken` of one whose connection ended before its answer was whole. */
  readonly log: string[] = [];
  /** Told of each line as it is written. */
  listener: (line: string) => void = () => {};
  /** Requests that nobody has answered to the end yet. */
  open = 0;
  /** Milliseconds that every request waits. */
  delay = 0;
  readonly #server: Server;
  readonly #name: string;

  private constructor(server: Server, name: string) {
    this.#server = server;
    this.#name = name;
  }

  /** @param name `localhost`, or `0.0.0.0`, which leads here too but is trusted no more than any other host */
  static async start(
    target: string,
    name: 'localhost' | '0.0.0.0' = 'localhost',
    tls?: { readonly key: string; readonly cert: string },
  ): Promise<RecordingProxy> {
    const server = tls === undefined ? createServer() : createTlsServer(tls);
    const proxy = new RecordingProxy(server, name);
    const scheme = tls === undefined ? 'http' : 'https';
    // Connections that this end gives up while the other one sends would be requests that nobody has written down.
    server.keepAliveTimeout = 0;
    server.on('request', (asked: IncomingMessage, answer: ServerResponse) => {
      proxy.open++;
      answer.once('close', () => {
        proxy.open--;
        if (!answer.writableFinished) proxy.log.push(`${asked.method} ${asked.url} broken`);
      });
      const forward = () => {
        if (asked.destroyed && !asked.complete) return;
        const headers = { ...asked.headers, 'x-forwarded-proto': scheme };
        const onward = request(new URL(asked.url ?? '/', target), { method: asked.method, headers });
        onward.on('response', (response) => {
          const line = `${asked.method} ${asked.url} ${response.statusCode}`;
          proxy.log.push(line);
          proxy.listener(line);
          // Whoever asked may have gone away.
          if (answer.destroyed) return void response.destroy();
          answer.writeHead(response.statusCode ?? 502, response.headers);
          pipeline(response, answer, () => {});
        });
        pipeline(asked, onward, (error) => {
          if (error) answer.destroy();
        });
      };
      setTimeout(forward, proxy.delay);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  /** `NAME:PORT`, as it stands in an image reference. */
  get host(): string {
    return `${this.#name}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Requests whose line matches. */
  asked(line: RegExp): string[] {
    return this.log.filter((entry) => line.test(entry));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
