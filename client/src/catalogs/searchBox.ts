import * as vscode from 'vscode';
import type { FoundPackage } from '../../../server/src/protocol/catalogs.ts';
import type { Asks } from '../asks.ts';
import type { CatalogTreeNode } from './catalogNodes.ts';
import type { CatalogTree } from './catalogTree.ts';

/** More of them nobody looks through. */
const mostShown = 200;

interface FoundItem extends vscode.QuickPickItem {
  readonly found: FoundPackage;
}

/** Looks for packages in all open catalogs as somebody types; what is taken is opened. */
export class SearchBox {
  readonly #server: Asks;
  readonly #tree: CatalogTree;
  readonly #open: (node: CatalogTreeNode) => Promise<void>;

  constructor(server: Asks, tree: CatalogTree, open: (node: CatalogTreeNode) => Promise<void>) {
    this.#server = server;
    this.#tree = tree;
    this.#open = open;
  }

  async show(): Promise<void> {
    if (this.#tree.catalogs.length === 0) await this.#tree.getChildren();
    const catalogs = await this.#catalogsToSearch();
    if (catalogs === undefined) return;
    const pick = vscode.window.createQuickPick<FoundItem>();
    pick.title = vscode.l10n.t('Search Packages');
    pick.placeholder = vscode.l10n.t('Words of names, descriptions, providers or kinds');
    let asking = new vscode.CancellationTokenSource();
    const search = async (query: string) => {
      asking.cancel();
      asking = new vscode.CancellationTokenSource();
      const { token } = asking;
      pick.busy = true;
      try {
        const found = await this.#server.request('operatorMirror/searchCatalogs', { query, catalogs }, token);
        if (!token.isCancellationRequested)
          pick.items = found.slice(0, mostShown).map((one) => this.#item(one));
      } catch (error) {
        if (!token.isCancellationRequested) throw error;
      } finally {
        if (!token.isCancellationRequested) pick.busy = false;
      }
    };
    pick.onDidChangeValue(search);
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      pick.hide();
      const node = item && this.#tree.package(item.found.catalog, item.found.name);
      if (node !== undefined) void this.#open(node);
    });
    pick.onDidHide(() => {
      asking.cancel();
      pick.dispose();
    });
    pick.show();
    await search('');
  }

  /** Those that are open; where none is, somebody chooses one to open. */
  async #catalogsToSearch(): Promise<readonly string[] | undefined> {
    const { catalogs } = this.#tree;
    const open = catalogs.filter(({ content }) => content?.state === 'open');
    if (open.length > 0) return open.map(({ row }) => row.catalog);
    const items = catalogs.map((node) => ({ label: node.row.label, description: node.row.where, node }));
    if (items.length === 0) {
      const text = vscode.l10n.t(
        'There is no catalog to search: add one, or open a folder whose files name one.',
      );
      void vscode.window.showInformationMessage(text);
      return undefined;
    }
    const title = vscode.l10n.t('Open the catalog to search in');
    const chosen = items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title });
    if (chosen === undefined) return undefined;
    await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Opening {0}', chosen.label),
        cancellable: true,
      },
      (_progress, token) => this.#tree.whenOpen(chosen.node, token),
    );
    return chosen.node.content?.state === 'open' ? [chosen.node.row.catalog] : undefined;
  }

  #item(found: FoundPackage): FoundItem {
    const icon = this.#tree.package(found.catalog, found.name)?.row.icon;
    return {
      label: found.name,
      description: [found.title, found.version].filter((part) => part !== '').join(' '),
      detail: [...found.badges, this.#tree.catalog(found.catalog)?.row.label ?? ''].join(' · '),
      iconPath: icon === undefined ? new vscode.ThemeIcon('package') : vscode.Uri.parse(icon),
      // The server knows more of a package than stands here.
      alwaysShow: true,
      found,
    };
  }
}
