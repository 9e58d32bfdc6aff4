import * as vscode from 'vscode';
import { catalogsFilteredContext } from '../../../server/src/protocol/names.ts';
import type { CatalogTree } from './catalogTree.ts';

/** Milliseconds that typing rests before the tree is drawn anew. */
const restMilliseconds = 150;

/** Shows only packages in which some words stand, while they are being typed. */
export class FilterBox {
  readonly #tree: CatalogTree;

  constructor(tree: CatalogTree) {
    this.#tree = tree;
  }

  show(): void {
    const input = vscode.window.createInputBox();
    const before = this.#tree.filterText;
    let isAccepted = false;
    input.title = vscode.l10n.t('Filter Packages');
    input.prompt = vscode.l10n.t(
      'Words of names, descriptions, providers or kinds, in the catalogs that are open',
    );
    input.value = before;
    let resting: NodeJS.Timeout | undefined;
    input.onDidChangeValue((text) => {
      clearTimeout(resting);
      resting = setTimeout(() => void this.#apply(text), restMilliseconds);
    });
    input.onDidAccept(() => {
      isAccepted = true;
      input.hide();
    });
    input.onDidHide(() => {
      clearTimeout(resting);
      const wanted = isAccepted ? input.value : before;
      if (wanted.trim() !== this.#tree.filterText) void this.#apply(wanted);
      input.dispose();
    });
    input.show();
  }

  clear(): Promise<void> {
    return this.#apply('');
  }

  async #apply(text: string): Promise<void> {
    await this.#tree.filter(text);
    await vscode.commands.executeCommand('setContext', catalogsFilteredContext, this.#tree.filterText !== '');
  }
}
