import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands, views } from '../../../server/src/protocol/names.ts';
import type { CommandLine, RunNews, RunPart, RunStep } from '../../../server/src/protocol/runs.ts';
import type { Asks } from '../asks.ts';
import { showError } from '../pages/pagePanel.ts';
import { runJournals } from '../runFiles.ts';
import type { CommandLineTasks } from './commandLineTasks.ts';
import type { DestinationQuestion } from './destinationQuestion.ts';
import { KeptRuns } from './keptRuns.ts';
import { mayStart } from './runGate.ts';
import { RunTree } from './runTree.ts';
import { openFolder, showReport } from './showFiles.ts';
import { type RunNode, type RunTreeNode, runOf } from './shownRun.ts';
import { StartedRuns } from './startedRuns.ts';

/** What the view tells the server besides its questions. */
export interface RunsServer extends Asks {
  /** Whether somebody sees the runs. */
  runsShown(shown: boolean): unknown;
}

/** The view of mirror runs with its commands. It asks nothing before somebody shows it, or the workspace has runs. */
export class RunsView implements vscode.Disposable {
  readonly #server: RunsServer;
  readonly #tasks: CommandLineTasks;
  readonly #destinations: DestinationQuestion;
  readonly #kept: KeptRuns;
  readonly #started = new StartedRuns();
  readonly #tree: RunTree;
  readonly #view: vscode.TreeView<RunTreeNode>;
  readonly #disposables: vscode.Disposable[];
  #isAsked = false;

