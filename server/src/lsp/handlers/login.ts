import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { messageOf } from '../../base/errors.ts';
import type { EditorCredential, LoginAnswer } from '../../protocol/logins.ts';
import { readCredentials } from '../initialization.ts';
import { onAsked, onTold } from '../peer.ts';
import type { Handler, Session } from '../session.ts';

/** The logins that an editor keeps: handed over, and tried before they are kept. */
export const loginHandler: Handler = {
  capabilities: () => ({}),
  register(session) {
    const { connection, settings } = session;
    onTold(connection, 'operatorMirror/credentials', (credentials: unknown) =>
      settings.logIn(readCredentials(credentials)),
    );
    onAsked(connection, 'operatorMirror/checkLogin', (credential, signal) =>
      checkLogin(session, credential, signal),
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
