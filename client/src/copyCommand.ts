import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { mappingLanguage, settingsSection } from '../../server/src/protocol/names.ts';
import { type CopyEnd, type CopyEvent, ProgressFile, readableBytes } from './copyRun.ts';
import type { CopyTasks } from './copyTasks.ts';
import { isMappingPath } from './documents.ts';

/** How a run ended; `terminal` shows what it said. */
interface Outcome {
  readonly exitCode: number | undefined;
  readonly end: CopyEnd | undefined;
  readonly cancelled: boolean;
}

/** "Copy This mapping.txt": saves it, runs the copy task and follows the run in a notification. */
export class CopyCommand {
  readonly #tasks: CopyTasks;
  readonly #storage: string;
  readonly #onCopied: (mapping: vscode.Uri) => unknown;
  /** Runs by mapping. Two runs of one file would only race for the same destinations. */
  readonly #running = new Map<string, Terminals>();

  /** `onCopied` is called with the mapping.txt after each run, whatever came of it. */
  constructor(tasks: CopyTasks, storage: string, onCopied: (mapping: vscode.Uri) => unknown) {
    this.#onCopied = onCopied;
    this.#tasks = tasks;
    this.#storage = storage;
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
    if (!(await this.#mayRun(mapping))) return;
    const running = this.#running.get(mapping.fsPath);
    if (running !== undefined) {
      await running.reveal();
      return;
    }
    const terminals = new Terminals();
    this.#running.set(mapping.fsPath, terminals);
    try {
      const outcome = await this.#follow(mapping, terminals);
      this.#onCopied(mapping);
      await report(mapping, outcome, terminals);
    } finally {
      this.#running.delete(mapping.fsPath);
    }
  }

  /** Says what stands in the way, and offers the way out of it. */
  async #mayRun(mapping: vscode.Uri): Promise<boolean> {
    if (!vscode.workspace.isTrusted) {
      const manage = vscode.l10n.t('Manage Workspace Trust');
      const text = vscode.l10n.t('Images are copied only from a workspace that you trust.');
      if ((await vscode.window.showWarningMessage(text, manage)) === manage) {
        await vscode.commands.executeCommand('workbench.trust.manage');
      }
      return false;
    }
    if (mapping.scheme !== 'file') {
      const text = vscode.l10n.t('Save the mapping as a file on disk first: a copy reads it from there.');
      void vscode.window.showWarningMessage(text);
      return false;
    }
    if (vscode.workspace.workspaceFolders === undefined) {
      // VS Code starts no process in a folder of its own choosing while none is open (microsoft/vscode#293399).
      const open = vscode.l10n.t('Open Folder');
      const text = vscode.l10n.t('Open the folder of this mapping first: a copy runs in it.');
      if ((await vscode.window.showWarningMessage(text, open)) === open) {
        await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.joinPath(mapping, '..'));
      }
      return false;
    }
    const configuration = vscode.workspace.getConfiguration(settingsSection, mapping);
    if (configuration.get('network') === 'off') {
      const settings = vscode.l10n.t('Open Settings');
      const text = vscode.l10n.t('The setting operatorMirror.network is off: no registry may be contacted.');
      if ((await vscode.window.showWarningMessage(text, settings)) === settings) {
        await vscode.commands.executeCommand('workbench.action.openSettings', 'operatorMirror.network');
      }
      return false;
    }
    const document = vscode.workspace.textDocuments.find(
      (open) => open.uri.toString() === mapping.toString(),
    );
    // A file that cannot be saved has its own message from VS Code, and must not be copied as it was before.
    return document === undefined || !document.isDirty || (await document.save());
  }

