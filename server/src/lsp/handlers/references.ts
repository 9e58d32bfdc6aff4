import { references } from '../../features/references.ts';
import { toLocation } from '../convert.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** All places of a repository, or of everything below a scope, in all files. */
export const referencesHandler: Handler = {
  capabilities: () => ({ referencesProvider: true }),
  register({ connection, workspace, scanned }) {
    connection.onReferences(async ({ textDocument, position }) => {
      await scanned();
      const key = keyOf(textDocument.uri);
      return references(workspace.snapshot, key, position).map((place) =>
        toLocation(place, (other) => workspace.uri(other)),
      );
    });
  },
};
