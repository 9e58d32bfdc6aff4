import * as vscode from 'vscode';
import { settingsSection } from '../../../server/src/protocol/names.ts';

/**
 * The file on disk that a task may run on, saved for it: one that was never saved gets its place now. Says what stands in the way,
 * and offers the way out of it.
 * @returns undefined where none may run
 */
export async function fileToRun(file: vscode.Uri): Promise<vscode.Uri | undefined> {
  const isNew = file.scheme === 'untitled' && vscode.workspace.isTrusted;
  const saved = isNew ? await vscode.workspace.save(file) : file;
  if (saved === undefined || !(await mayStart(saved))) return undefined;
  const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === saved.toString());
  // A file that cannot be saved has its own message from VS Code, and must not be read as it was before.
  return document === undefined || !document.isDirty || (await document.save()) ? saved : undefined;
}

/**
 * Whether a task may be started that is about a file or a folder. Says what stands in the way, and offers the way out of it.
 * @param isLocal true for a task that reaches no registry
 */
export async function mayStart(file: vscode.Uri, isLocal = false): Promise<boolean> {
  if (!vscode.workspace.isTrusted) {
    const manage = vscode.l10n.t('Manage Workspace Trust');
    const text = vscode.l10n.t('Registries are contacted only for a workspace that you trust.');
    if ((await vscode.window.showWarningMessage(text, manage)) === manage) {
      await vscode.commands.executeCommand('workbench.trust.manage');
    }
    return false;
  }
  if (file.scheme !== 'file') {
    const text = vscode.l10n.t('Save this as a file on disk first: the command line reads it from there.');
    void vscode.window.showWarningMessage(text);
    return false;
  }
  if (vscode.workspace.workspaceFolders === undefined) {
    // VS Code starts no process in a folder of its own choosing while none is open (microsoft/vscode#293399).
    const open = vscode.l10n.t('Open Folder');
    const text = vscode.l10n.t('Open the folder of this file first: the command line runs in it.');
    if ((await vscode.window.showWarningMessage(text, open)) === open) {
      await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.joinPath(file, '..'));
    }
    return false;
  }
  const configuration = vscode.workspace.getConfiguration(settingsSection, file);
  if (!isLocal && configuration.get('network') === 'off') {
    const settings = vscode.l10n.t('Open Settings');
    const text = vscode.l10n.t('The setting operatorMirror.network is off: no registry may be contacted.');
    if ((await vscode.window.showWarningMessage(text, settings)) === settings) {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'operatorMirror.network');
    }
    return false;
  }
  return true;
}
