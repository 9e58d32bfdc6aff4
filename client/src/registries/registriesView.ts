import * as vscode from 'vscode';
import { commands, views } from '../../../server/src/protocol/names.ts';
import type { RegistryAnswer, RegistryRow } from '../../../server/src/protocol/registries.ts';
import type { Asks } from '../asks.ts';
import type { Logins } from '../logins.ts';
import { showError } from '../pages/pagePanel.ts';
import { type RegistryLine, registryLines } from './registryLines.ts';

/** So many registries are asked at once: one that is out of reach must not hold up the others. */
const askedAtOnce = 8;

/**
 * The view of registries: those that files of the workspace name, and those that VS Code keeps a login for. None is asked
 * before somebody wants it.
 */
export class RegistriesView implements vscode.TreeDataProvider<RegistryLine>, vscode.Disposable {
  readonly #server: Asks;
  readonly #logins: Logins;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #view: vscode.TreeView<RegistryLine>;
  readonly #answers = new Map<string, RegistryAnswer>();
  readonly #disposables: vscode.Disposable[];
  #rows: readonly RegistryRow[] | undefined;

  constructor(server: Asks, logins: Logins) {
    this.#server = server;
    this.#logins = logins;
    this.#view = vscode.window.createTreeView(views.registries, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#disposables = [
      this.#changes,
      this.#view,
      this.#view.onDidChangeVisibility(() => this.changed()),
      vscode.workspace.onDidSaveTextDocument(() => this.changed()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.changed()),
      logins.onChanged(() => this.#askAgain().catch(showError)),
      register(commands.askRegistries, () => this.#askAll()),
      register(commands.askRegistry, (line) => this.#ask([line?.host ?? ''])),
      register(commands.logOut, (line) => logins.forget(line?.host)),
    ];
  }

  /** Files may name others. */
  changed(): void {
    if (this.#view.visible) this.#look().catch(showError);
  }

  /** What is known is there at once: while VS Code waits for the roots, it loses the lines below them. */
  async getChildren(line?: RegistryLine): Promise<RegistryLine[]> {
    if (line !== undefined) return [...line.below];
    this.#rows ??= await this.#server.request('operatorMirror/registries', {}, never);
    return this.#lines();
  }

  getTreeItem(line: RegistryLine): vscode.TreeItem {
    const { None, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(line.label, line.below.length === 0 ? None : Collapsed);
    item.id = line.id;
    item.description = line.description;
    const color = line.color === undefined ? undefined : new vscode.ThemeColor(line.color);
    item.iconPath = new vscode.ThemeIcon(line.icon, color);
    if (line.tooltip !== undefined) item.tooltip = line.tooltip;
    if (line.context !== undefined) item.contextValue = line.context;
    const command = commandOf(line);
    if (command !== undefined) item.command = command;
    return item;
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  #lines(): RegistryLine[] {
    return registryLines(
      {
        rows: this.#rows ?? [],
        answers: this.#answers,
        logins: this.#logins.all,
        pathOf: (uri) => vscode.workspace.asRelativePath(vscode.Uri.parse(uri)),
      },
      vscode.l10n.t,
    );
  }

  async #look(): Promise<void> {
    this.#rows = await this.#server.request('operatorMirror/registries', {}, never);
    this.#changes.fire();
  }

  async #askAll(): Promise<void> {
    await vscode.commands.executeCommand(`${views.registries}.focus`);
    await this.#look();
    await this.#ask(this.#lines().map(({ host }) => host));
  }

  /** Somebody has logged in, or out: whoever wanted that is asked whether it is well now. */
  async #askAgain(): Promise<void> {
    const hosts = [...this.#answers].filter(([, { state }]) => state !== 'open' && state !== 'failed');
    if (hosts.length > 0) await this.#ask(hosts.map(([host]) => host));
    else this.changed();
  }

  async #ask(hosts: readonly string[]): Promise<void> {
    const waiting = hosts.filter((host) => host !== '');
    await vscode.window.withProgress({ location: { viewId: views.registries } }, async (_progress, token) => {
      const next = async (): Promise<void> => {
        for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) {
          this.#answers.set(host, await this.#server.request('operatorMirror/askRegistry', { host }, token));
          this.#changes.fire();
        }
      };
      await Promise.all(Array.from({ length: askedAtOnce }, next));
    });
    this.#changes.fire();
  }
}

/** The server answers at once from what it has read. */
const never = new vscode.CancellationTokenSource().token;

function commandOf({ click, host }: RegistryLine): vscode.Command | undefined {
  if (click === undefined) return undefined;
  if (click === 'logIn') return { command: commands.logIn, title: '', arguments: [host] };
  if (click === 'ask') return { command: commands.askRegistry, title: '', arguments: [{ host }] };
  return { command: 'vscode.open', title: '', arguments: [vscode.Uri.parse(click.file)] };
}

function register(
  command: string,
  run: (line: Pick<RegistryLine, 'host'> | undefined) => Promise<void>,
): vscode.Disposable {
  return vscode.commands.registerCommand(command, (line: Pick<RegistryLine, 'host'> | undefined) =>
    run(line).catch(showError),
  );
}
