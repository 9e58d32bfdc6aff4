import { execFile } from 'node:child_process';
import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { ForecastAnswer, ForecastPage } from '../../server/src/protocol/forecast.ts';
import { settingsSection } from '../../server/src/protocol/names.ts';

/**
 * Asks the command line what applying a folder does to the cluster that `oc` is logged in to. It is a process of its
 * own, because the language server starts no programs. Undefined when the user cancels; rejects with what it said.
 */
export function liveForecast(cli: string, folder: vscode.Uri): Thenable<ForecastPage | undefined> {
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Asking the cluster for its mirror sets'),
    cancellable: true,
  };
  return vscode.window.withProgress(progress, (_progress, token) => ask(cli, folder, token));
}

function ask(
  cli: string,
  folder: vscode.Uri,
  token: vscode.CancellationToken,
): Promise<ForecastPage | undefined> {
  const oc = vscode.workspace.getConfiguration(settingsSection, folder).get('cluster.command', '');
  const stop = new AbortController();
  token.onCancellationRequested(() => stop.abort());
  const options = { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, signal: stop.signal };
  const named = oc === '' ? [] : ['--oc', oc];
  const args = [cli, 'forecast', folder.fsPath, '--live', ...named, '--format', 'json'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (token.isCancellationRequested) resolve(undefined);
      // What it prints is the answer also where the exit code says that nothing reaches the nodes.
      else if (stdout !== '') resolve(toPage(JSON.parse(stdout) as ForecastAnswer));
      else
        reject(new Error(stderr.trim() || (error?.message ?? vscode.l10n.t('The cluster gave no answer.'))));
    });
  });
}

/** Sets on the cluster alone are in no file. */
function toPage(answer: ForecastAnswer): ForecastPage {
  const paths = new Set(answer.sets.map(({ file }) => file).filter(isAbsolute));
  return { ...answer, files: [...paths].map((path) => ({ path, uri: vscode.Uri.file(path).toString() })) };
}
