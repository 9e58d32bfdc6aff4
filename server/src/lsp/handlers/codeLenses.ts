import type { CodeLensParams } from 'vscode-languageserver';
import { codeLenses } from '../../features/codeLenses.ts';
import { imageSetLenses } from '../../features/imageSetLenses.ts';
import { mirrorRunLenses } from '../../features/mirrorRunLenses.ts';
import { mirrorSetLenses } from '../../features/mirrorSetLenses.ts';
import { commands } from '../../protocol/names.ts';
import { cancellable } from '../cancellation.ts';
import { toCodeLens } from '../convert.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** What a file says at a glance, and what can be done with all of it. */
export const codeLensHandler: Handler = {
  capabilities: () => ({ codeLensProvider: {} }),
  register(session) {
    const { connection, context, scanned } = session;
    connection.onCodeLens(
      cancellable(async ({ textDocument: { uri } }: CodeLensParams) => {
        await scanned();
        const now = context();
        const key = keyOf(uri);
        const file = now.snapshot.files.get(key);
        // A client that runs no tasks has nothing to show of them.
        const runs = session.clientCommands.includes(commands.mirrorImageSet);
        const lenses = [
          ...codeLenses(now.snapshot, key),
          ...mirrorSetLenses(now, key),
          ...(runs ? mirrorRunLenses(file) : []),
          ...imageSetLenses(file, now.facts),
        ];
        return lenses.map((lens) => toCodeLens(lens, uri, session.clientCommands));
      }),
    );
  },
};
