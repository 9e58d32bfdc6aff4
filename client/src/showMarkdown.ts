import * as vscode from 'vscode';

/**
 * Shows a page of Markdown beside the editor, so that the command can be given again: rendered where VS Code has its own
 * Markdown extension, else as it is.
 */
export async function showMarkdown(page: vscode.Uri): Promise<void> {
  if (vscode.extensions.getExtension('vscode.markdown-language-features') !== undefined) {
    await vscode.commands.executeCommand('markdown.showPreviewToSide', page);
    return;
  }
  const document = await vscode.workspace.openTextDocument(page);
  await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
}

/**
 * Links to files as the preview follows them: from the first folder of the window. It has none to other places, so
 * there only the words stay.
 */
export function withPreviewLinks(markdown: string): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const root = folder === undefined ? undefined : `${folder.uri.toString()}/`;
  return markdown.replace(/\[([^\]\n]*)\]\((file:[^)\s]*)\)/g, (_, words: string, target: string) =>
    root !== undefined && target.startsWith(root) ? `[${words}](/${target.slice(root.length)})` : words,
  );
}
