import { setTimeout as delay } from 'node:timers/promises';
import type { CompletionParams } from 'vscode-languageserver';
import { completion } from '../../features/completion.ts';
import { cancellable } from '../cancellation.ts';
import { toCompletionItem } from '../convertEditing.ts';
import { placeIn } from '../placeIn.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';
import { completionPatience } from './patience.ts';

/** Milliseconds between two looks at what a registry has answered. */
const interval = 20;

/** What may stand at the cursor. Where only a registry can tell, it has a moment to do so. */
export const completionHandler: Handler = {
  capabilities: () => ({ completionProvider: { triggerCharacters: [':', '/', '=', '@', '-', ' '] } }),
  register(session) {
    const { connection, workspace, settings, scanned } = session;
    connection.onCompletion(
      cancellable(async ({ textDocument, position: asked }: CompletionParams, signal) => {
        await scanned();
        const key = keyOf(textDocument.uri);
        const position = placeIn(workspace.snapshot.files.get(key), asked);
        const complete = () =>
          completion({ snapshot: workspace.snapshot, facts: settings.facts }, key, position);
        const end = Date.now() + completionPatience;
        let result = complete();
        while (result.items.length === 0 && result.isIncomplete && Date.now() < end) {
          await delay(interval, undefined, { signal });
          result = complete();
        }
        const snippets = session.client.textDocument?.completion?.completionItem?.snippetSupport === true;
        const items = result.items.map((item, index) => toCompletionItem(item, index, snippets));
        return { items, isIncomplete: result.isIncomplete };
      }),
    );
  },
};
