import * as vscode from 'vscode';
import type { Asks } from '../asks.ts';
import { showMarkdown } from '../showMarkdown.ts';

const scheme = 'operator-mirror-image';

/** Shows beside the editor what a registry has of an image. */
export class ImagePage implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #server: Asks;
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changes.event;
  readonly #registration: vscode.Disposable;
  readonly #page = vscode.Uri.from({ scheme, path: `/${vscode.l10n.t('Image')}.md` });
  #text = '';

  constructor(server: Asks) {
    this.#server = server;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async show(catalog: string, image: string): Promise<void> {
    const title = vscode.l10n.t('Asking for {0}', image);
    const text = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title, cancellable: true },
      (_progress, token) => this.#server.request('operatorMirror/catalogTooltip', { catalog, image }, token),
    );
    this.#text = text ?? vscode.l10n.t('{0} is no image reference.', image);
    this.#changes.fire(this.#page);
    await showMarkdown(this.#page);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}
