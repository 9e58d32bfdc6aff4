import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { CatalogQuestion } from '../../server/src/protocol/catalogs.ts';
import type { EditorCredential } from '../../server/src/protocol/logins.ts';
import { commands, inUseContext, settingsSection } from '../../server/src/protocol/names.ts';
import type { ClientNotifications, Requests } from '../../server/src/protocol/requests.ts';
import type { RunNews } from '../../server/src/protocol/runs.ts';
import type { ServerStatus } from '../../server/src/protocol/status.ts';
import type { Asks } from './asks.ts';
import { DocumentGate, type DocumentPeer } from './documentGate.ts';
import { runFiles } from './runFiles.ts';
import { writtenSettings } from './settings.ts';

/** So many crashes within so long are one too many: then the user decides. */
const crashesAllowed = 3;
const crashWindowMilliseconds = 3 * 60_000;

/** What the status item shows: the server's own words, or the client's about the server. */
export type ServerState = 'starting' | 'failed' | ServerStatus;

/** One server process, from the wish for it to its end. */
interface Life {
  client?: LanguageClient;
}

/**
 * The language server and its life: started when the first document of ours is met, restarted when it
 * crashes, given up with one message when it keeps crashing.
 */
export class Server implements Asks, DocumentPeer, vscode.Disposable {
  readonly documents = new DocumentGate(this);
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #settingKeys: readonly string[];
  readonly #credentials: () => readonly EditorCredential[];
  readonly #states = new vscode.EventEmitter<ServerState>();
  readonly onState = this.#states.event;
  readonly #sorted = new vscode.EventEmitter<void>();
  /** An open YAML document became ours or stopped being so. */
  readonly onSorted = this.#sorted.event;
  readonly #catalogsChanged = new vscode.EventEmitter<void>();
  /** Files name other catalogs than before, or are read with other settings. */
  readonly onCatalogsChanged = this.#catalogsChanged.event;
  readonly #catalogNews = new vscode.EventEmitter<CatalogQuestion>();
  /** More is known of a catalog that somebody asked for. */
  readonly onCatalogNews = this.#catalogNews.event;
  readonly #runNews = new vscode.EventEmitter<RunNews>();
  /** Mirror runs are not what they were. */
  readonly onRunNews = this.#runNews.event;
  readonly #started = new vscode.EventEmitter<void>();
  /** There is a server, which knows nothing of what another one was asked. */
  readonly onStarted = this.#started.event;
  #life: Life | undefined;
  /** Settles when the start of the newest one is over, however it went. */
  #starting: Promise<void> = Promise.resolve();
  /** One file of a mirror run, looked for once: a later one is met when it is opened. */
  #runFile: Thenable<readonly vscode.Uri[]> | undefined;
  #crashes: number[] = [];
  #givenUp = false;

