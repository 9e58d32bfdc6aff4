import { folds } from '../../features/folding.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** What of a file can be folded; for files that are not ours the client's own way stays. */
export const foldingHandler: Handler = {
  capabilities: () => ({ foldingRangeProvider: true }),
  register(session) {
    const { connection, workspace } = session;
    connection.onFoldingRanges(({ textDocument }) => {
      const file = workspace.snapshot.files.get(keyOf(textDocument.uri));
      if (file === undefined) return null;
      const limit = session.client.textDocument?.foldingRange?.rangeLimit;
      return folds(file, limit).map(({ start, end, kind }) => ({ startLine: start, endLine: end, kind }));
    });
  },
};
