import type { ReferenceParams } from 'vscode-languageserver';
import { references } from '../../features/references.ts';
import { cancellable } from '../cancellation.ts';
import { toLocation } from '../convert.ts';
import { placeIn } from '../placeIn.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** All places of a repository, or of everything below a scope, in all files. */
export const referencesHandler: Handler = {
  capabilities: () => ({ referencesProvider: true }),
  register({ connection, workspace, scanned }) {
    connection.onReferences(
      cancellable(async ({ textDocument, position: asked }: ReferenceParams) => {
        await scanned();
        const { snapshot } = workspace;
        const key = keyOf(textDocument.uri);
        return references(snapshot, key, placeIn(snapshot.files.get(key), asked)).map((place) =>
          toLocation(place, (other) => workspace.uri(other)),
        );
      }),
    );
  },
};
