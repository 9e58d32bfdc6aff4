import { dirname } from 'node:path';
import * as vscode from 'vscode';

/** Files that are looked at for folders at most. */
const mostFound = 200;

/** The folders of a workspace that hold a mirror: OCI layouts, and what has a `v2/` as `oc` writes it. Sorted. */
export async function mirrorFolders(): Promise<string[]> {
  const [layouts, tags] = await Promise.all([
    vscode.workspace.findFiles('**/oci-layout', '**/node_modules/**', mostFound),
    vscode.workspace.findFiles('**/v2/**/manifests/sha256:*', '**/node_modules/**', mostFound),
  ]);
  const stores = tags.flatMap(({ fsPath }) => /^(.*?)[\\/]v2[\\/]/.exec(fsPath)?.[1] ?? []);
  return [...new Set([...layouts.map(({ fsPath }) => dirname(fsPath)), ...stores])].sort();
}

/** The folders that mirror runs of ours wrote files for the cluster to. The newest of a catalog come first. */
export async function manifestFolders(): Promise<string[]> {
  const found = await vscode.workspace.findFiles(
    '**/manifests-*/report.json',
    '**/node_modules/**',
    mostFound,
  );
  const folders = found.map(({ fsPath }) => dirname(fsPath));
  return folders.sort().reverse();
}

/** A folder that somebody chooses in the dialog. */
export async function askFolder(title: string, openLabel: string): Promise<string | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      title,
      openLabel,
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  return folder?.fsPath;
}
