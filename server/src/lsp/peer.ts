import type { Connection, RequestHandler } from 'vscode-languageserver';
import type { ClientNotifications, Requests, ServerNotifications } from '../protocol/requests.ts';
import { cancellable } from './cancellation.ts';
import { type OwnRequest, paramsOf } from './requestShapes.ts';

/**
 * Answers a request of our own, once its parameters are what the protocol says. A client that cancels it hears so at once, and so
 * does the answer, by the signal.
 */
export function onAsked<Name extends OwnRequest>(
  connection: Connection,
  name: Name,
  answer: (params: Requests[Name]['params'], signal: AbortSignal) => Promise<Requests[Name]['result']>,
): void {
  const reply: RequestHandler<unknown, unknown, unknown> = cancellable(async (params, signal) =>
    answer(paramsOf(name, params), signal),
  );
  connection.onRequest(name, reply);
}

/** Hears what a client tells. Whoever hears it looks at what it is: other programs are clients too. */
export function onTold<Name extends keyof ClientNotifications>(
  connection: Connection,
  name: Name,
  hear: (params: ClientNotifications[Name]) => void,
): void {
  connection.onNotification(name, hear);
}

/** Tells the client. */
export function tell<Name extends keyof ServerNotifications>(
  connection: Connection,
  name: Name,
  params: ServerNotifications[Name],
): void {
  void connection.sendNotification(name, params);
}
