import {
  type ClientCapabilities,
  type Connection,
  DidChangeConfigurationNotification,
  type InitializeParams,
  type InitializeResult,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { speakLanguage } from '../access/translation.ts';
import { letYoungGenerationGrow } from '../access/youngGeneration.ts';
import { messageOf } from '../base/errors.ts';
import { languageOf } from '../base/languages.ts';
import { t } from '../base/sentences.ts';
import { configurationName } from '../files/configuration.ts';
import type { ImagesWritten } from '../protocol/files.ts';
import { mappingLanguage, settingsSection } from '../protocol/names.ts';
import type { InitializationOptions } from '../protocol/requests.ts';
import type { AnalysisContext } from '../rules/analysis.ts';
import { folderOperations, hearOfDisk, watchDisk } from './diskEvents.ts';
import { type DiskEvent, DiskFiles } from './diskFiles.ts';
import { handlers } from './handlers/index.ts';
import { OpenLogs } from './openLogs.ts';
import { onTold, tell } from './peer.ts';
import { Publisher } from './publisher.ts';
import { ServerSettings } from './serverSettings.ts';
import type { ServerOptions, Session } from './session.ts';
import { isSmallHeap } from './smallHeap.ts';
import { SourceCatalogs } from './sourceCatalogs.ts';
import { keyOf, pathOf } from './uri.ts';
import { WorkspaceFindings } from './workspaceFindings.ts';
import { WorkspaceState } from './workspaceState.ts';

/** Milliseconds that the first answers wait for the workspace's files; then they do without. */
const scanPatience = 3_000;

/** Connects the language features to an LSP connection. Call `listen` on the connection afterwards. */
export function startServer(connection: Connection, options: ServerOptions): void {
  const server = new Server(connection, options);
  server.register();
  for (const handler of handlers) handler.register(server);
}

function refusedWords(error: unknown): string {
  return t('The client does not tell of all changes as it was asked to: {0}', messageOf(error));
}

/** The life of a connection: its files, its settings and its trust. What it answers is in `handlers`. */
class Server implements Session {
  readonly connection: Connection;
  readonly options: ServerOptions;
  readonly workspace: WorkspaceState;
  readonly logs = new OpenLogs();
  readonly findings = new WorkspaceFindings(() => this.context());
  readonly settings: ServerSettings;
  client: ClientCapabilities = {};
  clientCommands: readonly string[] = [];
  readonly #publisher = new Publisher(this);
  readonly #catalogs: SourceCatalogs;
  readonly #disk: DiskFiles;
  readonly #closing = new AbortController();
  readonly #diskHearers: ((paths: readonly string[]) => void)[] = [];
  #scan: Promise<unknown> = Promise.resolve();
  #hasTyped = false;

  constructor(connection: Connection, options: ServerOptions) {
    this.connection = connection;
    this.options = options;
    this.workspace = new WorkspaceState();
    this.#catalogs = new SourceCatalogs(
      this.workspace,
      () => this.settings.facts,
      () => this.#publisher.refresh(),
      () => performance.now(),
    );
    this.#disk = new DiskFiles(
      this.workspace,
      () => this.#refresh(),
      (message) => connection.console.warn(message),
    );
    this.settings = new ServerSettings(
      options.openFacts,
      () => this.#refresh(),
      (message) => connection.console.info(message),
    );
  }

  readonly context = (): AnalysisContext => ({
    snapshot: this.workspace.snapshot,
    settings: this.settings.current,
    facts: this.settings.facts,
  });

  readonly scanned = async (): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, scanPatience);
    });
    await Promise.race([this.#scan, patience]);
    clearTimeout(timer);
  };

  onChange(hear: () => void): void {
    this.#publisher.onChange(hear);
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  onDisk(hear: (paths: readonly string[]) => void): void {
    this.#diskHearers.push(hear);
  }

  register(): void {
    const { connection } = this;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => this.#initialized());
    connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
      if (OpenLogs.mayBe(uri, languageId)) this.logs.open(uri, version, text);
      else this.#open(uri, languageId === mappingLanguage, version, text);
      this.#track(this.#disk.addContextOf(uri));
      this.#changed();
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      this.#typed();
      if (!this.logs.change(uri, version, contentChanges))
        this.workspace.change(uri, version, contentChanges);
      this.#changed();
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      if (!this.logs.close(uri)) {
        this.workspace.close(uri);
        this.#track(this.#disk.closed(uri));
      }
      this.#changed();
    });
    hearOfDisk(connection, (events) => {
      this.#track(this.#diskChanged(events));
      const paths = events.flatMap(({ uri }) => pathOf(uri) ?? []);
      for (const hear of this.#diskHearers) hear(paths);
    });
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#track(this.#loadSettings((settings as Record<string, unknown> | undefined)?.[settingsSection]));
    });
    onTold(connection, 'operatorMirror/imagesWritten', (written: ImagesWritten | undefined) => {
      const { facts } = this.settings;
      facts.imagesWritten();
      facts.catalogsWritten();
      if (typeof written?.uri === 'string') facts.askAbout(keyOf(written.uri));
    });
    onTold(connection, 'operatorMirror/trustGranted', () => {
      this.#track(Promise.all([this.settings.trust(), this.#disk.trust()]).then(() => this.#refresh()));
      this.#sendStatus();
    });
    connection.onShutdown(() => {
      this.#closing.abort();
      this.#catalogs.close();
      return this.settings.close();
    });
  }

  /** The text of a file has changed. */
  #changed(): void {
    this.#publisher.changed();
    this.#catalogs.changed();
  }

  /** Something else has changed than the text of an open file. */
  #refresh(): void {
    this.#publisher.refresh();
    this.#catalogs.changed();
  }

  /** Until now large files were read, of which nearly everything stays; from now on nearly everything is soon garbage. */
  #typed(): void {
    if (this.#hasTyped) return;
    this.#hasTyped = true;
    if (!isSmallHeap()) letYoungGenerationGrow();
  }

  /** A file that nobody has read yet, such as one that was just made, may be what others wait for. */
  #open(uri: string, isMapping: boolean, version: number, text: string): void {
    const isNew = !this.workspace.snapshot.files.has(keyOf(uri));
    this.workspace.open(uri, isMapping, version, text);
    if (isNew) this.#refresh();
  }

  #initialize(params: InitializeParams): InitializeResult {
    const { capabilities, initializationOptions, workspaceFolders, rootUri, locale } = params;
    speakLanguage(languageOf(locale));
    this.client = capabilities;
    const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
    const options = (initializationOptions ?? {}) as InitializationOptions;
    const { workspaceTrusted, storagePath, clientCommands = [], ...settings } = options;
    this.clientCommands = clientCommands;
    const trusted = workspaceTrusted ?? true;
    this.#disk.start(
      uris.flatMap((uri) => pathOf(uri) ?? []),
      trusted,
    );
    this.settings.start({ trusted, storagePath, settings, folders: () => this.#disk.folders });
    const own: ServerCapabilities = {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      workspace: {
        workspaceFolders: { supported: true, changeNotifications: true },
        fileOperations: folderOperations,
      },
    };
    return {
      serverInfo: { name: 'operator-mirror', version: this.options.version },
      capabilities: Object.assign(
        own,
        ...handlers.map((handler) => handler.capabilities(capabilities, options)),
      ),
    };
  }

  #initialized(): void {
    const { workspace } = this.client;
    // Who refuses leaves us with what it tells unasked, and somebody may wonder why.
    const refused = (error: unknown) => this.connection.console.warn(refusedWords(error));
    watchDisk(this.connection, this.client, refused);
    if (workspace?.didChangeConfiguration?.dynamicRegistration) {
      this.connection.client
        .register(DidChangeConfigurationNotification.type, { section: settingsSection })
        .catch(refused);
    }
    if (workspace?.workspaceFolders) {
      this.connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const pathsOf = (folders: typeof added) => folders.flatMap(({ uri }) => pathOf(uri) ?? []);
        this.#track(this.#disk.changeFolders(pathsOf(added), pathsOf(removed)));
        this.#track(this.#loadSettings(undefined));
      });
    }
    this.#track(this.#disk.readAll());
    this.#track(this.settings.ready.then(() => this.#changed()));
    this.#sendStatus();
  }

  async #diskChanged(events: readonly DiskEvent[]): Promise<void> {
    const isConfiguration = ({ uri }: DiskEvent) => uri.endsWith(`/${configurationName}`);
    if (events.some(isConfiguration)) await this.#loadSettings(undefined);
    await this.#disk.changed(events.filter((event) => !isConfiguration(event)));
  }

  /** Asks the client where it can be asked, and else takes what it sent. */
  async #loadSettings(sent: unknown): Promise<void> {
    const asked = this.client.workspace?.configuration
      ? await this.connection.workspace.getConfiguration(settingsSection).catch((error: unknown) => {
          this.connection.console.warn(t('The client does not tell its settings: {0}', messageOf(error)));
          return undefined;
        })
      : undefined;
    await this.settings.change(asked ?? sent);
    this.#sendStatus();
    this.#refresh();
  }

  /** Lets the first answers wait for work that decides them, such as reading the workspace. */
  #track(work: Promise<unknown>): void {
    const reported = work.catch((error: unknown) => this.connection.console.error(messageOf(error)));
    // What it settles to is not kept: each would hold what all before it settled to.
    this.#scan = Promise.all([this.#scan, reported]).then(() => {});
  }

  #sendStatus(): void {
    tell(this.connection, 'operatorMirror/status', this.settings.status());
  }
}
