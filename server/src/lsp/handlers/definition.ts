import type { DefinitionParams } from 'vscode-languageserver';
import { definition } from '../../features/definition.ts';
import { cancellable } from '../cancellation.ts';
import { toLocation, toLocationLink } from '../convert.ts';
import { placeIn } from '../placeIn.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** From a mirror to the lines that fill it, from a line to the entries that redirect to it, and so on. */
export const definitionHandler: Handler = {
  capabilities: () => ({ definitionProvider: true }),
  register(session) {
    const { connection, workspace, scanned } = session;
    const uriOf = (key: string) => workspace.uri(key);
    connection.onDefinition(
      cancellable(async ({ textDocument, position: asked }: DefinitionParams) => {
        await scanned();
        const { snapshot } = workspace;
        const key = keyOf(textDocument.uri);
        const found = definition(snapshot, key, placeIn(snapshot.files.get(key), asked));
        if (found === undefined) return null;
        const { origin, targets } = found;
        return session.client.textDocument?.definition?.linkSupport
          ? targets.map((target) => toLocationLink(origin, target, uriOf))
          : targets.map((target) => toLocation(target, uriOf));
      }),
    );
  },
};
