import * as vscode from 'vscode';
import { taskType } from '../../../server/src/protocol/names.ts';

/** The processes that tasks of ours started, so that they can be told from those of a terminal, and stopped. */
export class StartedRuns implements vscode.Disposable {
  readonly #executions = new Map<number, vscode.TaskExecution>();
  /** Terminals by their processes: a task that outlived a reload of the window is known by its terminal alone. */
  readonly #terminals = new Map<number, vscode.Terminal>();
  readonly #changes = new vscode.EventEmitter<void>();
  /** A task of ours began or ended. */
  readonly onChange = this.#changes.event;
  readonly #started = new vscode.EventEmitter<vscode.ProcessExecution>();
  /** A task of ours has a process. */
  readonly onStarted = this.#started.event;
  readonly #disposables: vscode.Disposable[];

  constructor() {
    this.#disposables = [
      this.#changes,
      this.#started,
      vscode.tasks.onDidStartTaskProcess(({ execution, processId }) => {
        if (execution.task.definition.type !== taskType) return;
        this.#executions.set(processId, execution);
        if (execution.task.execution instanceof vscode.ProcessExecution)
          this.#started.fire(execution.task.execution);
        this.#changes.fire();
      }),
      vscode.tasks.onDidEndTaskProcess(({ execution }) => {
        if (execution.task.definition.type !== taskType) return;
        for (const [process, one] of this.#executions)
          if (one === execution) this.#executions.delete(process);
        this.#changes.fire();
      }),
      vscode.window.onDidOpenTerminal((terminal) => void this.#meet(terminal)),
      vscode.window.onDidCloseTerminal((terminal) => {
        for (const [process, one] of this.#terminals) if (one === terminal) this.#terminals.delete(process);
      }),
    ];
    for (const terminal of vscode.window.terminals) void this.#meet(terminal);
  }

  /** True while a task of ours runs. */
  get isAny(): boolean {
    return this.#executions.size > 0;
  }

  /** True for a process that can be stopped here. */
  has(process: number): boolean {
    return this.#executions.has(process) || this.#terminals.has(process);
  }

  /** Ends it as Ctrl+C does: it says what it has done. */
  stop(process: number): void {
    const execution = this.#executions.get(process);
    if (execution !== undefined) execution.terminate();
    else this.#terminals.get(process)?.sendText('\u0003', false);
  }

  /** Shows where it runs. */
  show(process: number): void {
    this.#terminals.get(process)?.show();
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  async #meet(terminal: vscode.Terminal): Promise<void> {
    const process = await terminal.processId;
    if (process === undefined) return;
    this.#terminals.set(process, terminal);
    this.#changes.fire();
  }
}
