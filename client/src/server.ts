import * as vscode from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import {
  commands,
  type InitializationOptions,
  mappingLanguage,
  type ServerStatus,
  settingsSection,
  statusNotification,
  trustGrantedNotification,
} from '../../server/src/protocol.ts';
import { DocumentGate, type DocumentPeer } from './documentGate.ts';
import { writtenSettings } from './settings.ts';

/** So many crashes within so long are one too many: then the user decides. */
const crashesAllowed = 3;
const crashWindowMilliseconds = 3 * 60_000;

/** What the status item shows: the server's own words, or the client's about the server. */
export type ServerState = 'starting' | 'failed' | ServerStatus;

/** Says everything in the log and nothing in notifications: what the user should know, `Server` tells them once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/**
 * The language server and its life: started when the first document of ours is met, restarted when it
 * crashes, given up with one message when it keeps crashing.
 */
export class Server implements DocumentPeer, vscode.Disposable {
  readonly documents = new DocumentGate(this);
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #settingKeys: readonly string[];
  readonly #states = new vscode.EventEmitter<ServerState>();
  readonly onState = this.#states.event;
  readonly #sorted = new vscode.EventEmitter<void>();
  /** An open YAML document became ours or stopped being so. */
  readonly onSorted = this.#sorted.event;
  #client: LanguageClient | undefined;
  #crashes: number[] = [];
  #givenUp = false;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
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
    if (this.#client === undefined && !this.#givenUp) void this.#start();
  }

  sorted(): void {
    this.#sorted.fire();
  }

  async open(document: vscode.TextDocument): Promise<void> {
    const feature = this.#client?.getFeature(DidOpenTextDocumentNotification.method);
    await feature?.getProvider(document)?.send(document);
  }

  async close(document: vscode.TextDocument): Promise<void> {
    const feature = this.#client?.getFeature(DidCloseTextDocumentNotification.method);
    await feature?.getProvider(document)?.send(document);
  }

  /** Starts it anew, whatever became of it before; a server that nothing needs yet stays away. */
  async restart(): Promise<void> {
    if (this.#client === undefined && !this.#givenUp) {
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

  /** Tells a running server that it may use the network and credentials now. */
  async trustGranted(): Promise<void> {
    if (this.#client?.state === State.Running) await this.#client.sendNotification(trustGrantedNotification);
  }

  dispose(): Promise<void> {
    this.documents.dispose();
    this.#states.dispose();
    this.#sorted.dispose();
    return this.#stop();
  }

  async #start(): Promise<void> {
    this.#states.fire('starting');
    const client = this.#createClient();
    this.#client = client;
    client.onNotification(statusNotification, (status: ServerStatus) => this.#states.fire(status));
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Starting) this.documents.serverStarts();
    });
    try {
      await client.start();
      // A restart may have overtaken this start; two servers would answer everything twice.
      if (client !== this.#client) await client.stop();
    } catch (error) {
      this.#lost(client, error);
    }
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    try {
      await client?.stop();
    } catch (error) {
      this.#log.debug(`The language server did not stop in order: ${String(error)}`);
    }
  }

  #createClient(): LanguageClient {
    const module = this.#context.asAbsolutePath('dist/server.js');
    const run = { module, transport: TransportKind.ipc };
    const debug = { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } };
    const options: LanguageClientOptions = {
      documentSelector: ['file', 'untitled'].flatMap((scheme) => [
        { scheme, language: mappingLanguage },
        { scheme, language: 'yaml' },
        { scheme, pattern: '**/mapping.txt' },
        { scheme, pattern: '**/*-mapping.txt' },
      ]),
      outputChannel: this.#log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: (): InitializationOptions => ({
        ...this.#settings(),
        workspaceTrusted: vscode.workspace.isTrusted,
        storagePath: this.#context.globalStorageUri.fsPath,
      }),
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (_error, _message, count) => ({
          action: (count ?? 0) <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
          handled: true,
        }),
        // The library would restart by itself and speak for itself; one place does both, for crashes and for
        // failed starts alike.
        closed: () => {
          this.#lost(client, 'its process ended');
          return { action: CloseAction.DoNotRestart, handled: true, message: 'Its connection is closed.' };
        },
      },
      middleware: {
        ...this.documents.middleware,
        workspace: {
          configuration: (parameters, token, next) =>
            parameters.items.every((item) => item.section === settingsSection)
              ? parameters.items.map((item) => this.#settings(item.scopeUri))
              : next(parameters, token),
          didChangeConfiguration: async () => {
            const settings = { [settingsSection]: this.#settings() };
            await client.sendNotification(DidChangeConfigurationNotification.type, { settings });
          },
        },
      },
    };
    const client = new QuietClient(settingsSection, 'Operator Mirror', { run, debug }, options);
    return client;
  }

  #settings(scope?: string): Record<string, unknown> {
    const uri = scope === undefined ? undefined : vscode.Uri.parse(scope);
    return writtenSettings(vscode.workspace.getConfiguration(settingsSection, uri), this.#settingKeys);
  }

  /** A server is gone that nobody asked to go: both a failed start and a closed connection may report it. */
  #lost(client: LanguageClient, reason: unknown): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    this.#log.error(`The language server was lost: ${reason instanceof Error ? reason.message : reason}`);
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