  constructor(
    context: vscode.ExtensionContext,
    log: vscode.LogOutputChannel,
    credentials: () => readonly EditorCredential[],
  ) {
    this.#credentials = credentials;
    this.#context = context;
    this.#log = log;
    const { configuration } = context.extension.packageJSON.contributes as {
      configuration: { properties: Record<string, unknown> };
    };
    this.#settingKeys = Object.keys(configuration.properties).map((key) =>
      key.slice(settingsSection.length + 1),
    );
  }

  /** Starts the server unless it runs, or has been given up. */
  met(): void {
    if (this.#life === undefined && !this.#givenUp) void this.#start();
  }

  /**
   * Starts the server where the workspace has files of a mirror run, for the findings of all of them; elsewhere it has
   * nothing to say of images.
   */
  metImages(): void {
    if (this.#life !== undefined || this.#givenUp) return;
    this.#runFile ??= vscode.workspace.findFiles(runFiles, '**/node_modules/**', 1);
    void this.#runFile.then(([found]) => found !== undefined && this.met());
  }

  sorted(): void {
    this.#sorted.fire();
  }

  async open(document: vscode.TextDocument): Promise<void> {
    const feature = this.#life?.client?.getFeature('textDocument/didOpen');
    await feature?.getProvider(document)?.send(document);
  }

  async close(document: vscode.TextDocument): Promise<void> {
    const feature = this.#life?.client?.getFeature('textDocument/didClose');
    await feature?.getProvider(document)?.send(document);
  }

  /** Starts it anew, whatever became of it before; a server that nothing needs yet stays away. */
  async restart(): Promise<void> {
    if (this.#life === undefined && !this.#givenUp) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('The language server starts with the first mapping.txt or mirror set that you open.'),
      );
      return;
    }
    await this.#stop();
    this.#crashes = [];
    this.#givenUp = false;
    await this.#start();
  }

  /** Sends a request, to a server that is started for it where none runs. */
  async request<Name extends keyof Requests>(
    name: Name,
    params: Requests[Name]['params'],
    token: vscode.CancellationToken,
  ): Promise<Requests[Name]['result']> {
    // Two that ask at once wait for one start.
    await (this.#life === undefined ? this.#start() : this.#starting);
    const client = this.#life?.client;
    if (client === undefined) throw new Error(vscode.l10n.t('The language server is not there; restart it.'));
    return client.sendRequest<Requests[Name]['result']>(name, params, token);
  }

  /** Hands the logins that VS Code keeps to a running server; one that starts later asks for them. */
  sendCredentials(credentials: readonly EditorCredential[]): Promise<void> {
    return this.#tell('operatorMirror/credentials', credentials);
  }

  /** Tells a running server that what was missing in a registry may be there now: a copy of this mapping.txt has ended. */
  imagesWritten(mapping: vscode.Uri): Promise<void> {
    return this.#tell('operatorMirror/imagesWritten', { uri: mapping.toString() });
  }

  /** Tells a running server that it may use the network and credentials now. */
  trustGranted(): Promise<void> {
    return this.#tell('operatorMirror/trustGranted', undefined);
  }

  /** Tells a running server whether somebody sees the mirror runs. */
  runsShown(shown: boolean): Promise<void> {
    return this.#tell('operatorMirror/runsShown', { shown });
  }

  dispose(): Promise<void> {
    this.documents.dispose();
    this.#states.dispose();
    this.#sorted.dispose();
    this.#catalogsChanged.dispose();
    this.#catalogNews.dispose();
    this.#runNews.dispose();
    this.#started.dispose();
    return this.#stop();
  }

  async #tell<Name extends keyof ClientNotifications>(
    name: Name,
    params: ClientNotifications[Name],
  ): Promise<void> {
    const client = this.#life?.client;
    if (client?.isRunning()) await client.sendNotification(name, params);
  }

  #start(): Promise<void> {
    this.#starting = this.#begin();
    return this.#starting;
  }

  async #begin(): Promise<void> {
    const life: Life = {};
    this.#life = life;
    this.#states.fire('starting');
    void vscode.commands.executeCommand('setContext', inUseContext, true);
    try {
      const { createClient } = await import('./languageClient.ts');
      if (life !== this.#life) return;
      life.client = createClient({
        module: this.#context.asAbsolutePath('dist/server.js'),
        storagePath: this.#context.globalStorageUri.fsPath,
        log: this.#log,
        documents: this.documents,
        settings: (scope) =>
          writtenSettings(vscode.workspace.getConfiguration(settingsSection, scope), this.#settingKeys),
        status: (status) => this.#states.fire(status),
        catalogsChanged: () => this.#catalogsChanged.fire(),
        catalogNews: (question) => this.#catalogNews.fire(question),
        runNews: (news) => this.#runNews.fire(news),
        lost: (reason) => this.#lost(life, reason),
      });
      await life.client.start();
      await this.sendCredentials(this.#credentials());
      // A restart may have overtaken this start; two servers would answer everything twice.
      if (life !== this.#life) await life.client.stop();
      else this.#started.fire();
    } catch (error) {
      this.#lost(life, error);
    }
  }

  async #stop(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    try {
      await life?.client?.stop();
    } catch (error) {
      this.#log.debug(vscode.l10n.t('The language server did not stop in order: {0}', String(error)));
    }
  }

  /** A server is gone that nobody asked to go: both a failed start and a closed connection may report it. */
  #lost(life: Life, reason: unknown): void {
    if (life !== this.#life) return;
    this.#life = undefined;
    const words = reason instanceof Error ? reason.message : String(reason);
    this.#log.error(vscode.l10n.t('The language server was lost: {0}', words));
    const now = Date.now();
    this.#crashes = [...this.#crashes.filter((time) => now - time < crashWindowMilliseconds), now];
    if (this.#crashes.length <= crashesAllowed) {
      void this.#start();
    } else {
      this.#givenUp = true;
      this.#states.fire('failed');
      void this.#askUser();
    }
  }

  async #askUser(): Promise<void> {
    const restart = vscode.l10n.t('Restart');
    const showLog = vscode.l10n.t('Show Log');
    const choice = await vscode.window.showErrorMessage(
      vscode.l10n.t('The Operator Mirror language server keeps failing and was stopped.'),
      restart,
      showLog,
    );
    if (choice === restart) await this.restart();
    if (choice === showLog) await vscode.commands.executeCommand(commands.showLog);
  }
}
