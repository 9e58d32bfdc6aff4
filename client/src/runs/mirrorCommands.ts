import { join } from 'node:path';
import * as vscode from 'vscode';
import type { FileQuestion } from '../fileQuestion.ts';
import type { ImageSetRun } from './commandLine.ts';
import type { CommandLineTasks } from './commandLineTasks.ts';
import type { DestinationQuestion } from './destinationQuestion.ts';
import type { FollowedRuns, Outcome } from './followedRuns.ts';
import { fileToRun } from './runGate.ts';
import type { RunEnd } from './runProgress.ts';
import { doneWords, failedWords } from './runWords.ts';
import { openFolder, showReport } from './showFiles.ts';

/**
 * "Plan" and "Mirror" of an ImageSetConfiguration: both save it and ask where to. A plan is read in its terminal, a mirror run is
 * followed in a notification.
 */
export class MirrorCommands {
  readonly #tasks: CommandLineTasks;
  readonly #runs: FollowedRuns;
  readonly #files: FileQuestion;
  readonly #destinations: DestinationQuestion;
  readonly #onMirrored: (imageSet: vscode.Uri) => unknown;

  /** `onMirrored` is called with the file after each mirror run, whatever came of it. */
  constructor(
    tasks: CommandLineTasks,
    runs: FollowedRuns,
    files: FileQuestion,
    destinations: DestinationQuestion,
    onMirrored: (imageSet: vscode.Uri) => unknown,
  ) {
    this.#tasks = tasks;
    this.#runs = runs;
    this.#files = files;
    this.#destinations = destinations;
    this.#onMirrored = onMirrored;
  }

  /** Says in a terminal what mirroring the file that a code lens or the active editor names would do. */
  async plan(argument: unknown): Promise<void> {
    const asked = await this.#ask('plan', argument);
    if (asked === undefined) return;
    await vscode.tasks.executeTask(this.#tasks.imageSetTask('plan', asked.imageSet, asked.destination));
  }

  /** Mirrors what that file selects. */
  async mirror(argument: unknown): Promise<void> {
    const asked = await this.#ask('mirror', argument);
    if (asked === undefined) return;
    const { imageSet, destination } = asked;
    const name = vscode.workspace.asRelativePath(imageSet);
    const title = vscode.l10n.t('Mirroring {0} to {1}', name, destination);
    const outcome = await this.#runs.follow(`${imageSet.fsPath} ${destination}`, title, (progressFile) =>
      this.#tasks.imageSetTask('mirror', imageSet, destination, progressFile),
    );
    if (outcome === undefined) return;
    this.#onMirrored(imageSet);
    await report(name, outcome);
  }

  async #ask(command: ImageSetRun['command'], argument: unknown) {
    const question =
      command === 'plan'
        ? vscode.l10n.t('Plan an ImageSetConfiguration')
        : vscode.l10n.t('Mirror an ImageSetConfiguration');
    const asked = await this.#files.ask('imageSet', argument, question, isImageSet);
    const imageSet = asked && (await fileToRun(asked));
    if (imageSet === undefined) return undefined;
    const name = vscode.workspace.asRelativePath(imageSet);
    const title = command === 'plan' ? vscode.l10n.t('Plan {0}', name) : vscode.l10n.t('Mirror {0}', name);
    const destination = await this.#destinations.ask(title);
    return destination === undefined ? undefined : { imageSet, destination };
  }
}

/** One message about the end, with the way to what the run wrote; none when the user ended it. */
async function report(name: string, { exitCode, end, isCancelled, reveal }: Outcome): Promise<void> {
  if (isCancelled) return;
  const manifests = end?.manifests;
  const output = { title: vscode.l10n.t('Show Output'), do: reveal };
  const written =
    manifests === undefined
      ? []
      : [
          { title: vscode.l10n.t('Show Report'), do: () => showReport(join(manifests, 'report.md')) },
          { title: vscode.l10n.t('Open Folder of Manifests'), do: () => openFolder(manifests) },
        ];
  const chosen =
    exitCode === 0
      ? await vscode.window.showInformationMessage(doneWords(name, end), ...written)
      : await vscode.window.showErrorMessage(
          failedWords(name, end, unmirroredWords(name, end)),
          output,
          ...written,
        );
  await chosen?.do();
}

/** What is said where no image is counted as failed: a run that came to its end has left out something of a catalog. */
function unmirroredWords(name: string, end: RunEnd | undefined): string {
  return end?.manifests === undefined
    ? vscode.l10n.t('{0} could not be mirrored.', name)
    : vscode.l10n.t('{0}: every image is there, but not all of its catalogs.', name);
}

function isImageSet(document: vscode.TextDocument): boolean {
  return /^kind:\s*["']?ImageSetConfiguration\b/m.test(document.getText());
}
