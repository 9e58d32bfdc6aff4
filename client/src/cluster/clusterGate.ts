import * as vscode from 'vscode';
import { mayStart } from '../runs/runGate.ts';

/**
 * Whether a cluster may be asked and changed from this window; says what stands in the way, and offers the way out of it.
 * @param about the folder that it is about
 */
export async function mayAskCluster(about?: vscode.Uri): Promise<boolean> {
  if (vscode.workspace.isTrusted) {
    const folder = about ?? vscode.workspace.workspaceFolders?.[0]?.uri;
    // A cluster is reached through a program of the user's, which has no part in registries.
    return mayStart(folder ?? vscode.Uri.file('/'), true);
  }
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const text = vscode.l10n.t('Clusters are reached only from a workspace that you trust.');
  if ((await vscode.window.showWarningMessage(text, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}
