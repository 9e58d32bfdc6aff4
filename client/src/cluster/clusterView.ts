import * as vscode from 'vscode';
import type { ClusterAnswer } from '../../../server/src/protocol/cluster.ts';
import { commands, settingsSection, views } from '../../../server/src/protocol/names.ts';
import { answerOf } from '../answerOf.ts';
import { showError } from '../pages/pagePanel.ts';
import { mayAskCluster } from './clusterGate.ts';
import { type ClusterLine, clusterLines } from './clusterLines.ts';
import type { KeptManifests } from './manifestsQuestion.ts';

/**
 * The view of the cluster: what `operator-mirror status` says, when somebody asks. Nothing is started before that, and nothing
 * by itself.
 */
export class ClusterView implements vscode.TreeDataProvider<ClusterLine>, vscode.Disposable {
  readonly #cli: string;
  readonly #kept: KeptManifests;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changes.event;
  readonly #view: vscode.TreeView<ClusterLine>;
  readonly #disposables: vscode.Disposable[];
  #lines: readonly ClusterLine[] = [];

  constructor(cli: string, kept: KeptManifests) {
    this.#cli = cli;
    this.#kept = kept;
    this.#view = vscode.window.createTreeView(views.cluster, {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.#disposables = [
      this.#view,
      this.#changes,
      vscode.commands.registerCommand(commands.refreshCluster, () => this.#refresh().catch(showError)),
    ];
  }

  getChildren(line?: ClusterLine): ClusterLine[] {
    return [...(line === undefined ? this.#lines : line.below)];
  }

  getTreeItem(line: ClusterLine): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      line.label,
      line.below.length === 0 ? None : line.isOpen === true ? Expanded : Collapsed,
    );
    item.id = line.id;
    item.description = line.description;
    const color = line.color === undefined ? undefined : new vscode.ThemeColor(line.color);
    item.iconPath = new vscode.ThemeIcon(line.icon, color);
    if (line.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(line.tooltip);
    return item;
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  async #refresh(): Promise<void> {
    if (!(await mayAskCluster())) return;
    await vscode.commands.executeCommand(`${views.cluster}.focus`);
    const oc = vscode.workspace.getConfiguration(settingsSection).get('cluster.command', '');
    const folder = this.#kept.last;
    const given = [
      'status',
      ...(folder === undefined ? [] : [folder]),
      ...(oc === '' ? [] : ['--oc', oc]),
      '--format',
      'json',
    ];
    const location = { viewId: views.cluster };
    const answer = await vscode.window.withProgress({ location }, (_progress, token) =>
      answerOf(this.#cli, given, token),
    );
    if (answer === undefined) return;
    const found = JSON.parse(answer) as ClusterAnswer;
    this.#lines = clusterLines(found, vscode.l10n.t);
    const wrong = found.problems.length;
    this.#view.badge =
      wrong === 0
        ? undefined
        : {
            value: wrong,
            tooltip: wrong === 1 ? vscode.l10n.t('1 thing waits') : vscode.l10n.t('{0} things wait', wrong),
          };
    this.#changes.fire();
  }
}
