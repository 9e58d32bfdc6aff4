import type { CancellationToken } from 'vscode';
import type { Requests } from '../../server/src/protocol/requests.ts';

/** What asks the server; it starts the server where there is none yet. */
export interface Asks {
  /** @throws Error in the server's words, or those of VS Code where there is no server */
  request<Name extends keyof Requests>(
    name: Name,
    params: Requests[Name]['params'],
    token: CancellationToken,
  ): Promise<Requests[Name]['result']>;
}
