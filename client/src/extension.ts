import * as vscode from 'vscode';
import { commands, productName, serverCommands, taskType } from '../../server/src/protocol/names.ts';
import { CatalogQuestions } from './catalogs/askCatalog.ts';
import { CatalogView } from './catalogs/catalogView.ts';
import { ClusterCommands } from './cluster/clusterCommands.ts';
import { ClusterView } from './cluster/clusterView.ts';
import { ManifestsQuestion } from './cluster/manifestsQuestion.ts';
import { ComparisonCommand } from './comparisonCommand.ts';
import { ExplainClipboard } from './explainClipboard.ts';
import { FileQuestion } from './fileQuestion.ts';
import { FixFolderCommand } from './fixFolderCommand.ts';
import { ForecastCommand } from './forecastCommand.ts';
import { GetStarted } from './getStarted.ts';
import { Logins } from './logins.ts';
import { OperatorCommand } from './operatorCommand.ts';
import { showError } from './pages/pagePanel.ts';
import { RegistriesView } from './registries/registriesView.ts';
import { CommandLineTasks } from './runs/commandLineTasks.ts';
import { CopyCommand } from './runs/copyCommand.ts';
import { DestinationQuestion } from './runs/destinationQuestion.ts';
import { FollowedRuns } from './runs/followedRuns.ts';
import { KeptAnswers } from './runs/keptAnswers.ts';
import { LineCommands } from './runs/lineCommands.ts';
import { MirrorCommands } from './runs/mirrorCommands.ts';
import { OfferedLines } from './runs/offeredLine.ts';
import { RunsView } from './runs/runsView.ts';
import { ToolCommand } from './runs/toolCommand.ts';
import { Server } from './server.ts';
import { ShowBundles } from './showBundles.ts';
import { StatusItem } from './statusItem.ts';
import { TraceCommand } from './traceCommand.ts';

let server: Server | undefined;

