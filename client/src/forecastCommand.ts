import * as vscode from 'vscode';
import { type ForecastQuestion, forecastRequest } from '../../server/src/protocol.ts';
import type { Reports } from './reports.ts';
import type { Server } from './server.ts';

/** Shows what applying the mirror sets of the shown file's folder does to the nodes of a cluster. */
export async function forecastApply(server: Pick<Server, 'request'>, reports: Reports): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || uri.scheme !== 'file') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a mirror set of the folder that is to be applied.'),
    );
    return;
  }
  const current = await askCurrent();
  if (current === 'cancelled') return;
  const question: ForecastQuestion = { uri: uri.toString(), ...(current === undefined ? {} : { current }) };
  const cancel = new vscode.CancellationTokenSource();
  try {
    const report = await server.request<string | null>(forecastRequest, question, cancel.token);
    const folder = vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, '..'));
    if (report === null) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There are no mirror sets in {0}.', folder));
      return;
    }
    await reports.show(vscode.l10n.t('Forecast of {0}', folder), report);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  } finally {
    cancel.dispose();
  }
}

/** What is on the cluster: a file that the user names, or nothing that is known. */
async function askCurrent(): Promise<ForecastQuestion['current'] | 'cancelled'> {
  const file = {
    label: vscode.l10n.t('What a file says…'),
    detail: vscode.l10n.t(
      'Saved: oc get imagedigestmirrorset,imagetagmirrorset,imagecontentsourcepolicy -o yaml, or a node’s registries.conf',
    ),
  };
  const nothing = { label: vscode.l10n.t('No mirror set yet, or not known') };
  const choice = await vscode.window.showQuickPick([nothing, file], {
    title: vscode.l10n.t('What is on the cluster?'),
  });
  if (choice === undefined) return 'cancelled';
  if (choice === nothing) return undefined;
  const [chosen] = (await vscode.window.showOpenDialog({ canSelectMany: false })) ?? [];
  if (chosen === undefined) return 'cancelled';
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(chosen));
  return { path: chosen.fsPath, text };
}
