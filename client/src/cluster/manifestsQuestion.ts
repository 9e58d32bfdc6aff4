import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { showError } from '../pages/pagePanel.ts';

/** Under this name the folder that was chosen last is kept for a workspace. */
const keptName = 'clusterManifests';
/** Runs that are offered at most. */
const mostRuns = 200;

/** The folder of manifests that was chosen last. */
export interface KeptManifests {
  /** A path; undefined where none was chosen yet. */
  readonly last: string | undefined;
}

/** Asks for the folder that a mirror run has written for a cluster. */
export class ManifestsQuestion implements KeptManifests {
  readonly #store: vscode.Memento;

  /** `store` is that of the workspace. */
  constructor(store: vscode.Memento) {
    this.#store = store;
  }

  get last(): string | undefined {
    return this.#store.get<string>(keptName);
  }

  /**
   * The folder that a menu names, else one of the workspace, the one that was chosen before or else the newest first.
   * @returns undefined when the user left
   */
  async ask(argument: unknown, title: string): Promise<vscode.Uri | undefined> {
    const chosen = argument instanceof vscode.Uri ? argument : await this.#choose(title);
    if (chosen !== undefined) void this.#store.update(keptName, chosen.fsPath).then(undefined, showError);
    return chosen;
  }

  async #choose(title: string): Promise<vscode.Uri | undefined> {
    const reports = await vscode.workspace.findFiles(
      '**/manifests-*/report.json',
      '**/node_modules/**',
      mostRuns,
    );
    const { last } = this;
    const folders = reports.map((report) => vscode.Uri.file(dirname(report.fsPath)));
    // Their names end in the time of the run.
    folders.sort((a, b) => timeOf(b) - timeOf(a));
    const kept = folders.filter(({ fsPath }) => fsPath === last);
    const items = [...kept, ...folders.filter(({ fsPath }) => fsPath !== last)].map((uri) => ({
      label: vscode.workspace.asRelativePath(uri),
      description: uri.fsPath === last ? vscode.l10n.t('chosen before') : '',
      uri,
    }));
    const other = { label: `$(folder) ${vscode.l10n.t('Another folder…')}`, description: '', uri: undefined };
    const picked = await vscode.window.showQuickPick([...items, other], {
      title,
      placeHolder: vscode.l10n.t('The folder that a mirror run has written for the cluster'),
      ignoreFocusOut: true,
    });
    if (picked !== other) return picked?.uri;
    const [folder] =
      (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, title })) ?? [];
    return folder;
  }
}

function timeOf({ fsPath }: vscode.Uri): number {
  return Number(/-(\d+)$/.exec(basename(fsPath))?.[1] ?? 0);
}
