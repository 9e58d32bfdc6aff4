import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { messageOf } from '../../base/errors.ts';
import {
  checkLoginRequest,
  credentialsNotification,
  type EditorCredential,
  type LoginAnswer,
} from '../../protocol.ts';
import { cancellable } from '../cancellation.ts';
import { readCredentials } from '../initialization.ts';
import type { Handler, Session } from '../session.ts';

/** The logins that an editor keeps: handed over, and tried before they are kept. */
export const loginHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    const { connection, settings } = session;
    connection.onNotification(credentialsNotification, (credentials: unknown) =>
      settings.logIn(readCredentials(credentials)),
    );
    connection.onRequest(
      checkLoginRequest,
      cancellable((credential: EditorCredential, signal) => checkLogin(session, credential, signal)),
    );
  },
};

async function checkLogin(
  { settings, options }: Session,
  credential: EditorCredential,
  signal: AbortSignal,
): Promise<LoginAnswer> {
  if (!settings.isOnline) throw new ResponseError(LSPErrorCodes.RequestFailed, settings.status().detail);
  try {
    return await options.checkLogin(settings.current, credential, signal);
  } catch (error) {
    throw new ResponseError(LSPErrorCodes.RequestFailed, messageOf(error));
  }
}
