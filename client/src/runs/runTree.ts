import * as vscode from 'vscode';
import type { RunNews, RunPart } from '../../../server/src/protocol/runs.ts';
import type { Asks } from '../asks.ts';
import { TreeListing } from '../treeListing.ts';
import type { KeptRuns } from './keptRuns.ts';
import { type PartNode, pathOf, type RunNode, type RunTreeNode, runOf, shownRun } from './shownRun.ts';
import type { StartedRuns } from './startedRuns.ts';

/** The tree of mirror runs: asks the server for what somebody opens, page by page. */
export class RunTree implements vscode.TreeDataProvider<RunTreeNode>, vscode.Disposable {
  readonly #server: Asks;
  readonly #kept: KeptRuns;
  readonly #started: StartedRuns;
  readonly #changes = new vscode.EventEmitter<RunTreeNode | undefined>();
  readonly onDidChangeTreeData = this.#changes.event;
  /** The roots that VS Code is to get when it asks: until it has them, it knows no line, and a click on one is on none. */
  #ready: RunNode[] | undefined;
  readonly #listing = new TreeListing(async () => {
    // What keeps them away is said when VS Code asks.
    this.#ready = await this.#list().catch(() => undefined);
    this.#changes.fire(undefined);
  });
  readonly #runs = new Map<string, RunNode>();
  /** How many lines are shown below a line of which there are more; by its id. */
  readonly #shownLines = new Map<string, number>();
  readonly #listed = new vscode.EventEmitter<void>();
  /** The runs, or how they are, have changed. */
  readonly onListed = this.#listed.event;
  #search = false;

  constructor(server: Asks, kept: KeptRuns, started: StartedRuns) {
    this.#server = server;
    this.#kept = kept;
    this.#started = started;
  }

  /** The runs that are listed, the newest first. */
  get runs(): readonly RunNode[] {
    return [...this.#runs.values()];
  }

  /** Lists all anew, in a moment; `search` looks for places, too. */
  refresh(search: boolean): void {
    this.#search ||= search;
    void this.#listing.refresh();
  }

  /** Runs are not what they were. */
  heard({ changed, isListNew }: RunNews): void {
    // One that was removed may have begun anew.
    const isNew = isListNew || changed.some(({ run, begun }) => this.#runs.get(run)?.row.begun !== begun);
    if (isNew) {
      this.refresh(false);
      return;
    }
    for (const row of changed) {
      const node = this.#runs.get(row.run);
      if (node === undefined) continue;
      node.row = row;
      node.isOwn = this.#started.has(row.process);
      this.#changes.fire(node);
    }
    this.#listed.fire();
  }

  /** Tasks began or ended. */
  ownChanged(): void {
    for (const node of this.#runs.values()) {
      const isOwn = this.#started.has(node.row.process);
      if (isOwn === node.isOwn) continue;
      node.isOwn = isOwn;
      this.#changes.fire(node);
    }
  }

  /** Shows the lines that this one stands for. */
  showMore({ parent, part }: PartNode): void {
    this.#shownLines.set(keyOf(parent), (nextLine(part) ?? 0) + 1);
    this.#changes.fire(parent);
  }

  getChildren(node?: RunTreeNode): Promise<RunTreeNode[]> {
    return this.#listing.answer(() => this.#below(node));
  }

  async #below(node?: RunTreeNode): Promise<RunTreeNode[]> {
    if (node === undefined) {
      const ready = this.#ready;
      this.#ready = undefined;
      return ready ?? this.#list();
    }
    if (node.kind === 'part' && node.part.below === 'nothing') return [];
    const parts: RunPart[] = [];
    const wanted = this.#shownLines.get(keyOf(node)) ?? 0;
    for (let from: number | undefined = 0; from !== undefined; ) {
      parts.push(...(await this.#parts(node, from)));
      from = nextLine(parts.at(-1));
      if (from === undefined || from >= wanted) break;
      parts.pop();
    }
    return parts.map((part) => ({ kind: 'part', parent: node, part }));
  }

  getParent(node: RunTreeNode): RunTreeNode | undefined {
    return node.kind === 'run' ? undefined : node.parent;
  }

  getTreeItem(node: RunTreeNode): vscode.TreeItem {
    const shown = shownRun(node, vscode.l10n.t);
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      shown.label,
      { leaf: None, closed: Collapsed, open: Expanded }[shown.expand],
    );
    item.id = shown.id;
    item.description = shown.description;
    item.contextValue = shown.context;
    const { theme, color } = shown.icon;
    item.iconPath = new vscode.ThemeIcon(
      theme,
      color === undefined ? undefined : new vscode.ThemeColor(color),
    );
    item.accessibilityInformation = { label: shown.spoken };
    if (shown.tooltip !== undefined)
      item.tooltip = node.kind === 'run' ? new vscode.MarkdownString(shown.tooltip) : shown.tooltip;
    if (shown.command !== undefined)
      item.command = { command: shown.command.id, title: shown.command.title, arguments: [node] };
    return item;
  }

  dispose(): void {
    this.#changes.dispose();
    this.#listed.dispose();
  }

  #parts(node: RunTreeNode, from: number): Promise<readonly RunPart[]> {
    const { run } = runOf(node).row;
    return this.#server.request('operatorMirror/runParts', { run, path: pathOf(node), from }, never);
  }

  async #list(): Promise<RunNode[]> {
    const search = this.#search;
    this.#search = false;
    const rows = await this.#server.request(
      'operatorMirror/runs',
      { others: this.#kept.places, ...(search ? { search } : {}) },
      never,
    );
    const shown = rows.filter(({ run, begun }) => !this.#kept.isRemoved(run, begun));
    const nodes = shown.map((row, at): RunNode => {
      const isOwn = this.#started.has(row.process);
      const known = this.#runs.get(row.run);
      return known === undefined
        ? { kind: 'run', row, isOwn, isFirst: at === 0 }
        : Object.assign(known, { row, isOwn });
    });
    this.#runs.clear();
    for (const node of nodes) this.#runs.set(node.row.run, node);
    this.#listed.fire();
    return nodes;
  }
}

/** The first of the lines that a line stands for; undefined for any other line. */
function nextLine(part: RunPart | undefined): number | undefined {
  const [, number] = /^more-(\d+)$/.exec(part?.id ?? '') ?? [];
  return number === undefined ? undefined : Number(number);
}

function keyOf(node: RunTreeNode): string {
  return [runOf(node).row.run, ...pathOf(node)].join('\n');
}

const never = new vscode.CancellationTokenSource().token;
