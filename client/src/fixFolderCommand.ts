import * as vscode from 'vscode';
import { serverCommands } from '../../server/src/protocol/names.ts';
import type { Asks } from './asks.ts';

/** "Fix All in Folder": of the folder that a menu names, or of the file that is shown. The server does the work. */
export class FixFolderCommand {
  readonly #server: Asks;

  constructor(server: Asks) {
    this.#server = server;
  }

  /** `resource` is what a menu was opened on: a folder, or a file of it. */
  async run(resource: unknown): Promise<void> {
    const chosen = resource instanceof vscode.Uri ? resource : vscode.window.activeTextEditor?.document.uri;
    const folder = chosen && (await folderOf(chosen));
    if (folder === undefined) {
      const text = vscode.l10n.t('Open a file of the folder to fix, or choose the folder in the Explorer.');
      void vscode.window.showInformationMessage(text);
      return;
    }
    const title = vscode.l10n.t('Fixing {0}', vscode.workspace.asRelativePath(folder));
    const command = serverCommands.fixAllInFolder;
    try {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title },
        (_progress, token) =>
          this.#server.request(
            'workspace/executeCommand',
            { command, arguments: [folder.toString()] },
            token,
          ),
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(vscode.l10n.t('The folder could not be fixed: {0}', reason));
    }
  }
}

/** Undefined for what is in no folder on disk, such as a text that was never saved. */
async function folderOf(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
  if (uri.scheme !== 'file') return undefined;
  const kind = await vscode.workspace.fs.stat(uri).then(
    ({ type }) => type,
    () => vscode.FileType.Unknown,
  );
  return kind & vscode.FileType.Directory ? uri : vscode.Uri.joinPath(uri, '..');
}
