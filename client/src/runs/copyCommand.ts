import * as vscode from 'vscode';
import { mappingLanguage } from '../../../server/src/protocol/names.ts';
import { isMappingPath } from '../documents.ts';
import type { FileQuestion } from '../fileQuestion.ts';
import { lineNumbers } from './commandLine.ts';
import type { CommandLineTasks } from './commandLineTasks.ts';
import type { FollowedRuns, Outcome } from './followedRuns.ts';
import { fileToRun } from './runGate.ts';
import { doneWords, failedWords } from './runWords.ts';

/** "Copy This mapping.txt": saves it, runs the copy task and follows the run in a notification. */
export class CopyCommand {
  readonly #tasks: CommandLineTasks;
  readonly #runs: FollowedRuns;
  readonly #files: FileQuestion;
  readonly #onCopied: (mapping: vscode.Uri) => unknown;

  /** `onCopied` is called with the mapping.txt after each run, whatever came of it. */
  constructor(
    tasks: CommandLineTasks,
    runs: FollowedRuns,
    files: FileQuestion,
    onCopied: (mapping: vscode.Uri) => unknown,
  ) {
    this.#tasks = tasks;
    this.#runs = runs;
    this.#files = files;
    this.#onCopied = onCopied;
  }

  /** Runs for the file that a menu, a code lens or the active editor names, else for one that is asked for. */
  async run(argument: unknown): Promise<void> {
    const question = vscode.l10n.t('Copy the Images of a mapping.txt');
    const asked = await this.#files.ask('mapping', argument, question, isMapping);
    const mapping = asked && (await fileToRun(asked));
    if (mapping === undefined) return;
    await this.#copy(mapping, vscode.l10n.t('Copying {0}', vscode.workspace.asRelativePath(mapping)));
  }

  /** Copies the lines of the mapping.txt that is shown in which something is selected, or the cursor is. */
  async runLines(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || !isMapping(editor.document)) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a mapping.txt, and select the lines whose images are to be copied.'),
      );
      return;
    }
    const lines = lineNumbers(editor.selections.map(selectedLines));
    const mapping = await fileToRun(editor.document.uri);
    if (mapping === undefined) return;
    const name = vscode.workspace.asRelativePath(mapping);
    await this.#copy(mapping, vscode.l10n.t('Copying lines {0} of {1}', lines, name), lines);
  }

  async #copy(mapping: vscode.Uri, title: string, lines?: string): Promise<void> {
    // Two runs of one file would only race for the same destinations.
    const outcome = await this.#runs.follow(mapping.fsPath, title, (progressFile) =>
      this.#tasks.copyOf(mapping, progressFile, lines),
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

/** One-based. A selection of whole lines ends where the next one begins. */
function selectedLines({ start, end }: vscode.Selection): { first: number; last: number } {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { first: start.line + 1, last: last + 1 };
}

function isMapping({ languageId, uri }: vscode.TextDocument): boolean {
  return languageId === mappingLanguage || isMappingPath(uri.path);
}
