import {
  type Connection,
  ErrorCodes,
  Message,
  type MessageStrategy,
  type RequestMessage,
  ResponseError,
} from 'vscode-languageserver';
import { t } from '../base/sentences.ts';
import { readInitialize } from './initialization.ts';

/** Where refused requests are sent on to: the library answers with what a handler throws, and has no other way. */
const refusal = '$/operatorMirror/refused';

interface Refusal {
  readonly code: number;
  readonly reason: string;
}

/**
 * What may be asked when: nothing before `initialize`, which comes once, and nothing after `shutdown`. A request at
 * the wrong time is refused and a notification passed over, except `exit`, which always ends the process.
 * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#lifeCycleMessages
 *
 * To be given to the connection when it is made, and to be told of it by `register`.
 */
export class Lifecycle implements MessageStrategy {
  #state: 'new' | 'running' | 'ended' = 'new';

  get hasShutDown(): boolean {
    return this.#state === 'ended';
  }

  handleMessage(message: Message, next: (message: Message) => Promise<void> | void): Promise<void> | void {
    if (Message.isRequest(message)) return next(this.#admit(message));
    const mayPass =
      this.#state === 'running' || !Message.isNotification(message) || message.method === 'exit';
    return mayPass ? next(message) : undefined;
  }

  register(connection: Connection): void {
    connection.onRequest(refusal, ({ code, reason }: Refusal) => {
      throw new ResponseError(code, reason);
    });
  }

  /** The request as it goes on, or what answers it with the reason why it does not. */
  #admit(request: RequestMessage): RequestMessage {
    const { method } = request;
    if (this.#state === 'ended') {
      return refuse(
        request,
        ErrorCodes.InvalidRequest,
        t('{0} came after shutdown: start the server anew', method),
      );
    }
    if (method === 'initialize') return this.#initialize(request);
    if (this.#state === 'new') {
      return refuse(request, ErrorCodes.ServerNotInitialized, t('{0} came before initialize', method));
    }
    if (method === 'shutdown') this.#state = 'ended';
    return request;
  }

  #initialize(request: RequestMessage): RequestMessage {
    if (this.#state === 'running') {
      return refuse(request, ErrorCodes.InvalidRequest, t('initialize came a second time: it is sent once'));
    }
    const params = readInitialize(request.params);
    if (params === undefined) {
      return refuse(request, ErrorCodes.InvalidParams, t('initialize has no parameters: they are an object'));
    }
    this.#state = 'running';
    return { ...request, params };
  }
}

function refuse(request: RequestMessage, code: number, reason: string): RequestMessage {
  return { ...request, method: refusal, params: { code, reason } satisfies Refusal };
}
