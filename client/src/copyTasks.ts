import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import {
  credentialsVariable,
  productName,
  settingsSection,
  taskType,
} from '../../server/src/protocol/names.ts';
import { type CopySettings, copyArguments, runFolder } from './copyRun.ts';
import type { Logins } from './logins.ts';

/** What `tasks.json` may say; `taskDefinitions` in the manifest describes it. */
export interface CopyDefinition extends vscode.TaskDefinition {
  readonly command: 'copy';
  /** The mapping: absolute, or relative to the workspace folder. */
  readonly mapping: string;
}

/** Files that "Run Task" offers at most. */
const offeredMappings = 50;

/**
 * Tasks that copy the images of a mapping. A copy is a process of its own, the command line run by the
 * editor's own Node.js, so that it outlives the language server and never slows an editor down.
 */
export class CopyTasks implements vscode.TaskProvider {
  readonly #cli: string;
  readonly #logins: Logins;

  constructor(context: vscode.ExtensionContext, logins: Logins) {
    this.#logins = logins;
    this.#cli = context.asAbsolutePath('dist/cli.js');
  }

  async provideTasks(token: vscode.CancellationToken): Promise<vscode.Task[]> {
    if (!vscode.workspace.isTrusted) return [];
    const pattern = '**/{mapping,*-mapping}.txt';
    const found = await vscode.workspace.findFiles(pattern, undefined, offeredMappings, token);
    return found.filter((uri) => uri.scheme === 'file').map((uri) => this.taskFor(uri));
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const { definition, scope } = task;
    if (definition.command !== 'copy' || typeof definition.mapping !== 'string') return undefined;
    // VS Code recognises its own task by the very definition object that it handed in.
    return this.#task(definition as CopyDefinition, typeof scope === 'object' ? scope : undefined);
  }

  /** The task that copies one file, with numbers written to `progressFile` where somebody follows the run. */
  taskFor(mapping: vscode.Uri, progressFile?: string): vscode.Task {
    const folder = vscode.workspace.getWorkspaceFolder(mapping);
    const path = folder === undefined ? mapping.fsPath : vscode.workspace.asRelativePath(mapping, false);
    return this.#task({ type: taskType, command: 'copy', mapping: path }, folder, progressFile);
  }

  #task(definition: CopyDefinition, folder?: vscode.WorkspaceFolder, progressFile?: string): vscode.Task {
    const base = folder?.uri.fsPath;
    const mapping = absolute(definition.mapping, base);
    const cwd = definition.mapping.includes('${')
      ? base
      : runFolder(mapping, (candidate) => existsSync(join(candidate, 'v2')), base);
    const settings = copySettings(folder?.uri);
    const task = new vscode.Task(
      definition,
      folder ?? vscode.TaskScope.Workspace,
      vscode.l10n.t('copy {0}', definition.mapping),
      productName,
      new vscode.ProcessExecution(
        process.execPath,
        [this.#cli, ...copyArguments(mapping, settings, base ?? cwd ?? '', progressFile)],
        { cwd, env: { ELECTRON_RUN_AS_NODE: '1', [credentialsVariable]: JSON.stringify(this.#logins.all) } },
      ),
      '$operator-mirror',
    );
    task.detail = vscode.l10n.t('Copies every image of {0} to its destination', definition.mapping);
    task.presentationOptions = {
      // Whoever starts a copy by the command follows it in a notification; the terminal is there when wanted.
      reveal: progressFile === undefined ? vscode.TaskRevealKind.Always : vscode.TaskRevealKind.Never,
      panel: vscode.TaskPanelKind.Dedicated,
      // The line with the paths of this extension's own files says nothing to a user.
      echo: false,
      clear: true,
      showReuseMessage: false,
    };
    return task;
  }
}

/** A definition may hold variables, which VS Code replaces later: such a path is left as it is written. */
function absolute(path: string, base: string | undefined): string {
  const written = path.startsWith('${') || path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path);
  return written || base === undefined ? path : join(base, path);
}

function copySettings(scope: vscode.Uri | undefined): CopySettings {
  const configuration = vscode.workspace.getConfiguration(settingsSection, scope);
  return {
    authFile: configuration.get('registries.authFile', ''),
    configFile: configuration.get('registries.configFile', ''),
    caFile: configuration.get('registries.caFile', ''),
    insecure: configuration.get<string[]>('registries.insecure', []),
    folder: configuration.get('files.folder', ''),
  };
}
