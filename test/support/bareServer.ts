import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Message, NotificationMessage, ResponseMessage } from 'vscode-jsonrpc';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

const root = join(import.meta.dirname, '../..');

/** The built server, and messages to it that no client library would send. */
export class BareServer {
  /** All that it has said unasked. */
  readonly notifications: NotificationMessage[] = [];
  /** All that it has written to stderr. */
  errors = '';
  readonly #process: ChildProcess;
  readonly #writer: StreamMessageWriter;
  readonly #waiting = new Map<number, (response: ResponseMessage) => void>();
  readonly #exited: Promise<number | null>;
  #last = 0;

  constructor(environment: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [join(root, 'dist/server.js'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...environment },
    });
    this.#process = child;
    child.stdin.on('error', () => {});
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.#writer = new StreamMessageWriter(child.stdin);
    this.#exited = once(child, 'close').then(([code]) => code as number | null);
    new StreamMessageReader(child.stdout).listen((message: Message) => {
      if ('id' in message && !('method' in message)) {
        const response = message as ResponseMessage;
        this.#waiting.get(response.id as number)?.(response);
      } else if ('method' in message) this.notifications.push(message as NotificationMessage);
    });
  }

  /** The answer to a request; rejects when the process ends without one. `asked` is told the number of the request. */
  ask(method: string, params?: unknown, asked?: (id: number) => void): Promise<ResponseMessage> {
    const id = ++this.#last;
    const answer = new Promise<ResponseMessage>((resolve) => this.#waiting.set(id, resolve));
    const gone = this.#exited.then((code): never => {
      throw new Error(`the server ended with ${code} and did not answer ${method}`);
    });
    this.#send({ id, method, params });
    asked?.(id);
    return Promise.race([answer, gone]);
  }

  notify(method: string, params?: unknown): void {
    this.#send({ method, params });
  }

  /** Bytes as they are. */
  write(text: string): void {
    this.#process.stdin?.write(text);
  }

  /** The exit code, once the process has ended by itself. */
  exited(): Promise<number | null> {
    return this.#exited;
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  #send(message: object): void {
    void this.#writer.write({ jsonrpc: '2.0', ...message });
  }
}
