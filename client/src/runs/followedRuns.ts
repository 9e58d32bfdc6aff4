import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ProgressFile, type RunEnd, type RunEvent, readableBytes } from './runProgress.ts';

/** How a run ended. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly end: RunEnd | undefined;
  /** True when the user ended it. */
  readonly isCancelled: boolean;
  /** Shows the terminal with all that the run said. */
  readonly reveal: () => Promise<void>;
}

/** Runs that are followed in a notification: with numbers while they go on, and a button that cancels them. */
export class FollowedRuns {
  readonly #folder: string;
  readonly #running = new Map<string, Terminals>();

  /** `storage` is a folder of the extension's own. */
  constructor(storage: string) {
    this.#folder = join(storage, 'runs');
  }

  /**
   * Runs a task until it ends.
   * @param key equal for runs that must not go on at the same time
   * @param taskFor makes the task, which writes its progress to the file
   * @returns undefined where such a run goes on already: its terminal is shown
   */
  async follow(
    key: string,
    title: string,
    taskFor: (progressFile: string) => vscode.Task,
  ): Promise<Outcome | undefined> {
    const running = this.#running.get(key);
    if (running !== undefined) {
      await running.reveal();
      return undefined;
    }
    const terminals = new Terminals();
    this.#running.set(key, terminals);
    // One file per key: whatever a closed window leaves behind is overwritten by the next run.
    const name = createHash('sha256').update(key).digest('hex').slice(0, 16);
    const progressFile = join(this.#folder, `${name}.jsonl`);
    try {
      await mkdir(this.#folder, { recursive: true });
      await rm(progressFile, { force: true });
      return await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (progress, token) => runTask(taskFor(progressFile), progressFile, terminals, progress, token),
      );
    } finally {
      this.#running.delete(key);
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
  let end: RunEnd | undefined;
  let shown = 0;
  const file = new ProgressFile(progressFile, (event: RunEvent) => {
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
    return {
      exitCode,
      end,
      isCancelled: token.isCancellationRequested,
      reveal: () => terminals.reveal(),
    };
  } finally {
    await file.close();
    for (const disposable of disposables) disposable.dispose();
  }
}
