import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  besideEditorVariable,
  credentialsVariable,
  languageVariable,
  productName,
  settingsSection,
  taskType,
} from '../../../server/src/protocol/names.ts';
import type { CommandLine } from '../../../server/src/protocol/runs.ts';
import type { Logins } from '../logins.ts';
import {
  type AnyRun,
  type FileRun,
  fileOf,
  type ImageSetRun,
  type RunSettings,
  registryArguments,
  runArguments,
  runFolder,
  runOf,
  taskName,
  toolArguments,
} from './commandLine.ts';

/** What a command line reaches, which decides about the settings that become options of it. */
export type Reach = 'local' | 'registries' | 'tool';

/** Files that "Run Task" offers at most. */
const offeredMappings = 50;

/**
 * Tasks of the command line: they copy the images of a mapping, and plan and mirror an ImageSetConfiguration. Each is a
 * process of its own, run by the editor's own Node.js, so that it outlives the language server and never slows an editor down.
 */
export class CommandLineTasks implements vscode.TaskProvider {
  readonly #cli: string;
  readonly #logins: Logins;

  constructor(context: vscode.ExtensionContext, logins: Logins) {
    this.#logins = logins;
    this.#cli = context.asAbsolutePath('dist/cli.js');
  }

  /** Copies alone: where an ImageSetConfiguration is to go, no file says. */
  async provideTasks(token: vscode.CancellationToken): Promise<vscode.Task[]> {
    if (!vscode.workspace.isTrusted) return [];
    const pattern = '**/{mapping,*-mapping}.txt';
    const found = await vscode.workspace.findFiles(pattern, undefined, offeredMappings, token);
    return found.filter((uri) => uri.scheme === 'file').map((uri) => this.copyOf(uri));
  }

  resolveTask({ definition, scope }: vscode.Task): vscode.Task | undefined {
    const run = runOf(definition);
    if (run === undefined) return undefined;
    const folder = typeof scope === 'object' ? scope : undefined;
    // VS Code recognises its own task by the very definition object that it handed in.
    return run.command === 'run'
      ? this.#anyTask(run, taskName(run.arguments), definition, folder)
      : this.#task(run, definition, folder);
  }

  /** The task that copies one file, with numbers written to `progressFile` where somebody follows the run. */
  copyOf(mapping: vscode.Uri, progressFile?: string, lines?: string): vscode.Task {
    const chosen = lines === undefined ? {} : { lines };
    return this.#taskOn(mapping, (path) => ({ command: 'copy', mapping: path, ...chosen }), progressFile);
  }

  /** The folder that `file://` places of a file are below, which the settings may name. */
  storeOf(file: string): string {
    const uri = vscode.Uri.file(file);
    const base = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
    const { folder } = runSettings(uri);
    return folder === '' ? runFolder('copy', file, holdsStore, base) : absolute(folder, base);
  }

  /** The task that plans or mirrors one ImageSetConfiguration. */
  imageSetTask(
    command: ImageSetRun['command'],
    imageSet: vscode.Uri,
    destination: string,
    progressFile?: string,
  ): vscode.Task {
    return this.#taskOn(imageSet, (path) => ({ command, imageSet: path, destination }), progressFile);
  }

  /**
   * The task of any command line.
   * @param isLocal true for one that reaches no registry
   */
  lineTask({ arguments: given, folder }: CommandLine, isLocal: boolean): vscode.Task {
    const settings = isLocal ? [] : registryArguments(runSettings(vscode.Uri.file(folder)), folder);
    const words = [...given, ...settings];
    return this.#anyTask({ command: 'run', arguments: words, folder }, taskName(given));
  }

  /**
   * The words of a command line with the options that the settings stand for.
   * @param how `local` for what reaches no registry, `tool` for what a program of others does
   */
  wordsOf({ arguments: given, folder }: CommandLine, how: Reach): readonly string[] {
    const settings = runSettings(vscode.Uri.file(folder));
    const options = { local: () => [], registries: registryArguments, tool: toolArguments };
    return [...given, ...options[how](settings, folder)];
  }

  /**
   * The task of words that say all, followed by its progress file where somebody reads that.
   * @param name what the task is called
   */
  wordsTask(words: readonly string[], folder: string, name: string, progressFile?: string): vscode.Task {
    const run: AnyRun = { command: 'run', arguments: words, folder };
    const followed = progressFile === undefined ? words : [...words, '--progress-file', progressFile];
    // What somebody runs again is not followed by anybody.
    return this.#anyTask({ ...run, arguments: followed }, name, { type: taskType, ...run });
  }

  /** The task of a command line that says all itself. */
  againTask({ arguments: given, folder }: CommandLine): vscode.Task {
    return this.#anyTask({ command: 'run', arguments: given, folder }, taskName(given));
  }

