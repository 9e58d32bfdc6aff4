import * as vscode from 'vscode';
import type { FileUse } from '../../server/src/protocol/files.ts';
import type { Asks } from './asks.ts';

/** Finds out which file a command is about, so that it can be given from anywhere. */
export class FileQuestion {
  readonly #server: Asks;

  constructor(server: Asks) {
    this.#server = server;
  }

  /**
   * The file that a menu or a code lens names, else the one that is shown where it is one for this use, else one of the workspace,
   * which is asked for.
   * @param argument what the command was given
   * @param suits whether the file that is shown can be used
   * @returns undefined where there is none, which is said, and where the user left
   */
  async ask(
    use: FileUse,
    argument: unknown,
    title: string,
    suits: (document: vscode.TextDocument) => boolean,
  ): Promise<vscode.Uri | undefined> {
    if (argument instanceof vscode.Uri) return argument;
    if (typeof argument === 'string') return vscode.Uri.parse(argument);
    const shown = vscode.window.activeTextEditor?.document;
    if (shown !== undefined && suits(shown)) return shown.uri;
    const uris = await this.#server.request('operatorMirror/filesFor', { use }, never);
    if (uris.length === 0) {
      await offerOthers(use);
      return undefined;
    }
    const items = uris.map((text) => {
      const uri = vscode.Uri.parse(text);
      return { label: vscode.workspace.asRelativePath(uri), uri };
    });
    // A walkthrough that is drawn anew takes the focus, and would end the question that its button has asked.
    const options = { title, placeHolder: questionFor(use), ignoreFocusOut: true };
    return (await vscode.window.showQuickPick(items, options))?.uri;
  }
}

function questionFor(use: FileUse): string {
  switch (use) {
    case 'mapping':
      return vscode.l10n.t('Which mapping.txt?');
    case 'imageSet':
      return vscode.l10n.t('Which ImageSetConfiguration?');
    case 'mirrorSet':
      return vscode.l10n.t('A mirror set of the folder that is to be applied');
  }
}

/** Says that there is no such file, with the way to one. */
async function offerOthers(use: FileUse): Promise<void> {
  const openFolder = { title: vscode.l10n.t('Open Folder'), command: 'vscode.openFolder' };
  const showCatalogs = { title: vscode.l10n.t('Show Catalogs'), command: 'operatorMirror.catalogs.focus' };
  const [words, ...ways] = (() => {
    switch (use) {
      case 'mapping':
        return [
          vscode.l10n.t('No mapping.txt is open or in this workspace: open the folder that has it.'),
          openFolder,
        ] as const;
      case 'imageSet':
        return [
          vscode.l10n.t(
            'No ImageSetConfiguration for oc-mirror v2 is open or in this workspace: select packages in the view of catalogs, which makes one.',
          ),
          showCatalogs,
          openFolder,
        ] as const;
      case 'mirrorSet':
        return [
          vscode.l10n.t(
            'No mirror set is open or in this workspace: open the folder with the files that are to be applied.',
          ),
          openFolder,
        ] as const;
    }
  })();
  const chosen = await vscode.window.showInformationMessage(words, ...ways);
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}

const never = new vscode.CancellationTokenSource().token;