/** Puts the parts together; none of them does anything until a document of ours is met, or a workspace that has some. */
export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions } = context;
  const log = vscode.window.createOutputChannel(productName, { log: true });
  const logins = new Logins(context.secrets);
  const running = new Server(context, log, () => logins.all);
  const { documents } = running;
  const status = new StatusItem();
  const tasks = new CommandLineTasks(context, logins);
  const runs = new FollowedRuns(context.globalStorageUri.fsPath);
  const imagesWritten = (file: vscode.Uri) => running.imagesWritten(file);
  const files = new FileQuestion(running);
  const copy = new CopyCommand(tasks, runs, files, imagesWritten);
  const destinations = new DestinationQuestion(running, context.workspaceState);
  const mirrors = new MirrorCommands(tasks, runs, files, destinations, imagesWritten);
  const answers = new KeptAnswers(context.workspaceState);
  const offered = new OfferedLines(tasks);
  const lines = new LineCommands(running, offered, tasks, destinations, answers);
  const runsView = new RunsView(running, context.workspaceState, tasks, destinations);
  const manifests = new ManifestsQuestion(context.workspaceState);
  const cluster = new ClusterCommands(tasks, manifests);
  const clusterView = new ClusterView(context.asAbsolutePath('dist/cli.js'), manifests);
  const registriesView = new RegistriesView(running, logins);
  const fixFolder = new FixFolderCommand(running);
  const explain = new ExplainClipboard(running);
  const bundles = new ShowBundles(running);
  const trace = new TraceCommand(running, context.extensionUri);
  const forecast = new ForecastCommand(running, files, context.extensionUri);
  const catalogs = new CatalogView(running, context.workspaceState);
  const questions = new CatalogQuestions(running, context.workspaceState);
  const externalTools = new ToolCommand(offered, tasks, runs, files, destinations, questions, answers);
  const operator = new OperatorCommand(running, questions, context.extensionUri);
  const getStarted = new GetStarted(context);
  const comparison = new ComparisonCommand(running, questions, context.extensionUri);
  server = running;

  const applyToCluster = async (argument: unknown) =>
    cluster.apply((await runsView.manifestsOf(argument)) ?? argument);
  const followEditor = () => {
    const document = vscode.window.activeTextEditor?.document;
    status.follow(document, document !== undefined && documents.isOurs(document));
  };
  subscriptions.push(
    log,
    status,
    running.onState((state) => status.show(state)),
    running.onSorted(followEditor),
    vscode.window.onDidChangeActiveTextEditor(followEditor),
    vscode.workspace.onDidOpenTextDocument((document) => documents.opened(document)),
    vscode.workspace.onDidChangeTextDocument(({ document }) => documents.changed(document)),
    vscode.workspace.onDidCloseTextDocument((document) => documents.closed(document)),
    logins,
    logins.onChanged((credentials) => running.sendCredentials(credentials)),
    vscode.workspace.onDidGrantWorkspaceTrust(async () => {
      await running.trustGranted();
      await running.sendCredentials(logins.all);
    }),
    vscode.tasks.registerTaskProvider(taskType, tasks),
    vscode.commands.registerCommand(commands.copyMapping, (argument: unknown) =>
      copy.run(argument).catch(showError),
    ),
    vscode.commands.registerCommand(commands.copyMappingLines, () => copy.runLines().catch(showError)),
    vscode.commands.registerCommand(commands.verify, () => lines.verify().catch(showError)),
    vscode.commands.registerCommand(commands.pack, () => lines.pack().catch(showError)),
    vscode.commands.registerCommand(commands.unpack, () => lines.unpack().catch(showError)),
    vscode.commands.registerCommand(commands.writeManifests, () => lines.writeManifests().catch(showError)),
    vscode.commands.registerCommand(commands.checkEnvironment, () =>
      lines.checkEnvironment().catch(showError),
    ),
    vscode.commands.registerCommand(commands.runTool, () => externalTools.run().catch(showError)),
    vscode.commands.registerCommand(commands.planImageSet, (file: unknown) =>
      mirrors.plan(file).catch(showError),
    ),
    vscode.commands.registerCommand(commands.mirrorImageSet, (file: unknown) =>
      mirrors.mirror(file).catch(showError),
    ),
    vscode.commands.registerCommand(serverCommands.fixAllInFolder, (resource: unknown) =>
      fixFolder.run(resource),
    ),
    explain,
    vscode.commands.registerCommand(commands.explainClipboard, () => explain.run()),
    vscode.commands.registerCommand(commands.logIn, (registry: unknown) => logins.ask(running, registry)),
    bundles,
    vscode.commands.registerCommand(serverCommands.showBundles, (uri: unknown, position: unknown) =>
      bundles.run(uri, position),
    ),
    trace,
    vscode.commands.registerCommand(commands.traceImagePull, (argument: unknown) =>
      trace.run(argument).catch(showError),
    ),
    catalogs,
    running.onCatalogsChanged(() => catalogs.changed()),
    running.onCatalogNews((question) => catalogs.heard(question)),
    runsView,
    running.onRunNews((news) => runsView.heard(news)),
    running.onStarted(() => runsView.serverStarted()),
    registriesView,
    running.onStarted(() => registriesView.changed()),
    running.onCatalogsChanged(() => registriesView.changed()),
    clusterView,
    vscode.commands.registerCommand(commands.applyToCluster, (argument: unknown) =>
      applyToCluster(argument).catch(showError),
    ),
    vscode.commands.registerCommand(commands.showClusterStatus, (folder: unknown) =>
      cluster.status(folder).catch(showError),
    ),
    vscode.commands.registerCommand(commands.disableDefaultSources, () =>
      cluster.disableDefaultSources().catch(showError),
    ),
    forecast,
    vscode.commands.registerCommand(commands.forecast, (file: unknown) =>
      forecast.run(file).catch(showError),
    ),
    operator,
    vscode.commands.registerCommand(commands.openOperator, (what: unknown) =>
      operator.run(what).catch(showError),
    ),
    comparison,
    vscode.commands.registerCommand(commands.compareCatalogs, (what: unknown) =>
      comparison.run(what).catch(showError),
    ),
    vscode.commands.registerCommand(commands.getStarted, () => getStarted.run()),
    vscode.commands.registerCommand(commands.openSamples, () => getStarted.openSamples().catch(showError)),
    vscode.commands.registerCommand(commands.showLog, () => log.show()),
    vscode.commands.registerCommand(commands.restartServer, () => running.restart()),
  );
  void logins.load();
  for (const document of vscode.workspace.textDocuments) documents.opened(document);
  running.metImages();
  followEditor();
}

/** Waits for the server to end, so that it can write down what it knows. */
export async function deactivate(): Promise<void> {
  await server?.dispose();
}