  #taskOn(file: vscode.Uri, runOn: (path: string) => FileRun, progressFile?: string): vscode.Task {
    const folder = vscode.workspace.getWorkspaceFolder(file);
    const run = runOn(folder === undefined ? file.fsPath : vscode.workspace.asRelativePath(file, false));
    return this.#task(run, { type: taskType, ...run }, folder, progressFile);
  }

  #anyTask(
    run: AnyRun,
    name: string,
    definition: vscode.TaskDefinition = { type: taskType, ...run },
    folder = vscode.workspace.workspaceFolders?.[0],
  ): vscode.Task {
    const base = folder?.uri.fsPath;
    const cwd = run.folder === undefined ? base : absolute(run.folder, base);
    return this.#taskFor(definition, folder, name, run.arguments, cwd, vscode.TaskRevealKind.Always);
  }

  #task(
    run: FileRun,
    definition: vscode.TaskDefinition,
    folder?: vscode.WorkspaceFolder,
    progressFile?: string,
  ): vscode.Task {
    const base = folder?.uri.fsPath;
    const written = fileOf(run);
    const file = absolute(written, base);
    const cwd = written.includes('${') ? base : runFolder(run.command, file, holdsStore, base);
    const settings = runSettings(folder?.uri);
    const { name, detail } = wordsFor(run);
    const given = runArguments(run, file, settings, base ?? cwd ?? '', progressFile);
    // Whoever starts a run by a command follows it in a notification; the terminal is there when wanted.
    const { Always, Never } = vscode.TaskRevealKind;
    const reveal = progressFile === undefined ? Always : Never;
    const task = this.#taskFor(definition, folder, name, given, cwd, reveal);
    task.detail = detail;
    return task;
  }

  #taskFor(
    definition: vscode.TaskDefinition,
    folder: vscode.WorkspaceFolder | undefined,
    name: string,
    given: readonly string[],
    cwd: string | undefined,
    reveal: vscode.TaskRevealKind,
  ): vscode.Task {
    const env = {
      ELECTRON_RUN_AS_NODE: '1',
      [besideEditorVariable]: '1',
      [languageVariable]: vscode.env.language,
      [credentialsVariable]: JSON.stringify(this.#logins.all),
    };
    const task = new vscode.Task(
      definition,
      folder ?? vscode.TaskScope.Workspace,
      name,
      productName,
      new vscode.ProcessExecution(
        process.execPath,
        [this.#cli, ...given],
        cwd === undefined ? { env } : { cwd, env },
      ),
      '$operator-mirror',
    );
    task.presentationOptions = {
      reveal,
      panel: vscode.TaskPanelKind.Dedicated,
      // The line with the paths of this extension's own files says nothing to a user.
      echo: false,
      clear: true,
      showReuseMessage: false,
    };
    return task;
  }
}

function holdsStore(folder: string): boolean {
  return existsSync(join(folder, 'v2'));
}

function wordsFor(run: FileRun): { readonly name: string; readonly detail: string } {
  switch (run.command) {
    case 'copy':
      if (run.lines !== undefined) {
        return {
          name: vscode.l10n.t('copy lines {0} of {1}', run.lines, run.mapping),
          detail: vscode.l10n.t('Copies the images of these lines of {0}', run.mapping),
        };
      }
      return {
        name: vscode.l10n.t('copy {0}', run.mapping),
        detail: vscode.l10n.t('Copies every image of {0} to its destination', run.mapping),
      };
    case 'plan':
      return {
        name: vscode.l10n.t('plan {0} for {1}', run.imageSet, run.destination),
        detail: vscode.l10n.t('Says what mirroring {0} to {1} would do', run.imageSet, run.destination),
      };
    case 'mirror':
      return {
        name: vscode.l10n.t('mirror {0} to {1}', run.imageSet, run.destination),
        detail: vscode.l10n.t('Mirrors what {0} selects to {1}', run.imageSet, run.destination),
      };
  }
}

/** A definition may hold variables, which VS Code replaces later: such a path is left as it is written. */
function absolute(path: string, base: string | undefined): string {
  const written = path.startsWith('${') || path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
  return written || base === undefined ? path : join(base, path);
}

function runSettings(scope: vscode.Uri | undefined): RunSettings {
  const configuration = vscode.workspace.getConfiguration(settingsSection, scope);
  return {
    authFile: configuration.get('registries.authFile', ''),
    configFile: configuration.get('registries.configFile', ''),
    caFile: configuration.get('registries.caFile', ''),
    insecure: configuration.get<string[]>('registries.insecure', []),
    folder: configuration.get('files.folder', ''),
  };
}
