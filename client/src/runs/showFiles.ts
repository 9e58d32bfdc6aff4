import * as vscode from 'vscode';

/** Shows the report that a run has written. */
export async function showReport(path: string): Promise<void> {
  await vscode.commands.executeCommand('markdown.showPreview', vscode.Uri.file(path));
}

/** Shows a folder: in the explorer of the window where it is there, else in that of the system. */
export async function openFolder(path: string): Promise<void> {
  const folder = vscode.Uri.file(path);
  const isInside = vscode.workspace.getWorkspaceFolder(folder) !== undefined;
  await vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', folder);
}
