import { sep } from 'node:path';
import * as vscode from 'vscode';
import { reportLanguage } from '../../server/src/protocol.ts';

const scheme = 'operator-mirror-report';

/** Texts that the extension shows beside the editor: read-only, with nothing to save when they are closed. */
export class Reports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.path) ?? '';
  }

  /** Shows a text under a title, with paths as they are in the workspace; one with the same title is replaced. */
  async show(title: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme, path: `${title.replaceAll('/', '∕')}.txt` });
    this.#texts.set(uri.path, withoutFolders(text));
    this.#changed.fire(uri);
    const opened = await vscode.workspace.openTextDocument(uri);
    // The language brings lines that are broken where the page ends.
    const document = await vscode.languages.setTextDocumentLanguage(opened, reportLanguage);
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function withoutFolders(text: string): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.reduce((shorter, { uri: { fsPath } }) => shorter.replaceAll(`${fsPath}${sep}`, ''), text);
}
