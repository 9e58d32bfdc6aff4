import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Asks } from '../asks.ts';
import type { CommandLineTasks } from './commandLineTasks.ts';
import type { DestinationQuestion } from './destinationQuestion.ts';
import type { KeptAnswers } from './keptAnswers.ts';
import { askFolder, manifestFolders, mirrorFolders } from './mirrorFolders.ts';
import type { OfferedLines } from './offeredLine.ts';
import { mayStart } from './runGate.ts';

/** A row of a list, with what it stands for. */
type Row<Kind> = vscode.QuickPickItem & { readonly key: string; readonly what: Kind; readonly path: string };

/** Commands that are a command line each: they ask what it is about, show it, and run it as a task. */
export class LineCommands {
  readonly #server: Asks;
  readonly #lines: OfferedLines;
  readonly #tasks: CommandLineTasks;
  readonly #destinations: DestinationQuestion;
  readonly #kept: KeptAnswers;

  constructor(
    server: Asks,
    lines: OfferedLines,
    tasks: CommandLineTasks,
    destinations: DestinationQuestion,
    kept: KeptAnswers,
  ) {
    this.#server = server;
    this.#lines = lines;
    this.#tasks = tasks;
    this.#destinations = destinations;
    this.#kept = kept;
  }

  /** Proves that all is at its place that a mapping, an ImageSetConfiguration or a folder says. */
  async verify(): Promise<void> {
    const title = vscode.l10n.t('Verify');
    const [mappings, imageSets, folders, runs] = await Promise.all([
      this.#server.request('operatorMirror/filesFor', { use: 'mapping' }, never),
      this.#server.request('operatorMirror/filesFor', { use: 'imageSet' }, never),
      mirrorFolders(),
      manifestFolders(),
    ]);
    const chosen = await this.#kept.pick<Row<'mapping' | 'imageSet' | 'folder' | 'other'>>(
      'verify',
      [
        ...runs.map((path) => row('folder', path, vscode.l10n.t('what a mirror run was to bring'))),
        ...folders.map((path) =>
          row('folder', path, vscode.l10n.t('a mirror on disk, held to what it names itself')),
        ),
        ...imageSets.map((uri) =>
          row('imageSet', pathOf(uri), vscode.l10n.t('what it selects, at a destination that is asked for')),
        ),
        ...mappings.map((uri) =>
          row('mapping', pathOf(uri), vscode.l10n.t('every line, at its destination')),
        ),
        otherFolder(),
      ],
      { title, placeHolder: vscode.l10n.t('What is to be there') },
      vscode.window.activeTextEditor?.document.uri.fsPath,
    );
    if (chosen === undefined) return;
    const { what, path } = chosen;
    if (what === 'mapping') {
      const line = { arguments: ['verify', '-f', path], folder: this.#tasks.storeOf(path) };
      return this.#lines.run(title, line, 'registries');
    }
    if (what === 'imageSet') {
      const folder = dirname(path);
      const place = await this.#destinations.ask(title);
      const words = ['verify', '-c', path, place ?? ''];
      return place === undefined
        ? undefined
        : this.#lines.run(title, { arguments: words, folder }, 'registries');
    }
    const named = what === 'other' ? await askFolder(title, vscode.l10n.t('Verify')) : path;
    if (named !== undefined)
      await this.#lines.run(title, { arguments: ['verify', named], folder: dirname(named) }, 'registries');
  }

