import * as vscode from 'vscode';
import { mappingLanguage } from '../../../server/src/protocol/names.ts';
import { isMappingPath } from '../documents.ts';
import type { CommandLineTasks } from './commandLineTasks.ts';
import type { FollowedRuns, Outcome } from './followedRuns.ts';
import { mayRun } from './runGate.ts';
import { doneWords, failedWords } from './runWords.ts';

/** "Copy This mapping.txt": saves it, runs the copy task and follows the run in a notification. */
export class CopyCommand {
  readonly #tasks: CommandLineTasks;
  readonly #runs: FollowedRuns;
  readonly #onCopied: (mapping: vscode.Uri) => unknown;

  /** `onCopied` is called with the mapping.txt after each run, whatever came of it. */
  constructor(tasks: CommandLineTasks, runs: FollowedRuns, onCopied: (mapping: vscode.Uri) => unknown) {
    this.#tasks = tasks;
    this.#runs = runs;
    this.#onCopied = onCopied;
  }

  /** Runs for the file that a menu, a code lens or the active editor names. */
  async run(argument: unknown): Promise<void> {
    const mapping = mappingOf(argument);
    if (mapping === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open the mapping.txt to copy, then run this command again.'),
      );
      return;
    }
    if (!(await mayRun(mapping))) return;
    const title = vscode.l10n.t('Copying {0}', vscode.workspace.asRelativePath(mapping));
    // Two runs of one file would only race for the same destinations.
    const outcome = await this.#runs.follow(mapping.fsPath, title, (progressFile) =>
      this.#tasks.copyOf(mapping, progressFile),
    );
    if (outcome === undefined) return;
    this.#onCopied(mapping);
    await report(mapping, outcome);
  }
}

/** One message about the end: none when the user ended it, and the way to the details when images failed. */
async function report(mapping: vscode.Uri, { exitCode, end, isCancelled, reveal }: Outcome): Promise<void> {
  if (isCancelled) return;
  const name = vscode.workspace.asRelativePath(mapping);
  if (exitCode === 0) {
    void vscode.window.showInformationMessage(doneWords(name, end));
    return;
  }
  const show = vscode.l10n.t('Show Output');
  const text = failedWords(name, end, vscode.l10n.t('{0} could not be copied.', name));
  if ((await vscode.window.showErrorMessage(text, show)) === show) await reveal();
}

function mappingOf(argument: unknown): vscode.Uri | undefined {
  if (argument instanceof vscode.Uri) return argument;
  if (typeof argument === 'string') return vscode.Uri.parse(argument);
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined) return undefined;
  return document.languageId === mappingLanguage || isMappingPath(document.uri.path)
    ? document.uri
    : undefined;
}
