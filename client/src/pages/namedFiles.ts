import * as vscode from 'vscode';
import type { NamedFile } from '../../../server/src/protocol/files.ts';

/** The path of a file as people know it in this window. */
export function shortPath({ path, uri }: NamedFile): string {
  const parsed = vscode.Uri.parse(uri);
  return parsed.scheme === 'file' ? vscode.workspace.asRelativePath(parsed) : path;
}

/** Opens a file that a page names, at its line; `argument` is `INDEX:LINE` with a line of 0 for none. */
export async function openNamedFile(
  files: readonly NamedFile[],
  argument: string,
  viewColumn: vscode.ViewColumn,
): Promise<void> {
  const [index = -1, line = 0] = argument.split(':').map(Number);
  const file = files[index];
  if (file === undefined) return;
  const start = new vscode.Position(Math.max(0, line - 1), 0);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(file.uri));
  await vscode.window.showTextDocument(document, {
    viewColumn,
    ...(line === 0 ? {} : { selection: new vscode.Range(start, start) }),
  });
}
