import { codeLenses } from '../../features/codeLenses.ts';
import { toCodeLens } from '../convert.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** What a file says at a glance, and what can be done with all of it. */
export const codeLensHandler: Handler = {
  capabilities: () => ({ codeLensProvider: {} }),
  register({ connection, workspace, scanned }) {
    connection.onCodeLens(async ({ textDocument: { uri } }) => {
      await scanned();
      return codeLenses(workspace.snapshot, keyOf(uri)).map((lens) => toCodeLens(lens, uri));
    });
  },
};
