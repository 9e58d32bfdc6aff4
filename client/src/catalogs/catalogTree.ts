import * as vscode from 'vscode';
import type { CatalogContent, CatalogQuestion, PackageRow } from '../../../server/src/protocol/catalogs.ts';
import type { ChosenSum } from '../../../server/src/protocol/choice.ts';
import type { Asks } from '../asks.ts';
import { TreeListing } from '../treeListing.ts';
import type { AddedCatalogs } from './addedCatalogs.ts';
import {
  type CatalogNode,
  type CatalogTreeNode,
  type ChannelNode,
  type ChoiceNode,
  catalogOf,
  type NoteNode,
  type PackageNode,
  parentOf,
} from './catalogNodes.ts';
import type { KeptChoice } from './keptChoice.ts';
import { shownNode } from './shownNode.ts';

/** Milliseconds between two looks at a catalog that is being opened. */
const restMilliseconds = 250;

/** The tree of catalogs: asks the server for what somebody opens, and keeps the nodes that are on the screen. */
export class CatalogTree implements vscode.TreeDataProvider<CatalogTreeNode>, vscode.Disposable {
  readonly #server: Asks;
  readonly #added: AddedCatalogs;
  readonly #choice: KeptChoice;
  readonly #changes = new vscode.EventEmitter<CatalogTreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #listing = new TreeListing(() => this.#changes.fire(undefined));
  readonly #choiceNode: ChoiceNode = { kind: 'choice', packages: 0, sum: undefined };
  readonly #catalogs = new Map<string, CatalogNode>();
  readonly #packages = new Map<string, PackageNode>();
  readonly #stopped = new Set<string>();
  readonly #resting = new Map<string, NodeJS.Timeout>();
  #found: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  #filter = '';
  #openAtFirst: string | undefined;
  #sums = 0;

  constructor(server: Asks, added: AddedCatalogs, choice: KeptChoice) {
    this.#server = server;
    this.#added = added;
    this.#choice = choice;
  }

  /** Lists all anew, in a moment. */
  refresh(): Promise<void> {
    return this.#listing.refresh();
  }

  /** Has a catalog that is added now listed open: to open it afterwards may come between two drawings, and be lost. */
  openAtFirst(added: string): void {
    this.#openAtFirst = added;
  }