  /** Packs a mirror on disk into volumes. */
  async pack(): Promise<void> {
    const title = vscode.l10n.t('Pack a Mirror on Disk');
    const folder = await this.#folder(
      'pack',
      title,
      vscode.l10n.t('The mirror to carry over the gap'),
      mirrorFolders,
    );
    if (folder === undefined) return;
    const lists = await vscode.workspace.findFiles(`**/${basename(folder)}-*.json`, '**/node_modules/**', 50);
    const all = { label: vscode.l10n.t('Everything'), key: 'all', what: 'all' as const, path: '' };
    const since = await this.#kept.pick<Row<'all' | 'list'>>(
      'packSince',
      [
        all,
        ...lists.map(({ fsPath }) =>
          row('list' as const, fsPath, vscode.l10n.t('only what came since this archive')),
        ),
      ],
      { title, placeHolder: vscode.l10n.t('What the other side lacks') },
    );
    if (since === undefined) return;
    const words = ['pack', folder, ...(since.what === 'list' ? ['--since', since.path] : [])];
    await this.#lines.run(
      title,
      { arguments: [...words, '-o', dirname(folder)], folder: dirname(folder) },
      'local',
    );
  }

  /** Unpacks volumes into a folder. */
  async unpack(): Promise<void> {
    const title = vscode.l10n.t('Unpack an Archive');
    const found = await vscode.workspace.findFiles('**/*.tar.001', '**/node_modules/**', 50);
    const other = {
      label: `$(folder-opened) ${vscode.l10n.t('Another volume…')}`,
      key: '',
      what: 'other' as const,
      path: '',
    };
    const chosen = await this.#kept.pick<Row<'volume' | 'other'>>(
      'unpack',
      [
        ...found.map(({ fsPath }) =>
          row('volume' as const, fsPath, vscode.l10n.t('the first of its volumes')),
        ),
        other,
      ],
      { title, placeHolder: vscode.l10n.t('The archive: the other volumes are looked for beside this one') },
    );
    if (chosen === undefined) return;
    const [asked] =
      chosen.what === 'other'
        ? ((await vscode.window.showOpenDialog({ title, openLabel: vscode.l10n.t('Unpack') })) ?? [])
        : [vscode.Uri.file(chosen.path)];
    if (asked === undefined) return;
    const volume = asked.fsPath;
    const into = await this.#kept.text(`unpackInto:${dirname(volume)}`, {
      title,
      prompt: vscode.l10n.t('The folder that the mirror is in, or will be'),
      usual: volume.replace(/-[0-9a-f]+\.tar\.\d+$/, ''),
    });
    if (into === undefined) return;
    await this.#lines.run(
      title,
      { arguments: ['unpack', volume, '--dir', into], folder: dirname(volume) },
      'local',
    );
  }

  /** Writes the files for the cluster again that a mirror run has written. */
  async writeManifests(): Promise<void> {
    const title = vscode.l10n.t('Write Manifests');
    const question = vscode.l10n.t('The folder that a mirror run has written');
    const folder = await this.#folder('manifests', title, question, manifestFolders);
    if (folder === undefined) return;
    const scopes = [
      { label: 'repository', description: vscode.l10n.t('an entry for each repository'), key: 'repository' },
      {
        label: 'namespace',
        description: vscode.l10n.t('as few entries as namespaces allow'),
        key: 'namespace',
      },
      {
        label: 'registry',
        description: vscode.l10n.t('as few entries as registries allow'),
        key: 'registry',
      },
    ];
    const scope = await this.#kept.pick('manifestsScope', scopes, {
      title,
      placeHolder: vscode.l10n.t('What an entry of a mirror set is for'),
    });
    if (scope === undefined) return;
    const words = ['manifests', folder, '--scope', scope.key];
    await this.#lines.run(title, { arguments: words, folder: dirname(folder) }, 'local');
  }

  /** Says whether registries answer, what room there is, and which tools are there. */
  async checkEnvironment(): Promise<void> {
    const [workspace] = vscode.workspace.workspaceFolders ?? [];
    const isOff = vscode.workspace.getConfiguration('operatorMirror').get('network') === 'off';
    const folder = workspace?.uri.fsPath ?? '.';
    // What stands in the way is said before anything is asked.
    if (!(await mayStart(vscode.Uri.file(folder), true))) return;
    const title = vscode.l10n.t('Check Environment');
    const places = await this.#server.request('operatorMirror/mirrorPlaces', {}, never);
    const words = ['doctor', ...places, ...(isOff ? ['--offline'] : [])];
    await this.#lines.run(title, { arguments: words, folder }, isOff ? 'local' : 'registries');
  }

  /** A folder of the workspace, or another one. */
  async #folder(
    question: string,
    title: string,
    placeHolder: string,
    find: () => Promise<readonly string[]>,
  ): Promise<string | undefined> {
    const found = await find();
    const rows = found.map((path) => row('folder' as const, path, ''));
    const chosen = await this.#kept.pick<Row<'folder' | 'other'>>(question, [...rows, otherFolder()], {
      title,
      placeHolder,
    });
    return chosen?.what === 'other' ? askFolder(title, vscode.l10n.t('Choose')) : chosen?.path;
  }
}

function row<Kind extends string>(what: Kind, path: string, description: string): Row<Kind> {
  return { label: vscode.workspace.asRelativePath(path), description, key: path, what, path };
}

function otherFolder(): Row<'other'> {
  return { label: `$(folder-opened) ${vscode.l10n.t('Another folder…')}`, key: '', what: 'other', path: '' };
}

function pathOf(uri: string): string {
  return vscode.Uri.parse(uri).fsPath;
}

const never = new vscode.CancellationTokenSource().token;
