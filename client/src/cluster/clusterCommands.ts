import * as vscode from 'vscode';
import { settingsSection } from '../../../server/src/protocol/names.ts';
import type { CommandLineTasks } from '../runs/commandLineTasks.ts';
import { mayAskCluster } from './clusterGate.ts';
import type { ManifestsQuestion } from './manifestsQuestion.ts';

/**
 * What is done on a cluster, as tasks of the command line: it shows in its terminal which cluster it is and what will happen,
 * and asks there before anything changes.
 */
export class ClusterCommands {
  readonly #tasks: CommandLineTasks;
  readonly #folders: ManifestsQuestion;

  constructor(tasks: CommandLineTasks, folders: ManifestsQuestion) {
    this.#tasks = tasks;
    this.#folders = folders;
  }

  /** Puts the files of a mirror run on the cluster. */
  async apply(argument: unknown): Promise<void> {
    if (!(await mayAskCluster())) return;
    const folder = await this.#folders.ask(argument, vscode.l10n.t('Apply to Cluster'));
    if (folder !== undefined) await this.#run(['apply', folder.fsPath], false);
  }

  /** Shows how far the cluster is, against the folder that was chosen last. */
  async status(argument: unknown): Promise<void> {
    if (!(await mayAskCluster())) return;
    const folder = argument instanceof vscode.Uri ? argument.fsPath : this.#folders.last;
    await this.#run(folder === undefined ? ['status'] : ['status', folder], true);
  }

  async disableDefaultSources(): Promise<void> {
    if (await mayAskCluster()) await this.#run(['disable-default-sources'], true);
  }

  async #run(given: readonly string[], isLocal: boolean): Promise<void> {
    const oc = vscode.workspace.getConfiguration(settingsSection).get('cluster.command', '');
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '.';
    const line = { arguments: [...given, ...(oc === '' ? [] : ['--oc', oc])], folder };
    await vscode.tasks.executeTask(this.#tasks.lineTask(line, isLocal));
  }
}
