import * as vscode from 'vscode';
import type { CommandLine } from '../../../server/src/protocol/runs.ts';
import { typedLine } from './commandLine.ts';
import type { CommandLineTasks, Reach } from './commandLineTasks.ts';
import { mayStart } from './runGate.ts';

/** A command line that somebody has agreed to run. */
export interface AgreedLine {
  readonly words: readonly string[];
  readonly folder: string;
}

/** Shows the exact command line before it is run, to be run or to be copied. */
export class OfferedLines {
  readonly #tasks: CommandLineTasks;

  constructor(tasks: CommandLineTasks) {
    this.#tasks = tasks;
  }

  /** @returns undefined where it may not be run, was copied, or somebody thought better of it */
  async agree(title: string, line: CommandLine, reach: Reach): Promise<AgreedLine | undefined> {
    const { folder } = line;
    if (!(await mayStart(vscode.Uri.file(folder), reach === 'local'))) return undefined;
    const words = this.#tasks.wordsOf(line, reach);
    const typed = typedLine(['operator-mirror', ...words]);
    const where = vscode.l10n.t('in {0}', folder);
    const run = { label: `$(play) ${vscode.l10n.t('Run')}`, description: where, detail: typed };
    const copy = {
      label: `$(copy) ${vscode.l10n.t('Copy the Command Line')}`,
      description: vscode.l10n.t('for a terminal, and start nothing'),
    };
    const chosen = await vscode.window.showQuickPick([run, copy], { title, ignoreFocusOut: true });
    if (chosen !== copy) return chosen === undefined ? undefined : { words, folder };
    await vscode.env.clipboard.writeText(typed);
    vscode.window.setStatusBarMessage(vscode.l10n.t('{0} copied', typed), 5000);
    return undefined;
  }

  /** Runs it in a terminal, once somebody has agreed. */
  async run(title: string, line: CommandLine, reach: Reach): Promise<void> {
    const agreed = await this.agree(title, line, reach);
    if (agreed === undefined) return;
    const name = line.arguments.join(' ');
    await vscode.tasks.executeTask(this.#tasks.wordsTask(agreed.words, agreed.folder, name));
  }
}
