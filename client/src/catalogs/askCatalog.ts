import * as vscode from 'vscode';
import type { Asks } from '../asks.ts';
import { AddedCatalogs, askForCatalog } from './addedCatalogs.ts';

/** How long a catalog that is being opened is left alone before it is looked at again. */
const restMilliseconds = 150;

/** Asks for a catalog of the workspace, or for a package of one. */
export class CatalogQuestions {
  readonly #server: Asks;
  readonly #added: AddedCatalogs;

  constructor(server: Asks, store: vscode.Memento) {
    this.#server = server;
    this.#added = new AddedCatalogs(store);
  }

  /** One that files name or somebody has added, or any other one; undefined where somebody thinks better of it. */
  async catalog(title: string, placeHolder: string): Promise<string | undefined> {
    const rows = await this.#server.request('operatorMirror/catalogs', { added: this.#added.all }, never);
    const other = { label: `$(add) ${vscode.l10n.t('Another catalog…')}`, catalog: '' };
    if (rows.length === 0) return this.#other();
    const items = rows.map(({ label, where, catalog }) => ({ label, description: where, catalog }));
    const chosen = await vscode.window.showQuickPick([...items, other], {
      title,
      placeHolder,
      matchOnDescription: true,
    });
    return chosen === other ? this.#other() : chosen?.catalog;
  }

  /** What somebody types, as the server calls it. */
  async #other(): Promise<string | undefined> {
    const text = await askForCatalog();
    if (text === undefined) return undefined;
    const rows = await this.#server.request('operatorMirror/catalogs', { added: [text] }, never);
    return rows.find(({ added }) => added === text)?.catalog ?? text;
  }

  /** A package of a catalog, which is opened for it. */
  async package(title: string, catalog: string): Promise<string | undefined> {
    const content = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Opening {0}', catalog.replace(/^docker:\/\//, '')),
        cancellable: true,
      },
      async (_progress, token) => {
        for (;;) {
          const found = await this.#server.request('operatorMirror/catalogContent', { catalog }, token);
          if (found.state !== 'opening' || token.isCancellationRequested) return found;
          await new Promise((resolve) => setTimeout(resolve, restMilliseconds));
        }
      },
    );
    if (content.state === 'failed') throw new Error(content.reason);
    if (content.state !== 'open') return undefined;
    const items = content.packages.map(({ name, title: label, version }) => ({
      label: name,
      description: [label, version].filter((part) => part !== '').join(' '),
    }));
    const placeHolder = vscode.l10n.t('The package');
    const chosen = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
    return chosen?.label;
  }
}

const never = new vscode.CancellationTokenSource().token;
