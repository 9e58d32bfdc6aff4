import { documentLinks } from '../../features/documentLinks.ts';
import { toDocumentLink } from '../convert.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** From a catalog to the line that brings its index, and from true sources to their pages on the web. */
export const documentLinkHandler: Handler = {
  capabilities: () => ({ documentLinkProvider: {} }),
  register({ connection, workspace, scanned }) {
    connection.onDocumentLinks(async ({ textDocument: { uri } }) => {
      await scanned();
      return documentLinks(workspace.snapshot, keyOf(uri)).map((link) =>
        toDocumentLink(link, (key) => workspace.uri(key)),
      );
    });
  },
};
