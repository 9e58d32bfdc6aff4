import * as vscode from 'vscode';
import type { SuggestedManifest } from '../../../server/src/protocol/trace.ts';

/**
 * Writes a manifest into a file that somebody chooses, and shows it. It is one edit of the workspace, which Undo takes back.
 * @param folder where it would best be
 */
export async function saveManifest(
  { fileName, text }: SuggestedManifest,
  folder: vscode.Uri | undefined,
  viewColumn: vscode.ViewColumn,
): Promise<void> {
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Save the manifest as'),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, fileName) }),
    filters: { YAML: ['yaml', 'yml'] },
  });
  if (target === undefined) return;
  const edit = new vscode.WorkspaceEdit();
  // Whoever chose a file that is there has been asked whether it is to be replaced.
  edit.createFile(target, { overwrite: true, contents: new TextEncoder().encode(text) });
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error(vscode.l10n.t('{0} could not be written.', target.fsPath));
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(target), { viewColumn });
}

/** Shows a manifest that is nowhere yet: it can be changed before it is saved, or thrown away. */
export async function openManifest(text: string, viewColumn: vscode.ViewColumn): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: 'yaml', content: text });
  await vscode.window.showTextDocument(document, { viewColumn });
}