  constructor(
    server: RunsServer,
    store: vscode.Memento,
    tasks: CommandLineTasks,
    destinations: DestinationQuestion,
  ) {
    this.#server = server;
    this.#tasks = tasks;
    this.#destinations = destinations;
    this.#kept = new KeptRuns(store);
    this.#tree = new RunTree(server, this.#kept, this.#started);
    this.#view = vscode.window.createTreeView(views.runs, {
      treeDataProvider: this.#tree,
      showCollapseAll: true,
    });
    const journals = vscode.workspace.createFileSystemWatcher(runJournals, false, true, true);
    this.#disposables = [
      journals,
      // Afterwards the server hears of it itself.
      journals.onDidCreate(() => this.#isAsked || void this.#tree.getChildren().catch(showError)),
      this.#started,
      this.#tree,
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.#tree.refresh(true);
        this.#say();
      }),
      this.#tree.onListed(() => this.#listed()),
      this.#started.onChange(() => {
        this.#tree.ownChanged();
        this.#say();
      }),
      this.#started.onStarted((execution) => void this.#remember(execution).catch(showError)),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#tree.refresh(true)),
      register(commands.refreshRuns, () => this.#tree.refresh(true)),
      register(commands.openRunLine, async (node) => this.#open(await this.#meant(node))),
      register(commands.showRunReport, async (node) => this.#openPart(await this.#run(node), 'report')),
      register(commands.openRunManifests, async (node) => this.#openPart(await this.#run(node), 'manifests')),
      register(commands.runAgain, async (node) => this.#again(await this.#run(node))),
      register(commands.retryFailed, async (node) => this.#again(await this.#run(node))),
      register(commands.retryImages, async (node) => this.#retryImages(await this.#meant(node))),
      register(commands.stopRun, async (node) => this.#stop(await this.#run(node))),
      register(commands.verifyRun, async (node) => this.#verify(await this.#run(node))),
      register(commands.copyRunCommand, async (node) => this.#copyCommand(await this.#run(node))),
      register(commands.copyRunLine, async (node) => this.#copyLine(await this.#meant(node))),
      register(commands.removeRun, async (node) => this.#remove(await this.#run(node))),
    ];
    void this.#lookForRuns().catch(showError);
  }

  /** Runs are not what they were. */
  heard(news: RunNews): void {
    this.#tree.heard(news);
  }

  /** The server is another one, which nobody has asked yet. */
  serverStarted(): void {
    if (!this.#isAsked) return;
    this.#say();
    this.#tree.refresh(true);
  }

  /** The folder that a run of this view has written for the cluster; undefined for anything else that a command is given. */
  async manifestsOf(argument: unknown): Promise<vscode.Uri | undefined> {
    const run = this.#tree.runs.find((one) => one === argument);
    const step = run && (await this.#written(run, 'manifests'));
    return step !== undefined && 'path' in step ? vscode.Uri.file(step.path) : undefined;
  }

  dispose(): void {
    for (const one of this.#disposables) one.dispose();
  }

  /** A window that opens has its runs, whether or not somebody looks at them: the badge says what goes on. */
  async #lookForRuns(): Promise<void> {
    const [journal] = await vscode.workspace.findFiles(runJournals, '**/node_modules/**', 1);
    if (journal !== undefined && !this.#isAsked) await this.#tree.getChildren();
  }

  #listed(): void {
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#say();
    }
    const running = this.#tree.runs.filter(({ row }) => row.state === 'running').length;
    this.#view.badge =
      running === 0
        ? undefined
        : {
            value: running,
            tooltip:
              running === 1
                ? vscode.l10n.t('1 mirror run goes on')
                : vscode.l10n.t('{0} mirror runs go on', running),
          };
  }

  #say(): void {
    // A task may write to a place of which the editor hears nothing.
    if (this.#isAsked) this.#server.runsShown(this.#view.visible || this.#started.isAny);
  }

  /** Keeps where a task of ours may leave its run, so that it is found there in the next window, too. */
  async #remember({ args = [], options }: vscode.ProcessExecution): Promise<void> {
    const [, ...given] = args;
    if (given[0] !== 'mirror') return;
    const folder = options?.cwd ?? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '.';
    const bases = await this.#server.request('operatorMirror/runBases', { arguments: given, folder }, never);
    await this.#kept.addPlaces(bases);
    this.#tree.refresh(true);
  }

  /** What a command is about that came from a key or the palette: the line that is selected. */
  async #meant(node: RunTreeNode | undefined): Promise<RunTreeNode | undefined> {
    return node ?? this.#view.selection[0];
  }

  /** The run that a command is about; from the palette, with none selected, somebody chooses one. */
  async #run(node: RunTreeNode | undefined): Promise<RunNode | undefined> {
    const meant = await this.#meant(node);
    if (meant !== undefined) return runOf(meant);
    const items = this.#tree.runs.map((run) => ({
      label: run.row.label,
      description: run.row.description,
      run,
    }));
    if (items.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t('There are no mirror runs in this workspace.'));
      return undefined;
    }
    return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Which mirror run?') }))?.run;
  }

  async #open(node: RunTreeNode | undefined): Promise<void> {
    if (node?.kind !== 'part') return;
    if (node.part.kind === 'more') {
      this.#tree.showMore(node);
      return;
    }
    if (node.part.does !== undefined) await this.#do(runOf(node), node.part.does);
  }

  async #openPart(run: RunNode | undefined, kind: 'report' | 'manifests'): Promise<void> {
    if (run === undefined) return;
    const step = await this.#written(run, kind);
    if (step === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} has written no files that are here.', run.row.label),
      );
      return;
    }
    await this.#do(run, step);
  }

  async #written(run: RunNode, kind: 'report' | 'manifests'): Promise<RunStep | undefined> {
    const parts = await this.#tree.getChildren(run);
    const [step] = parts.flatMap((one) =>
      one.kind === 'part' && one.part.kind === kind ? [one.part.does] : [],
    );
    return step;
  }

  async #do(run: RunNode, step: RunStep): Promise<void> {
    switch (step.do) {
      case 'openFile':
        await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(step.path));
        return;
      case 'openFolder':
        return openFolder(step.path);
      case 'showReport':
        return showReport(step.path);
      case 'forecast':
        await vscode.commands.executeCommand(commands.forecast, vscode.Uri.file(step.path).toString());
        return;
      case 'apply':
        await vscode.commands.executeCommand(commands.applyToCluster, vscode.Uri.file(step.path));
        return;
      case 'again':
        return this.#again(run);
      case 'run':
        return this.#start(step.line, step.isLocal === true);
      case 'runTo': {
        const place = await this.#destinations.ask(vscode.l10n.t('Bring {0} to', run.row.label));
        if (place === undefined) return;
        const { arguments: given, folder } = step.line;
        return this.#start({ arguments: [...given, place], folder }, false);
      }
      case 'copy':
        return copy(step.text);
    }
  }

  async #start(line: CommandLine, isLocal: boolean): Promise<void> {
    if (await mayStart(vscode.Uri.file(line.folder), isLocal))
      await vscode.tasks.executeTask(this.#tasks.lineTask(line, isLocal));
  }

  /**
   * The same command once more: it brings what is missing, and nothing else.
   * @param only the images that it is held to, if to any
   */
  async #again(run: RunNode | undefined, only: readonly string[] = []): Promise<void> {
    if (run === undefined) return;
    const line = run.row.can.includes('again')
      ? await this.#server.request('operatorMirror/runCommand', { run: run.row.run, only }, never)
      : null;
    if (line === null) {
      void vscode.window.showInformationMessage(
        run.row.state === 'running'
          ? vscode.l10n.t('{0} goes on: wait for its end.', run.row.label)
          : vscode.l10n.t(
              'Nobody knows how {0} was started here: run its command in a terminal.',
              run.row.label,
            ),
      );
      return;
    }
    if (await mayStart(vscode.Uri.file(line.folder)))
      await vscode.tasks.executeTask(this.#tasks.againTask(line));
  }

  /** Tries the image of a line again, or those of a run that somebody chooses. */
  async #retryImages(node: RunTreeNode | undefined): Promise<void> {
    const run = await this.#run(node);
    if (run === undefined) return;
    const image = node?.kind === 'part' ? node.part.retry : undefined;
    const only = image === undefined ? await this.#chosenImages(run) : [image];
    if (only.length > 0) await this.#again(run, only);
  }

  async #chosenImages(run: RunNode): Promise<readonly string[]> {
    const items = (await this.#failedParts(run)).flatMap(({ label, description, retry }) =>
      retry === undefined ? [] : [{ label, description, retry }],
    );
    if (items.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} has no image that could be tried again without the others.', run.row.label),
      );
      return [];
    }
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Which images are to be tried again?'),
      canPickMany: true,
      matchOnDescription: true,
    });
    return chosen?.map(({ retry }) => retry) ?? [];
  }

  /** The images that failed, as far as the tree shows them. */
  async #failedParts(node: RunTreeNode): Promise<RunPart[]> {
    const below = await this.#tree.getChildren(node);
    const parts = below.filter((one) => one.kind === 'part');
    const opened = parts.filter(({ part: { kind } }) => kind === 'failures' || kind === 'cause');
    const deeper = await Promise.all(opened.map((one) => this.#failedParts(one)));
    return [...parts.map(({ part }) => part).filter(({ kind }) => kind === 'image'), ...deeper.flat()];
  }

  #stop(run: RunNode | undefined): void {
    if (run === undefined) return;
    if (run.isOwn) this.#started.stop(run.row.process);
    else {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('{0} was started elsewhere: press Ctrl+C in its terminal.', run.row.label),
      );
    }
  }

  async #verify(run: RunNode | undefined): Promise<void> {
    if (run === undefined) return;
    const line = await this.#server.request('operatorMirror/verifyCommand', { run: run.row.run }, never);
    if (line !== null) return this.#start(line, false);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} has written no files that are here.', run.row.label),
    );
  }

  async #copyCommand(run: RunNode | undefined): Promise<void> {
    if (run === undefined) return;
    const parts = await this.#tree.getChildren(run);
    const [text] = parts.flatMap((one) =>
      one.kind === 'part' && one.part.kind === 'command' ? [one.part.copy] : [],
    );
    if (text !== undefined) await copy(text);
  }

  async #copyLine(node: RunTreeNode | undefined): Promise<void> {
    if (node?.kind === 'run') return this.#copyCommand(node);
    const { copy: text, label } = node?.part ?? {};
    if (text !== undefined || label !== undefined) await copy(text ?? label ?? '');
  }

  async #remove(run: RunNode | undefined): Promise<void> {
    if (run === undefined) return;
    await this.#kept.remove(run.row.run, run.row.begun);
    this.#tree.refresh(false);
    vscode.window.setStatusBarMessage(
      vscode.l10n.t('{0} is still on the disk, in {1}', run.row.label, join(run.row.run)),
      5000,
    );
  }
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('{0} copied', text), 5000);
}

function register(id: string, run: (node: RunTreeNode | undefined) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (node: unknown) => {
    try {
      await run(isNode(node) ? node : undefined);
    } catch (error) {
      if (!(error instanceof vscode.CancellationError)) showError(error);
    }
  });
}

function isNode(value: unknown): value is RunTreeNode {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

const never = new vscode.CancellationTokenSource().token;
