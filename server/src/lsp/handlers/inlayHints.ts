import { inlayHints } from '../../features/inlayHints.ts';
import { toInlayHint } from '../convert.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** The short digest behind each tag. */
export const inlayHintHandler: Handler = {
  capabilities: () => ({ inlayHintProvider: true }),
  register({ connection, context, scanned }) {
    connection.languages.inlayHint.on(async ({ textDocument, range }) => {
      await scanned();
      return inlayHints(context(), keyOf(textDocument.uri), range).map(toInlayHint);
    });
  },
};
