import * as vscode from 'vscode';
import { walkthroughs } from '../../server/src/protocol/names.ts';

/** A folder of examples is copied to one of this name. */
const samplesName = 'operator-mirror-examples';

/** "Get Started": a walkthrough for each of the two ways in, and a folder to try things on. */
export class GetStarted {
  readonly #extension: vscode.Uri;
  readonly #id: string;

  constructor({ extensionUri, extension }: vscode.ExtensionContext) {
    this.#extension = extensionUri;
    this.#id = extension.id;
  }

  /** Asks what somebody has come for, and opens it. */
  async run(): Promise<void> {
    const walk = (walkthrough: string) => () =>
      vscode.commands.executeCommand('workbench.action.openWalkthrough', `${this.#id}#${walkthrough}`, false);
    const items = [
      {
        label: `$(cloud-download) ${vscode.l10n.t('Mirror your first operator')}`,
        description: vscode.l10n.t('from a catalog to a cluster without internet access'),
        do: walk(walkthroughs.mirrorFirstOperator),
      },
      {
        label: `$(question) ${vscode.l10n.t('Why does this pod not start?')}`,
        description: vscode.l10n.t('from ErrImagePull to what helps'),
        do: walk(walkthroughs.podDoesNotStart),
      },
      {
        label: `$(folder-opened) ${vscode.l10n.t('Open Sample Workspace…')}`,
        description: vscode.l10n.t('files with the usual mistakes, to try all of it on'),
        do: () => this.openSamples(),
      },
    ];
    const title = vscode.l10n.t('Get Started with Operator Mirror');
    await (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.do();
  }

  /** Copies the examples into a folder that somebody chooses, and opens them there. */
  async openSamples(): Promise<void> {
    const [parent] =
      (await vscode.window.showOpenDialog({
        canSelectFiles: false,
        canSelectFolders: true,
        title: vscode.l10n.t('Where to Copy the Sample Workspace'),
        openLabel: vscode.l10n.t('Copy Here'),
      })) ?? [];
    if (parent === undefined) return;
    const target = await unusedFolder(parent);
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(this.#extension, 'examples'), target);
    const forceNewWindow = vscode.workspace.workspaceFolders !== undefined;
    await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow });
  }
}

/** Nothing that is there is written over: somebody may have worked in an earlier copy. */
async function unusedFolder(parent: vscode.Uri): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const folder = vscode.Uri.joinPath(parent, number === 1 ? samplesName : `${samplesName}-${number}`);
    const isThere = await vscode.workspace.fs.stat(folder).then(
      () => true,
      () => false,
    );
    if (!isThere) return folder;
  }
}
