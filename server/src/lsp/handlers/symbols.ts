import { outline } from '../../features/symbols.ts';
import { toDocumentSymbol, toSymbolInformation } from '../convertEditing.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** The outline of a file. */
export const symbolHandler: Handler = {
  capabilities: () => ({ documentSymbolProvider: true }),
  register(session) {
    const { connection, workspace } = session;
    connection.onDocumentSymbol(({ textDocument: { uri } }) => {
      const file = workspace.snapshot.files.get(keyOf(uri));
      if (file === undefined) return null;
      const isTree = session.client.textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true;
      const items = outline(file);
      return isTree ? items.map(toDocumentSymbol) : items.flatMap((item) => toSymbolInformation(item, uri));
    });
  },
};
