import * as vscode from 'vscode';
import type { CatalogQuestion } from '../../../server/src/protocol/catalogs.ts';
import { commands, settingsSection, views } from '../../../server/src/protocol/names.ts';
import type { Asks } from '../asks.ts';
import { showError } from '../pages/pagePanel.ts';
import { revealLine } from '../treeListing.ts';
import { AddedCatalogs, askForCatalog } from './addedCatalogs.ts';
import { type CatalogTreeNode, catalogOf, nameToCopy, type PackageNode } from './catalogNodes.ts';
import { CatalogTree } from './catalogTree.ts';
import { FilterBox } from './filterBox.ts';
import { ImagePage } from './imagePage.ts';
import { ImageSetCommands } from './imageSetCommands.ts';
import { KeptChoice } from './keptChoice.ts';
import { SearchBox } from './searchBox.ts';
import { shownNode } from './shownNode.ts';

/** The view of catalogs with its commands. It asks nothing before somebody shows it. */
export class CatalogView implements vscode.Disposable {
  readonly #server: Asks;
  readonly #added: AddedCatalogs;
  readonly #choice: KeptChoice;
  readonly #tree: CatalogTree;
  readonly #view: vscode.TreeView<CatalogTreeNode>;
  readonly #images: ImagePage;
  readonly #disposables: vscode.Disposable[];
  /** Ticks are done in turn: each begins with what the one before has chosen. */
  #ticking: Promise<unknown> = Promise.resolve();