  async #follow(mapping: vscode.Uri, terminals: Terminals): Promise<Outcome> {
    // One file per mapping: whatever a closed window leaves behind is overwritten by the next run.
    const name = createHash('sha256').update(mapping.fsPath).digest('hex').slice(0, 16);
    const progressFile = join(this.#storage, 'runs', `${name}.jsonl`);
    await mkdir(join(this.#storage, 'runs'), { recursive: true });
    await rm(progressFile, { force: true });
    const title = vscode.l10n.t('Copying {0}', vscode.workspace.asRelativePath(mapping));
    try {
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (progress, token) =>
          runTask(this.#tasks.taskFor(mapping, progressFile), progressFile, terminals, progress, token),
      );
    } finally {
      await rm(progressFile, { force: true });
    }
  }
}

/** Finds the terminal of a run, which VS Code tells only by its process. */
class Terminals {
  processId: number | undefined;

  async reveal(): Promise<void> {
    for (const terminal of vscode.window.terminals) {
      if ((await terminal.processId) === this.processId) terminal.show();
    }
  }
}

async function runTask(
  task: vscode.Task,
  progressFile: string,
  terminals: Terminals,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<Outcome> {
  const disposables: vscode.Disposable[] = [];
  let end: CopyEnd | undefined;
  let shown = 0;
  const file = new ProgressFile(progressFile, (event: CopyEvent) => {
    if (event.event === 'end') {
      end = event;
      return;
    }
    // As long as it plans, a run does not know how much there is to do.
    if (event.total === 0) return;
    const percent = (100 * event.done) / event.total;
    progress.report({
      message: vscode.l10n.t('{0} of {1}, {2}', event.done, event.total, readableBytes(event.bytes)),
      increment: Math.max(percent - shown, 0),
    });
    shown = Math.max(shown, percent);
  });
  try {
    let execution: vscode.TaskExecution | undefined;
    const exitCode = await new Promise<number | undefined>((resolve, reject) => {
      disposables.push(
        vscode.tasks.onDidStartTaskProcess((event) => {
          if (event.execution === execution) terminals.processId = event.processId;
        }),
        vscode.tasks.onDidEndTaskProcess((event) => {
          if (event.execution === execution) resolve(event.exitCode);
        }),
        // A task that never got a process ends without an exit code.
        vscode.tasks.onDidEndTask((event) => {
          if (event.execution === execution) setTimeout(resolve, 500, undefined);
        }),
        token.onCancellationRequested(() => {
          execution?.terminate();
          // Where VS Code could not even start the task, nothing will ever end.
          if (terminals.processId === undefined) resolve(undefined);
        }),
      );
      vscode.tasks.executeTask(task).then((started) => {
        execution = started;
        if (token.isCancellationRequested) started.terminate();
      }, reject);
    });
    await file.close();
    return { exitCode, end, cancelled: token.isCancellationRequested };
  } finally {
    await file.close();
    for (const disposable of disposables) disposable.dispose();
  }
}

/** One message about the end: none when the user ended it, and the way to the details when images failed. */
async function report(mapping: vscode.Uri, outcome: Outcome, terminals: Terminals): Promise<void> {
  const { exitCode, end, cancelled } = outcome;
  if (cancelled) return;
  const name = vscode.workspace.asRelativePath(mapping);
  if (exitCode === 0) {
    void vscode.window.showInformationMessage(doneWords(name, end));
    return;
  }
  const show = vscode.l10n.t('Show Output');
  const text = failedWords(name, end);
  if ((await vscode.window.showErrorMessage(text, show)) === show) await terminals.reveal();
}

function doneWords(name: string, end: CopyEnd | undefined): string {
  if (end === undefined) return vscode.l10n.t('{0}: every image is at its destination.', name);
  const { copied, skipped } = end;
  if (copied === 1)
    return skipped === 1
      ? vscode.l10n.t('{0}: 1 image copied, 1 was there already.', name)
      : vscode.l10n.t('{0}: 1 image copied, {1} were there already.', name, skipped);
  return skipped === 1
    ? vscode.l10n.t('{0}: {1} images copied, 1 was there already.', name, copied)
    : vscode.l10n.t('{0}: {1} images copied, {2} were there already.', name, copied, skipped);
}

function failedWords(name: string, end: CopyEnd | undefined): string {
  if (end === undefined || end.failed === 0) return vscode.l10n.t('{0} could not be copied.', name);
  const all = end.copied + end.skipped + end.failed;
  return all === 1
    ? vscode.l10n.t('{0}: its image could not be copied.', name)
    : vscode.l10n.t('{0}: {1} of {2} images could not be copied.', name, end.failed, all);
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