  /** The catalogs that are listed. */
  get catalogs(): readonly CatalogNode[] {
    return [...this.#catalogs.values()];
  }

  /** The catalog of this name in the tree. */
  catalog(id: string): CatalogNode | undefined {
    return this.#catalogs.get(id);
  }

  /** A package of an open catalog. */
  package(catalog: string, name: string): PackageNode | undefined {
    return this.#packages.get(`${catalog}\n${name}`);
  }

  /** Asks again for what a place has. */
  async again(node: CatalogNode): Promise<void> {
    this.#stopped.delete(node.row.catalog);
    node.content = { state: 'opening', packages: [] };
    this.#changes.fire(node);
    node.content = await this.#ask({ catalog: node.row.catalog, do: 'again' });
    this.#changes.fire(node);
  }

  /** Opens a catalog that nobody has looked into yet. */
  async whenOpen(node: CatalogNode, token: vscode.CancellationToken): Promise<void> {
    token.onCancellationRequested(() => void this.stop(node));
    while (!token.isCancellationRequested) {
      node.content = await this.#ask({ catalog: node.row.catalog });
      if (node.content.state !== 'opening') break;
      await new Promise((resolve) => setTimeout(resolve, restMilliseconds));
    }
    if (node.content?.state === 'open') this.#packageNodes(node, node.content.packages, false);
    this.#changes.fire(node);
  }

  /** Ends an opening. */
  async stop(node: CatalogNode): Promise<void> {
    this.#stopped.add(node.row.catalog);
    node.content = await this.#ask({ catalog: node.row.catalog, do: 'stop' });
    this.#changes.fire(node);
  }

  /** More is known of a catalog. */
  heard({ catalog }: CatalogQuestion): void {
    const node = this.#catalogs.get(catalog);
    if (node?.content === undefined || this.#stopped.has(catalog) || this.#resting.has(catalog)) return;
    this.#resting.set(
      catalog,
      setTimeout(() => {
        this.#resting.delete(catalog);
        void this.#look(node);
      }, restMilliseconds),
    );
  }

  /** Shows only packages in which all words of a filter stand; an empty one shows all. */
  async filter(text: string): Promise<void> {
    this.#filter = text.trim();
    if (this.#filter === '') this.#found = undefined;
    else {
      const query = this.#filter;
      const rows = await this.#server.request(
        'operatorMirror/searchCatalogs',
        { query, catalogs: [...this.#catalogs.keys()] },
        never,
      );
      if (query !== this.#filter) return;
      const found = new Map<string, Set<string>>();
      for (const { catalog, name } of rows) found.set(catalog, (found.get(catalog) ?? new Set()).add(name));
      this.#found = found;
    }
    for (const node of this.#catalogs.values()) if (node.content?.state === 'open') this.#changes.fire(node);
  }

  get filterText(): string {
    return this.#filter;
  }

  /** Something is chosen or not any more: of one package, or anywhere. */
  chosen(node?: PackageNode): void {
    if (node === undefined) {
      for (const one of this.#packages.values()) {
        const isChosen = this.#choice.of(one.parent.row.catalog, one.row.name) !== undefined;
        if (isChosen === one.isChosen) continue;
        one.isChosen = isChosen;
        this.#changes.fire(one);
      }
    } else {
      node.isChosen = this.#choice.of(node.parent.row.catalog, node.row.name) !== undefined;
      this.#changes.fire(node);
    }
    void this.#addUp();
  }

  /** What is chosen comes to this. */
  get sum(): ChosenSum | undefined {
    return this.#choiceNode.sum;
  }

  /** Shows another sum of what is chosen. */
  showSum(sum: ChosenSum): void {
    this.#choiceNode.sum = sum;
    this.#changes.fire(this.#choiceNode);
  }

  getChildren(node?: CatalogTreeNode): Promise<CatalogTreeNode[]> {
    return this.#listing.answer(() => this.#below(node));
  }

  async #below(node?: CatalogTreeNode): Promise<CatalogTreeNode[]> {
    switch (node?.kind) {
      case undefined:
        return this.#roots();
      case 'choice':
        return (node.sum?.problems ?? []).map((problem) => ({ kind: 'problem', parent: node, problem }));
      case 'catalog':
        return this.#contentOf(node);
      case 'package':
        return this.#channelsOf(node);
      case 'channel':
        return node.row.versions.map((row) => ({ kind: 'version', parent: node, row }));
      case 'version': {
        const owner = node.parent.parent;
        const { catalog } = owner.parent.row;
        const question = { catalog, package: owner.row.name, bundle: node.row.bundle };
        const rows = await this.#server.request('operatorMirror/catalogImages', question, never);
        return rows.map((row) => ({ kind: 'image', parent: node, row }));
      }
      default:
        return [];
    }
  }

  getParent(node: CatalogTreeNode): CatalogTreeNode | undefined {
    return parentOf(node);
  }

  getTreeItem(node: CatalogTreeNode): vscode.TreeItem {
    const shown = shownNode(node, vscode.l10n.t);
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const isAdded =
      node.kind === 'catalog' && node.row.added !== undefined && node.row.added === this.#openAtFirst;
    const item = new vscode.TreeItem(
      shown.label,
      { leaf: None, collapsed: isAdded ? Expanded : Collapsed }[shown.expand],
    );
    item.id = shown.id;
    item.description = shown.description;
    item.contextValue = shown.context;
    item.iconPath =
      'address' in shown.icon
        ? vscode.Uri.parse(shown.icon.address)
        : new vscode.ThemeIcon(
            shown.icon.theme,
            shown.icon.color === undefined ? undefined : new vscode.ThemeColor(shown.icon.color),
          );
    if (shown.checked !== undefined) {
      const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
      item.checkboxState = shown.checked ? Checked : Unchecked;
    }
    if (shown.tooltip !== undefined) item.tooltip = shown.tooltip;
    if (shown.spoken !== undefined) item.accessibilityInformation = { label: shown.spoken };
    if (shown.command !== undefined) {
      const { id, title, arguments: given = [node] } = shown.command;
      item.command = { command: id, title, arguments: [...given] };
    }
    return item;
  }

  async resolveTreeItem(
    item: vscode.TreeItem,
    node: CatalogTreeNode,
    token: vscode.CancellationToken,
  ): Promise<vscode.TreeItem> {
    const place = placeOf(node);
    const catalog = catalogOf(node)?.row.catalog;
    if (place === undefined || catalog === undefined) return item;
    const text = await this.#server.request('operatorMirror/catalogTooltip', { catalog, ...place }, token);
    if (text !== null) item.tooltip = new vscode.MarkdownString(text);
    return item;
  }

  dispose(): void {
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#changes.dispose();
  }

  async #roots(): Promise<CatalogTreeNode[]> {
    const rows = await this.#server.request('operatorMirror/catalogs', { added: this.#added.all }, never);
    const listed = new Set(rows.map(({ catalog }) => catalog));
    for (const id of this.#catalogs.keys()) if (!listed.has(id)) this.#catalogs.delete(id);
    for (const [key, { parent }] of this.#packages)
      if (!listed.has(parent.row.catalog)) this.#packages.delete(key);
    const nodes = rows.map((row): CatalogNode => {
      const node = this.#catalogs.get(row.catalog) ?? { kind: 'catalog', row, content: undefined };
      node.row = row;
      // What it was before other settings counts no longer.
      if (row.state === 'closed' && !this.#stopped.has(row.catalog)) node.content = undefined;
      this.#catalogs.set(row.catalog, node);
      return node;
    });
    if (nodes.length === 0) return [];
    const packages = this.#chosenPackages();
    if (packages !== this.#choiceNode.packages) void this.#addUp();
    return [this.#choiceNode, ...nodes];
  }

  async #contentOf(node: CatalogNode): Promise<CatalogTreeNode[]> {
    if (node.content === undefined || node.content.state === 'opening')
      node.content = await this.#ask({ catalog: node.row.catalog });
    const { content } = node;
    if (content.state === 'failed') {
      return [
        note(node, { is: 'failed', reason: content.reason }),
        note(node, { is: 'help', help: content.help }),
      ];
    }
    if (content.state === 'opening') {
      const { progress } = content;
      return [
        note(node, { is: 'opening', ...(progress === undefined ? {} : { progress }) }),
        ...this.#packageNodes(node, content.packages, true),
      ];
    }
    if (content.packages.length === 0) return [note(node, { is: 'empty' })];
    const found = this.#found?.get(node.row.catalog);
    const rows =
      this.#found === undefined ? content.packages : content.packages.filter(({ name }) => found?.has(name));
    if (rows.length === 0) return [note(node, { is: 'filtered', filter: this.#filter })];
    return this.#packageNodes(node, rows, false);
  }

  #packageNodes(parent: CatalogNode, rows: readonly PackageRow[], isEarly: boolean): PackageNode[] {
    const { catalog } = parent.row;
    return rows.map((row) => {
      const key = `${catalog}\n${row.name}`;
      const isChosen = this.#choice.of(catalog, row.name) !== undefined;
      const known = this.#packages.get(key);
      const node: PackageNode =
        known?.parent === parent
          ? Object.assign(known, { row, isEarly, isChosen })
          : { kind: 'package', parent, row, isEarly, isChosen };
      this.#packages.set(key, node);
      return node;
    });
  }

  async #channelsOf(node: PackageNode): Promise<ChannelNode[]> {
    const { catalog } = node.parent.row;
    const chosen = this.#choice.of(catalog, node.row.name);
    const question = { catalog, package: node.row.name, ...(chosen === undefined ? {} : { chosen }) };
    const rows = await this.#server.request('operatorMirror/catalogChannels', question, never);
    return (rows ?? []).map((row) => ({ kind: 'channel', parent: node, row }));
  }

  /** While it is being opened, only what has changed is drawn anew. */
  async #look(node: CatalogNode): Promise<void> {
    const before = node.content;
    node.content = await this.#ask({ catalog: node.row.catalog });
    const now = node.content;
    if (this.#stopped.has(node.row.catalog)) return;
    if (before?.state !== 'open' && now.state === 'open' && this.#found !== undefined) {
      await this.filter(this.#filter);
      return;
    }
    this.#changes.fire(node);
  }

  #ask(question: CatalogQuestion & { readonly do?: 'again' | 'stop' }): Promise<CatalogContent> {
    return this.#server
      .request('operatorMirror/catalogContent', question, never)
      .catch((error: unknown): CatalogContent => {
        const reason = error instanceof Error ? error.message : String(error);
        return { state: 'failed', reason, help: 'again' };
      });
  }

  #chosenPackages(): number {
    return this.#choice.all.reduce((sum, { packages }) => sum + packages.length, 0);
  }

  /** The last question counts, whatever order answers come in. */
  async #addUp(): Promise<void> {
    const turn = ++this.#sums;
    const node = this.#choiceNode;
    node.packages = this.#chosenPackages();
    const sum =
      node.packages === 0
        ? undefined
        : await this.#server
            .request('operatorMirror/chosen', { chosen: this.#choice.all }, never)
            .catch(() => undefined);
    if (turn !== this.#sums) return;
    node.sum = sum;
    this.#changes.fire(node);
  }
}

function note(parent: CatalogNode, what: NoteNode['note']): NoteNode {
  return { kind: 'note', parent, note: what };
}

/** What a tooltip is about; undefined where there is nothing more to say than the line itself does. */
function placeOf(node: CatalogTreeNode) {
  switch (node.kind) {
    case 'package':
      return node.isEarly ? undefined : { package: node.row.name };
    case 'channel':
      return { package: node.parent.row.name, channel: node.row.name };
    case 'version':
      return { package: node.parent.parent.row.name, bundle: node.row.bundle };
    case 'image':
      return { image: node.row.reference };
    default:
      return undefined;
  }
}

const never = new vscode.CancellationTokenSource().token;
