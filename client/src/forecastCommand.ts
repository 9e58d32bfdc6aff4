import * as vscode from 'vscode';
import { type ForecastQuestion, forecastRequest } from '../../server/src/protocol.ts';
import { liveForecast } from './liveForecast.ts';
import type { Reports } from './reports.ts';
import type { Server } from './server.ts';

/** Shows what applying the mirror sets of the shown file's folder does to the nodes of a cluster. */
export async function forecastApply(
  server: Pick<Server, 'request'>,
  reports: Reports,
  cli: string,
): Promise<void> {
  const uri = vscode.window.activeTextEditor?.document.uri;
  if (uri === undefined || uri.scheme !== 'file') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('Open a mirror set of the folder that is to be applied.'),
    );
    return;
  }
  const current = await askCurrent();
  if (current === 'cancelled') return;
  if (current === 'live') return showLive(cli, vscode.Uri.joinPath(uri, '..'), reports);
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

async function showLive(cli: string, folder: vscode.Uri, reports: Reports): Promise<void> {
  try {
    const text = await liveForecast(cli, folder);
    if (text === undefined) return;
    const name = vscode.workspace.asRelativePath(folder);
    await reports.show(vscode.l10n.t('Forecast of {0}', name), text);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

/** What is on the cluster: what the cluster says, a file that the user names, or nothing that is known. */
async function askCurrent(): Promise<ForecastQuestion['current'] | 'live' | 'cancelled'> {
  const file = {
    label: vscode.l10n.t('What a file says…'),
    detail: vscode.l10n.t(
      'Saved: oc get imagedigestmirrorset,imagetagmirrorset,imagecontentsourcepolicy -o yaml, or a node’s registries.conf',
    ),
  };
  const nothing = { label: vscode.l10n.t('No mirror set yet, or not known') };
  const live = {
    label: vscode.l10n.t('What the cluster says'),
    detail: vscode.l10n.t('Asks the cluster that oc is logged in to; files count as they are saved'),
  };
  // A program is started only for a workspace that the user trusts.
  const choices = vscode.workspace.isTrusted ? [nothing, file, live] : [nothing, file];
  const choice = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('What is on the cluster?'),
  });
  if (choice === undefined) return 'cancelled';
  if (choice === nothing) return undefined;
  if (choice === live) return 'live';
  const [chosen] = (await vscode.window.showOpenDialog({ canSelectMany: false })) ?? [];
  if (chosen === undefined) return 'cancelled';
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(chosen));
  return { path: chosen.fsPath, text };
}
