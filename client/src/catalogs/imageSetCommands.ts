import * as vscode from 'vscode';
import type { ChosenFrom } from '../../../server/src/protocol/choice.ts';
import type { Asks } from '../asks.ts';
import type { KeptChoice } from './keptChoice.ts';

/** Makes an ImageSetConfiguration of what is chosen, or adds it to one. */
export class ImageSetCommands {
  readonly #server: Asks;
  readonly #choice: KeptChoice;

  constructor(server: Asks, choice: KeptChoice) {
    this.#server = server;
    this.#choice = choice;
  }

  /** A text that is nowhere yet, so that somebody looks at it before it is saved. */
  async create(): Promise<void> {
    const chosen = await this.#named();
    if (chosen === undefined) return;
    const text = await this.#server.request('operatorMirror/imageSetText', { chosen }, never);
    const document = await vscode.workspace.openTextDocument(await unusedFile());
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), text);
    await vscode.workspace.applyEdit(edit);
    await vscode.window.showTextDocument(document);
  }

  /** The one that is shown, else one of those that are open. */
  async addToOpen(): Promise<void> {
    const document = await documentToAddTo();
    if (document === undefined) {
      const create = vscode.l10n.t('Create ImageSetConfiguration');
      const words = vscode.l10n.t('No ImageSetConfiguration is open: open the one to add to, or create one.');
      if ((await vscode.window.showInformationMessage(words, create)) === create) await this.create();
      return;
    }
    const chosen = await this.#named();
    if (chosen === undefined) return;
    const uri = document.uri.toString();
    const { version } = document;
    const answer = await this.#server.request('operatorMirror/imageSetEdits', { uri, chosen }, never);
    if (answer === null || document.version !== version) {
      throw new Error(
        vscode.l10n.t('Nothing was added, because the file has just changed: give the command again.'),
      );
    }
    const edit = new vscode.WorkspaceEdit();
    for (const { range, newText } of answer.edits) {
      const { start, end } = range;
      edit.replace(
        document.uri,
        new vscode.Range(start.line, start.character, end.line, end.character),
        newText,
      );
    }
    if (answer.edits.length > 0) await vscode.workspace.applyEdit(edit);
    await vscode.window.showTextDocument(document);
    if (answer.notes.length > 0) void vscode.window.showInformationMessage(`${answer.notes.join('. ')}.`);
  }

  /** What is chosen, where every catalog has a name; undefined where nothing is, or where somebody thinks better of it. */
  async #named(): Promise<readonly ChosenFrom[] | undefined> {
    if (this.#choice.all.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'Nothing is selected: tick packages, channels or versions in the view of catalogs first.',
        ),
      );
      return undefined;
    }
    const { nameless } = await this.#server.request(
      'operatorMirror/chosen',
      { chosen: this.#choice.all },
      never,
    );
    for (const catalog of nameless) {
      const as = await vscode.window.showInputBox({
        title: vscode.l10n.t('Name the Catalog'),
        prompt: vscode.l10n.t(
          'The image that {0} was taken from: an ImageSetConfiguration names catalogs by their images',
          catalog,
        ),
        placeHolder: 'registry.redhat.io/redhat/redhat-operator-index:v4.18',
        ignoreFocusOut: true,
      });
      if (as === undefined || as.trim() === '') return undefined;
      await this.#choice.callIt(catalog, as.trim());
    }
    return this.#choice.all;
  }
}

/** A name in the first folder of the window that no file has and no other new text. */
async function unusedFile(): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  for (let number = 1; ; number++) {
    const name = number === 1 ? 'imageset-config.yaml' : `imageset-config-${number}.yaml`;
    const path = folder === undefined ? name : vscode.Uri.joinPath(folder, name).path;
    const uri = vscode.Uri.from({ scheme: 'untitled', path });
    if (vscode.workspace.textDocuments.some((document) => document.uri.path === path)) continue;
    if (folder === undefined) return uri;
    const isThere = await vscode.workspace.fs.stat(folder.with({ path })).then(
      () => true,
      () => false,
    );
    if (!isThere) return uri;
  }
}

async function documentToAddTo(): Promise<vscode.TextDocument | undefined> {
  const shown = vscode.window.activeTextEditor?.document;
  if (shown !== undefined && isImageSet(shown)) return shown;
  const open = vscode.workspace.textDocuments.filter(
    (document) => !document.isClosed && isImageSet(document),
  );
  if (open.length < 2) return open[0];
  const items = open.map((document) => ({ label: vscode.workspace.asRelativePath(document.uri), document }));
  const title = vscode.l10n.t('Add to which ImageSetConfiguration?');
  return (await vscode.window.showQuickPick(items, { title }))?.document;
}

function isImageSet(document: vscode.TextDocument): boolean {
  const { uri, languageId } = document;
  if (!['file', 'untitled'].includes(uri.scheme) || !/yaml|json/.test(languageId)) return false;
  return /^kind: *["']?ImageSetConfiguration/m.test(document.getText());
}

const never = new vscode.CancellationTokenSource().token;
