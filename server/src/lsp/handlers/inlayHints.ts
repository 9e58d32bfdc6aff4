import type { InlayHintParams } from 'vscode-languageserver';
import { inlayHints } from '../../features/inlayHints.ts';
import { cancellable } from '../cancellation.ts';
import { toInlayHint } from '../convert.ts';
import { rangeIn } from '../placeIn.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** The short digest behind each tag. */
export const inlayHintHandler: Handler = {
  capabilities: () => ({ inlayHintProvider: true }),
  register({ connection, context, scanned }) {
    connection.languages.inlayHint.on(
      cancellable(async ({ textDocument, range: asked }: InlayHintParams) => {
        await scanned();
        const now = context();
        const key = keyOf(textDocument.uri);
        return inlayHints(now, key, rangeIn(now.snapshot.files.get(key), asked)).map(toInlayHint);
      }),
    );
  },
};
