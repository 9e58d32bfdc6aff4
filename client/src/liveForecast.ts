import { execFile } from 'node:child_process';
import * as vscode from 'vscode';
import { settingsSection } from '../../server/src/protocol.ts';

/**
 * Asks the command line what applying a folder does to the cluster that `oc` is logged in to. It is a process of its
 * own, because the language server starts no programs. Undefined when the user cancels; rejects with what it said.
 */
export function liveForecast(cli: string, folder: vscode.Uri): Thenable<string | undefined> {
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Asking the cluster for its mirror sets'),
    cancellable: true,
  };
  return vscode.window.withProgress(progress, (_progress, token) => ask(cli, folder, token));
}

function ask(cli: string, folder: vscode.Uri, token: vscode.CancellationToken): Promise<string | undefined> {
  const oc = vscode.workspace.getConfiguration(settingsSection, folder).get('cluster.command', 'oc');
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  const options = { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, signal: stop.signal };
  const args = [cli, 'forecast', folder.fsPath, '--live', '--oc', oc];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (token.isCancellationRequested) resolve(undefined);
      // The text is the answer also where the exit code says that nothing reaches the nodes.
      else if (stdout !== '') resolve(stdout);
      else
        reject(new Error(stderr.trim() || (error?.message ?? vscode.l10n.t('The cluster gave no answer.'))));
    });
  });
}
