import {
  LSPErrorCodes,
  type PrepareRenameParams,
  type RenameParams,
  ResponseError,
} from 'vscode-languageserver';
import { t } from '../../base/sentences.ts';
import { rename, renameTarget } from '../../features/rename.ts';
import { cancellable } from '../cancellation.ts';
import { toTextEdits } from '../convert.ts';
import { placeIn } from '../placeIn.ts';
import type { Handler } from '../session.ts';
import { keyOf } from '../uri.ts';

/** Another name for a mirror's registry, a namespace or a repository, in all files of the workspace. */
export const renameHandler: Handler = {
  capabilities: ({ textDocument }) => ({
    renameProvider: textDocument?.rename?.prepareSupport ? { prepareProvider: true } : true,
  }),
  register({ connection, workspace, scanned }) {
    connection.onPrepareRename(
      cancellable(async ({ textDocument, position: asked }: PrepareRenameParams) => {
        await scanned();
        const { snapshot } = workspace;
        const key = keyOf(textDocument.uri);
        const target = renameTarget(snapshot, key, placeIn(snapshot.files.get(key), asked));
        if (target === undefined) return null;
        if (!target.ok) throw refusal(target.problem);
        return { range: target.range, placeholder: target.name };
      }),
    );
    connection.onRenameRequest(
      cancellable(async ({ textDocument, position: asked, newName }: RenameParams) => {
        await scanned();
        const { snapshot } = workspace;
        const key = keyOf(textDocument.uri);
        const renaming = rename(snapshot, key, placeIn(snapshot.files.get(key), asked), newName);
        if (renaming === undefined) return null;
        if (!renaming.ok) throw refusal(renaming.problem);
        const changes = [...renaming.edits].map(([key, edits]) => [workspace.uri(key), toTextEdits(edits)]);
        return { changes: Object.fromEntries(changes) };
      }),
    );
  },
};

function refusal(problem: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, t('Cannot rename: {0}', problem));
}
