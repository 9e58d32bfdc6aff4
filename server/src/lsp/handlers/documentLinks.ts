import type { DocumentLinkParams } from 'vscode-languageserver';
import { documentLinks } from '../../features/documentLinks.ts';
import { logLinks } from '../../features/logFindings.ts';
import { cancellable } from '../cancellation.ts';
import { toDocumentLink } from '../convert.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** From a catalog to the line that brings its index, from images in a log to their lines, and from true sources to their pages on the web. */
export const documentLinkHandler: Handler = {
  capabilities: () => ({ documentLinkProvider: {} }),
  register({ connection, workspace, logs, scanned }) {
    connection.onDocumentLinks(
      cancellable(async ({ textDocument: { uri } }: DocumentLinkParams) => {
        await scanned();
        const key = keyOf(uri);
        const log = logs.get(key);
        const links =
          log === undefined
            ? documentLinks(workspace.snapshot, key)
            : logLinks(log.log, log.lines, workspace.snapshot);
        return links.map((link) => toDocumentLink(link, (target) => workspace.uri(target)));
      }),
    );
  },
};
