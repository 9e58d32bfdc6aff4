import type { CancellationToken } from 'vscode';
import type { Connection } from 'vscode-languageserver';
import type { Asks } from '../../../client/src/asks.ts';
import { onAsked, onTold, tell } from '../../../server/src/lsp/peer.ts';
import type { TraceAnswer } from '../../../server/src/protocol/trace.ts';

// Nothing here runs: `tsc` holds each line that is marked to not compile, and all others to compile.

export function server(connection: Connection): void {
  onAsked(connection, 'operatorMirror/explainLog', async ({ text }) => text);
  onAsked(connection, 'operatorMirror/trace', async ({ ask }) => (ask === true ? null : null));
  // @ts-expect-error: no such request
  onAsked(connection, 'operatorMirror/traces', async () => null);
  // @ts-expect-error: text and not a number is the result
  onAsked(connection, 'operatorMirror/explainLog', async () => 1);
  // @ts-expect-error: a trace has a verdict
  onAsked(connection, 'operatorMirror/trace', async () => ({ image: '' }));
  // @ts-expect-error: an address is no parameter of it
  onAsked(connection, 'operatorMirror/explainLog', async ({ uri }) => uri);
  onTold(connection, 'operatorMirror/imagesWritten', ({ uri }) => uri.length);
  // @ts-expect-error: the server tells it, not the client
  onTold(connection, 'operatorMirror/status', () => {});
  // @ts-expect-error: no such state
  tell(connection, 'operatorMirror/status', { state: 'fine', text: '', detail: '' });
}

export async function client(asks: Asks, token: CancellationToken): Promise<TraceAnswer | null> {
  // @ts-expect-error: a log is asked about by its text
  await asks.request('operatorMirror/explainLog', { uri: '' }, token);
  // @ts-expect-error: the result may be null
  (await asks.request('operatorMirror/namedImage', { text: '' }, token)).length;
  // @ts-expect-error: no such request
  await asks.request('operatorMirror/status', {}, token);
  return asks.request('operatorMirror/trace', { text: '', ask: true }, token);
}
