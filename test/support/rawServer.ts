import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A TCP server on a free loopback port that sends whatever bytes a test wants, when it wants. */
export class RawServer {
  /** Bytes that clients took. */
  sent = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `answer` is called for each connection once a request has come, and is given what to write with. */
  static async start(
    answer: (write: (text: string | Buffer) => Promise<boolean>, request: string) => Promise<unknown>,
    address = '127.0.0.1',
  ): Promise<RawServer> {
    const server = createServer();
    const raw = new RawServer(server);
    server.on('connection', (socket) => {
      raw.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => raw.#sockets.delete(socket));
      socket.on('data', (chunk) => void answer((text) => raw.#write(socket, text), chunk.toString('latin1')));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, address, resolve);
    });
    return raw;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** False once the client is gone. */
  async #write(socket: Socket, text: string | Buffer): Promise<boolean> {
    if (socket.destroyed) return false;
    await new Promise<void>((resolve) => socket.write(text, () => resolve()));
    if (socket.destroyed) return false;
    this.sent += text.length;
    return true;
  }
}

/** Writes `text` a character at a time, with so many milliseconds between them, as long as somebody reads. */
export async function dribble(
  write: (text: string) => Promise<boolean>,
  text: Iterable<string>,
  milliseconds: number,
): Promise<void> {
  for (const character of text) {
    if (!(await write(character))) return;
    await delay(milliseconds);
  }
}