  constructor(server: Asks, store: vscode.Memento) {
    this.#server = server;
    this.#added = new AddedCatalogs(store);
    this.#choice = new KeptChoice(store);
    this.#tree = new CatalogTree(server, this.#added, this.#choice);
    this.#view = vscode.window.createTreeView(views.catalogs, {
      treeDataProvider: this.#tree,
      manageCheckboxStateManually: true,
      showCollapseAll: true,
    });
    this.#images = new ImagePage(server);
    const imageSets = new ImageSetCommands(server, this.#choice);
    const search = new SearchBox(server, this.#tree, (node) => this.#open(node));
    const filter = new FilterBox(this.#tree);
    this.#disposables = [
      this.#tree,
      this.#view,
      this.#images,
      this.#view.onDidChangeCheckboxState(({ items }) => {
        for (const [node, state] of items) this.#tick(node, state === vscode.TreeItemCheckboxState.Checked);
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${settingsSection}.network`)) this.#changed();
      }),
      register(commands.addCatalog, () => this.#add()),
      register(commands.removeCatalog, async (node) => this.#remove(await this.#meant(node))),
      register(commands.refreshCatalogs, (node) => this.#refresh(node)),
      register(commands.stopCatalog, async (node) => this.#stop(await this.#meant(node))),
      register(commands.searchCatalogs, () => search.show()),
      register(commands.filterCatalogs, () => filter.show()),
      register(commands.clearCatalogFilter, () => filter.clear()),
      register(commands.copyCatalogName, async (node) => this.#copy(await this.#meant(node))),
      register(commands.showImage, async (node) => this.#showImage(await this.#meant(node))),
      register(commands.addNeeded, async (node) => this.#addNeeded(await this.#meant(node))),
      register(commands.openNamingFile, async (node) => this.#openNamingFile(await this.#meant(node))),
      register(commands.showOperator, async (node) => this.#open(await this.#meant(node))),
      register(commands.toggleChoice, async (node) => this.#toggle(await this.#meant(node))),
      register(commands.clearChoice, () => this.#clear()),
      register(commands.askSizes, () => this.#askSizes()),
      register(commands.createImageSet, () => imageSets.create()),
      register(commands.addToImageSet, () => imageSets.addToOpen()),
    ];
    this.#sayState();
  }

  /** Files name other catalogs, or are read with other settings. */
  changed(): void {
    if (this.#view.visible) this.#changed();
  }

  /** More is known of a catalog. */
  heard(question: CatalogQuestion): void {
    this.#tree.heard(question);
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  #changed(): void {
    this.#sayState();
    void this.#tree.refresh();
  }

  #sayState(): void {
    const isOff = vscode.workspace.getConfiguration(settingsSection).get('network') === 'off';
    this.#view.message = !vscode.workspace.isTrusted
      ? vscode.l10n.t(
          'The workspace is not trusted: its catalogs are listed, and none is opened. Trust it to open them.',
        )
      : isOff
        ? vscode.l10n.t(
            'The network is off (operatorMirror.network): only catalogs on the disk and those that were opened before can be opened.',
          )
        : undefined;
  }

  /** What a command is about that came from a key: the line that has the focus. */
  async #meant(node: CatalogTreeNode | undefined): Promise<CatalogTreeNode | undefined> {
    if (node !== undefined) return node;
    // Extensions are told what is selected and not what has the focus, so it is added to that, or taken out of it.
    const before = this.#view.selection;
    await vscode.commands.executeCommand('list.toggleSelection');
    const after = this.#view.selection;
    const focused = after.find((one) => !before.includes(one)) ?? before.find((one) => !after.includes(one));
    if (focused !== undefined) await revealLine(this.#view, focused, { select: true, focus: true });
    return focused;
  }

  async #add(): Promise<void> {
    const text = await askForCatalog();
    if (text === undefined) return;
    const before = new Set(this.#tree.catalogs.map(({ row }) => row.catalog));
    const isShown = this.#view.visible;
    this.#tree.openAtFirst(text);
    await this.#added.add(text);
    await vscode.commands.executeCommand(`${views.catalogs}.focus`);
    // A view that comes to be shown lists all by itself.
    if (isShown) await this.#tree.refresh();
    await this.#tree.getChildren();
    const { catalogs } = this.#tree;
    const added =
      catalogs.find(({ row }) => row.added === text) ?? catalogs.find(({ row }) => !before.has(row.catalog));
    if (added !== undefined) await revealLine(this.#view, added, { select: true, focus: true, expand: true });
  }

  async #remove(node: CatalogTreeNode | undefined): Promise<void> {
    const catalog = node && catalogOf(node);
    if (catalog?.row.added === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t(
          'Only a catalog that was added can be removed: the others stand in files of the workspace.',
        ),
      );
      return;
    }
    await this.#added.remove(catalog.row.added);
    for (const { name } of this.#choice.all.find((one) => one.catalog === catalog.row.catalog)?.packages ??
      [])
      if (catalog.row.namedIn.length === 0) await this.#choice.set(catalog.row.catalog, name, null);
    await this.#tree.refresh();
    this.#tree.chosen();
  }

  /** One catalog, or all that are open or could not be opened. */
  async #refresh(node: CatalogTreeNode | undefined): Promise<void> {
    const one = node && catalogOf(node);
    const nodes =
      one === undefined ? this.#tree.catalogs.filter(({ content }) => content !== undefined) : [one];
    if (one === undefined) await this.#tree.refresh();
    await vscode.window.withProgress({ location: { viewId: views.catalogs } }, () =>
      Promise.all(nodes.map((each) => this.#tree.again(each))),
    );
  }

  async #stop(node: CatalogTreeNode | undefined): Promise<void> {
    const catalog = node && catalogOf(node);
    if (catalog !== undefined) await this.#tree.stop(catalog);
  }

  #tick(node: CatalogTreeNode, on: boolean): void {
    this.#ticking = this.#ticking
      .then(async () => {
        const place = choosable(node);
        if (place === undefined) return;
        const { owner, ...part } = place;
        const { catalog } = owner.parent.row;
        const before = this.#choice.of(catalog, owner.row.name);
        const question = { catalog, package: owner.row.name, ...part, on };
        const chosen = await this.#server.request(
          'operatorMirror/choose',
          before === undefined ? question : { ...question, before },
          never,
        );
        await this.#choice.set(catalog, owner.row.name, chosen);
        this.#tree.chosen(owner);
      })
      .catch(showError);
  }

  /** What Space does: a tick where there is a box, else what it does in every tree. */
  async #toggle(node: CatalogTreeNode | undefined): Promise<void> {
    const isTicked = node && shownNode(node, vscode.l10n.t).checked;
    if (node === undefined || isTicked === undefined)
      await vscode.commands.executeCommand('list.toggleExpand');
    else this.#tick(node, !isTicked);
  }

  async #addNeeded(node: CatalogTreeNode | undefined): Promise<void> {
    if (node?.kind !== 'problem') return;
    const { catalog, add } = node.problem;
    const [only] = add;
    const name =
      add.length > 1 ? await vscode.window.showQuickPick([...add], { title: node.problem.message }) : only;
    if (name === undefined) return;
    await this.#choice.set(catalog, name, { name });
    this.#tree.chosen();
  }

  async #clear(): Promise<void> {
    await this.#choice.clear();
    this.#tree.chosen();
  }

  async #askSizes(): Promise<void> {
    const title = vscode.l10n.t('Asking registries for the sizes of the selected images');
    const sum = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) =>
        this.#server.request('operatorMirror/chosen', { chosen: this.#choice.all, ask: true }, token),
    );
    this.#tree.showSum(sum);
    if (sum.unknownSizes > 0) {
      void vscode.window.showWarningMessage(
        sum.unknownSizes === 1
          ? vscode.l10n.t('Of 1 image no registry told the size: show the image to see why.')
          : vscode.l10n.t('Of {0} images no registry told the size: show one to see why.', sum.unknownSizes),
      );
    }
  }

  async #copy(node: CatalogTreeNode | undefined): Promise<void> {
    const name = node && nameToCopy(node);
    if (name === undefined || name === '') return;
    await vscode.env.clipboard.writeText(name);
    vscode.window.setStatusBarMessage(vscode.l10n.t('{0} copied', name), 5000);
  }

  async #showImage(node: CatalogTreeNode | undefined): Promise<void> {
    if (node?.kind !== 'image') return;
    await this.#images.show(catalogOf(node)?.row.catalog ?? '', node.row.reference);
  }

  async #openNamingFile(node: CatalogTreeNode | undefined): Promise<void> {
    const catalog = node && catalogOf(node);
    // Lines may have moved since it was listed.
    await this.#tree.getChildren();
    const files = catalog?.row.namedIn ?? [];
    const items = files.map((file) => ({
      label: `${vscode.workspace.asRelativePath(vscode.Uri.parse(file.uri))}:${file.line + 1}`,
      file,
    }));
    const chosen = items.length > 1 ? await vscode.window.showQuickPick(items) : items[0];
    if (chosen === undefined) return;
    const start = new vscode.Position(chosen.file.line, 0);
    await vscode.window.showTextDocument(vscode.Uri.parse(chosen.file.uri), {
      selection: new vscode.Range(start, start),
    });
  }

  /** The page of an operator, of a version where one is meant. */
  async #open(node: CatalogTreeNode | undefined): Promise<void> {
    const place = node && choosable(node);
    if (place === undefined) return;
    const { owner } = place;
    const version = node?.kind === 'version' ? node.row.version : '';
    await vscode.commands.executeCommand(commands.openOperator, {
      catalog: owner.parent.row.catalog,
      package: owner.row.name,
      ...(version === '' ? {} : { version }),
    });
  }
}

/** The part of a package that a box is for. */
function choosable(
  node: CatalogTreeNode,
): { readonly owner: PackageNode; readonly channel?: string; readonly bundle?: string } | undefined {
  if (node.kind === 'package') return { owner: node };
  if (node.kind === 'channel') return { owner: node.parent, channel: node.row.name };
  if (node.kind !== 'version') return undefined;
  return { owner: node.parent.parent, channel: node.parent.row.name, bundle: node.row.bundle };
}

function register(id: string, run: (node: CatalogTreeNode | undefined) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (node: unknown) => {
    try {
      await run(isNode(node) ? node : undefined);
    } catch (error) {
      if (!(error instanceof vscode.CancellationError)) showError(error);
    }
  });
}

function isNode(value: unknown): value is CatalogTreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

const never = new vscode.CancellationTokenSource().token;
