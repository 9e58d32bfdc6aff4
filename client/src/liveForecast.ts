import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import type { ForecastAnswer, ForecastPage } from '../../server/src/protocol/forecast.ts';
import { settingsSection } from '../../server/src/protocol/names.ts';
import { answerOf } from './answerOf.ts';

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

async function ask(
  cli: string,
  folder: vscode.Uri,
  token: vscode.CancellationToken,
): Promise<ForecastPage | undefined> {
  const oc = vscode.workspace.getConfiguration(settingsSection, folder).get('cluster.command', '');
  const named = oc === '' ? [] : ['--oc', oc];
  const given = ['forecast', folder.fsPath, '--live', ...named, '--format', 'json'];
  const answer = await answerOf(cli, given, token);
  return answer === undefined ? undefined : toPage(JSON.parse(answer) as ForecastAnswer);
}

/** Sets on the cluster alone are in no file. */
function toPage(answer: ForecastAnswer): ForecastPage {
  const paths = new Set(answer.sets.map(({ file }) => file).filter(isAbsolute));
  return { ...answer, files: [...paths].map((path) => ({ path, uri: vscode.Uri.file(path).toString() })) };
}
