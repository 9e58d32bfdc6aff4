import {
  type CancellationToken,
  CodeActionKind,
  type CodeActionParams,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  DocumentDiagnosticReportKind,
  FileChangeType,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { messageOf } from '../base/errors.ts';
import { offeredFixes, sameFix } from '../features/codeActions.ts';
import { codeLenses } from '../features/codeLenses.ts';
import { hover } from '../features/hover.ts';
import { imageAt, questionsOf } from '../features/imageAt.ts';
import { inlayHints } from '../features/inlayHints.ts';
import {
  checkLoginRequest,
  credentialsNotification,
  type EditorCredential,
  type InitializationOptions,
  imagesWrittenNotification,
  type LoginAnswer,
  mappingLanguage,
  type ServerStatus,
  serverCommands,
  settingsSection,
  statusNotification,
  trustGrantedNotification,
} from '../protocol.ts';
import { type AnalysisContext, analyze } from '../rules/analysis.ts';
import { certainEdits } from '../rules/fixAll.ts';
import type { Fix } from '../rules/rule.ts';
import { noFacts } from '../workspace/facts.ts';
import type { Settings } from '../workspace/settings.ts';
import {
  abortSignal,
  type FixData,
  toCodeAction,
  toCodeLens,
  toDiagnostic,
  toInlayHint,
  toTextEdits,
} from './convert.ts';
import type { OpenFacts } from './factSource.ts';
import { LookAhead } from './lookAhead.ts';
import { ServerSettings } from './serverSettings.ts';
import { keyOf, pathOf } from './uri.ts';
import { pinAll, verifyDestinations } from './wholeFile.ts';
import { WorkspaceState } from './workspaceState.ts';

/** How long a hover, and a list of fixes, wait for a registry before they say that it is being asked. */
const registryPatience = 300;
/** How long a fix that somebody chose may wait for its digest. */
const resolvePatience = 20_000;
/** How long the first answers wait for the workspace's files; then they do without. */
const scanPatience = 3_000;
/** Typing is quicker than this; clients without pull diagnostics get news this long after the last change. */
const pushDelay = 20;

/** Answers of registries come in swarms; clients look again once for each. */
const refreshDelay = 100;

const fixAllKind = `${CodeActionKind.SourceFixAll}.operatorMirror`;

export interface ServerOptions {
  readonly openFacts: OpenFacts;
  /** Asks a registry whether it accepts a login; rejects with its answer, in words for a person. */
  readonly checkLogin: (
    settings: Settings,
    credential: EditorCredential,
    signal: AbortSignal,
  ) => Promise<LoginAnswer>;
  /** The address of a rule's page. */
  readonly documentation: (code: string) => string;
  readonly version: string;
}

/** Connects the language features to an LSP connection. Call `listen` on the connection afterwards. */
export function startServer(connection: Connection, options: ServerOptions): void {
  new Server(connection, options).register();
}

class Server {
  readonly #connection: Connection;
  readonly #options: ServerOptions;
  readonly #workspace: WorkspaceState;
  readonly #settings: ServerSettings;
  readonly #lookAhead = new LookAhead();
  #capabilities: InitializeParams['capabilities'] = {};
  #pulls = false;
  #folders: string[] = [];
  #scan: Promise<unknown> = Promise.resolve();
  #publishTimer: NodeJS.Timeout | undefined;
  #refreshTimer: NodeJS.Timeout | undefined;

  constructor(connection: Connection, options: ServerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#workspace = new WorkspaceState(() => this.#refresh());
    this.#settings = new ServerSettings(
      options.openFacts,
      () => this.#refresh(),
      (message) => this.#connection.console.info(message),
    );
  }

  register(): void {
    const connection = this.#connection;
    connection.onInitialize((params) => this.#initialize(params));
    connection.onInitialized(() => this.#initialized());
    connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
      this.#workspace.open(uri, languageId === mappingLanguage, version, text);
      this.#track(this.#workspace.addContextOf(uri));
      this.#changed();
    });
    connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
      this.#workspace.change(uri, version, contentChanges);
      this.#changed();
    });
    connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
      if (!this.#pulls) void connection.sendDiagnostics({ uri, diagnostics: [] });
      this.#track(this.#workspace.close(uri));
    });
    connection.onDidChangeWatchedFiles(({ changes }) => {
      this.#track(Promise.all(changes.map(({ uri, type }) => this.#diskChanged(uri, type))));
    });
    connection.onDidChangeConfiguration(({ settings }) => {
      this.#track(this.#loadSettings((settings as Record<string, unknown> | undefined)?.[settingsSection]));
    });
    connection.onNotification(credentialsNotification, (credentials: readonly EditorCredential[]) =>
      this.#settings.logIn(credentials),
    );
    connection.onRequest(checkLoginRequest, (credential: EditorCredential, token: CancellationToken) =>
      this.#checkLogin(credential, abortSignal(token)),
    );
    connection.onNotification(imagesWrittenNotification, () => this.#settings.facts.imagesWritten());
    connection.onNotification(trustGrantedNotification, () => {
      this.#settings.trust();
      this.#sendStatus();
    });
    connection.languages.diagnostics.on(async ({ textDocument }) => {
      await this.#scanned();
      return { kind: DocumentDiagnosticReportKind.Full, items: this.#diagnostics(keyOf(textDocument.uri)) };
    });
    connection.onHover(async ({ textDocument, position }) => {
      const key = keyOf(textDocument.uri);
      await this.#scanned();
      const file = this.#workspace.snapshot.files.get(key);
      const image = file && imageAt(file, position);
      const { facts } = this.#settings;
      if (file !== undefined && image !== undefined) {
        const answers = questionsOf(image).map((question) =>
          facts.whenKnown(question, registryPatience, key),
        );
        this.#lookAhead.from(file, position.line, (next) => facts.image(next, key));
        await Promise.all(answers);
      }
      const result = hover({ snapshot: this.#workspace.snapshot, facts, now: Date.now() }, key, position);
      return result && { range: result.range, contents: { kind: 'markdown', value: result.text } };
    });
    connection.languages.inlayHint.on(async ({ textDocument, range }) => {
      await this.#scanned();
      return inlayHints(this.#context(), keyOf(textDocument.uri), range).map(toInlayHint);
    });
    connection.onCodeLens(async ({ textDocument: { uri } }) => {
      await this.#scanned();
      return codeLenses(this.#workspace.snapshot, keyOf(uri)).map((lens) => toCodeLens(lens, uri));
    });
    connection.onExecuteCommand(async ({ command, arguments: [uri] = [] }, token, progress) => {
      if (typeof uri !== 'string') return;
      const signal = abortSignal(token);
      const run = {
        connection,
        uri,
        path: keyOf(uri),
        context: () => this.#context(),
        facts: () => this.#settings.facts,
        progress,
        signal,
      };
      if (command === serverCommands.pinAll) await pinAll(run);
      if (command === serverCommands.verifyDestinations) await verifyDestinations(run);
    });
    connection.onCodeAction((params) => this.#codeActions(params));
    connection.onCodeActionResolve(async (action) => {
      const data = action.data as FixData;
      const fix = await this.#fixAgain(data);
      return { ...action, edit: { changes: { [data.uri]: toTextEdits(fix.edits()) } } };
    });
    connection.onShutdown(() => this.#settings.close());
  }

  async #checkLogin(credential: EditorCredential, signal: AbortSignal): Promise<LoginAnswer> {
    if (!this.#settings.isOnline) {
      throw new ResponseError(LSPErrorCodes.RequestFailed, this.#settings.status().detail);
    }
    try {
      return await this.#options.checkLogin(this.#settings.current, credential, signal);
    } catch (error) {
      throw new ResponseError(LSPErrorCodes.RequestFailed, messageOf(error));
    }
  }

  #initialize(params: InitializeParams): InitializeResult {
    const { capabilities, initializationOptions, workspaceFolders, rootUri } = params;
    this.#capabilities = capabilities;
    this.#pulls = capabilities.textDocument?.diagnostic !== undefined;
    const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
    this.#folders = uris.flatMap((uri) => pathOf(uri) ?? []);
    const { workspaceTrusted, storagePath, ...settings } = (initializationOptions ??
      {}) as InitializationOptions;
    this.#settings.start({
      trusted: workspaceTrusted ?? true,
      storagePath,
      settings,
      folders: () => this.#folders,
    });
    return {
      serverInfo: { name: 'operator-mirror', version: this.#options.version },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        hoverProvider: true,
        inlayHintProvider: true,
        codeLensProvider: {},
        executeCommandProvider: { commands: Object.values(serverCommands), workDoneProgress: true },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind], resolveProvider: true },
        ...(this.#pulls
          ? {
              diagnosticProvider: {
                identifier: 'operator-mirror',
                interFileDependencies: true,
                workspaceDiagnostics: false,
              },
            }
          : {}),
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
    };
  }

  #initialized(): void {
    const { workspace } = this.#capabilities;
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration) {
      const watchers = [{ globPattern: '**/*mapping.txt' }, { globPattern: '**/*.{yaml,yml}' }];
      this.#connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(() => {});
    }
    if (workspace?.didChangeConfiguration?.dynamicRegistration) {
      this.#connection.client
        .register(DidChangeConfigurationNotification.type, { section: settingsSection })
        .catch(() => {});
    }
    if (workspace?.workspaceFolders) {
      this.#connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = removed.map(({ uri }) => pathOf(uri));
        const come = added.flatMap(({ uri }) => pathOf(uri) ?? []);
        this.#folders = [...this.#folders.filter((folder) => !gone.includes(folder)), ...come];
        for (const folder of come) this.#addFolder(folder);
      });
    }
    for (const folder of this.#folders) this.#addFolder(folder);
    this.#track(this.#settings.ready.then(() => this.#changed()));
    this.#sendStatus();
  }

  #addFolder(folder: string): void {
    this.#track(this.#workspace.addFolder(folder));
  }

  async #diskChanged(uri: string, type: FileChangeType): Promise<void> {
    if (uri.endsWith('/.operator-mirror.yaml')) await this.#loadSettings(undefined);
    else await this.#workspace.diskChanged(uri);
    if (type === FileChangeType.Deleted) this.#sendStatus();
  }

  /** Asks the client where it can be asked, and else takes what it sent. */
  async #loadSettings(sent: unknown): Promise<void> {
    const asked = this.#capabilities.workspace?.configuration
      ? await this.#connection.workspace.getConfiguration(settingsSection).catch(() => undefined)
      : undefined;
    await this.#settings.change(asked ?? sent);
    this.#sendStatus();
    this.#refresh();
  }

  #context(): AnalysisContext {
    return {
      snapshot: this.#workspace.snapshot,
      settings: this.#settings.current,
      facts: this.#settings.facts,
    };
  }

  #diagnostics(key: string) {
    const file = this.#workspace.snapshot.files.get(key);
    if (file === undefined) return [];
    return analyze(file, this.#context()).map((finding) =>
      toDiagnostic(finding, this.#options.documentation),
    );
  }

  async #codeActions({ textDocument: { uri }, range, context: { only } }: CodeActionParams) {
    await this.#scanned();
    const key = keyOf(uri);
    const wants = (kind: string) =>
      only === undefined || only.some((wanted) => kind === wanted || kind.startsWith(`${wanted}.`));
    const actions = [];
    if (only !== undefined && wants(fixAllKind)) {
      const file = this.#workspace.snapshot.files.get(key);
      // Certain fixes never need a registry, so none is asked for them.
      const edits = file === undefined ? [] : certainEdits(file, { ...this.#context(), facts: noFacts });
      if (edits.length > 0) {
        actions.push({
          title: 'Fix all that is certain',
          kind: fixAllKind,
          edit: { changes: { [uri]: toTextEdits(edits) } },
        });
      }
    }
    if (!wants(CodeActionKind.QuickFix)) return actions;
    const questions = offeredFixes(this.#context(), key, range).flatMap(({ fix }) => fix.awaits ?? []);
    await Promise.all(
      questions.map((question) => this.#settings.facts.whenKnown(question, registryPatience, key)),
    );
    const resolves =
      this.#capabilities.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') ?? false;
    for (const offered of offeredFixes(this.#context(), key, range)) {
      const diagnostic = toDiagnostic(offered.finding, this.#options.documentation);
      const action = toCodeAction(offered, diagnostic, { uri, version: this.#workspace.version(key) });
      if (resolves) actions.push(action);
      else
        actions.push({
          ...action,
          edit: { changes: { [uri]: toTextEdits((await this.#known(offered.fix, action.data)).edits()) } },
        });
    }
    return actions;
  }

  async #known(fix: Fix, data: FixData): Promise<Fix> {
    return fix.awaits === undefined ? fix : this.#fixAgain(data);
  }

  /** Rejects with the reason when the text has changed, or when no registry has answered. */
  async #fixAgain(data: FixData): Promise<Fix> {
    const key = keyOf(data.uri);
    const again = () =>
      this.#workspace.version(key) === data.version ? sameFix(this.#context(), key, data) : undefined;
    const fix = again();
    const answers = await Promise.all(
      (fix?.awaits ?? []).map((question) => this.#settings.facts.whenKnown(question, resolvePatience, key)),
    );
    const ready = again();
    if (ready !== undefined && ready.awaits === undefined) return ready;
    const reasons = answers.flatMap((answer) => ('reason' in answer ? [answer.reason] : []));
    const reason =
      reasons[0] ??
      (fix === undefined
        ? 'the text has changed since the fix was offered'
        : 'the registry has not answered yet; try again');
    throw new ResponseError(LSPErrorCodes.RequestFailed, `This fix cannot be made: ${reason}`);
  }

  /** Waits for work that decides the first answers, such as reading the workspace. */
  #track(work: Promise<unknown>): void {
    const reported = work.catch((error: unknown) => this.#connection.console.error(messageOf(error)));
    this.#scan = Promise.all([this.#scan, reported]);
  }

  async #scanned(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, scanPatience);
    });
    await Promise.race([this.#scan, patience]);
    clearTimeout(timer);
  }

  /** An open file has changed: clients that pull ask by themselves. */
  #changed(): void {
    if (this.#pulls) return;
    clearTimeout(this.#publishTimer);
    this.#publishTimer = setTimeout(() => this.#publish(), pushDelay);
  }

  async #publish(): Promise<void> {
    await this.#scanned();
    for (const key of this.#workspace.openKeys()) {
      const uri = this.#workspace.uri(key);
      const version = this.#workspace.version(key);
      void this.#connection.sendDiagnostics({
        uri,
        diagnostics: this.#diagnostics(key),
        ...(version === undefined ? {} : { version }),
      });
    }
  }

  /** Something else than the text of an open file has changed: everyone looks again. */
  #refresh(): void {
    if (!this.#pulls) {
      this.#changed();
      return;
    }
    this.#refreshTimer ??= setTimeout(() => this.#refreshNow(), refreshDelay);
  }

  #refreshNow(): void {
    this.#refreshTimer = undefined;
    const { languages } = this.#connection;
    const { workspace } = this.#capabilities;
    if (workspace?.diagnostics?.refreshSupport) languages.diagnostics.refresh().catch(() => {});
    if (workspace?.inlayHint?.refreshSupport) languages.inlayHint.refresh().catch(() => {});
  }

  #sendStatus(): void {
    const status: ServerStatus = this.#settings.status();
    void this.#connection.sendNotification(statusNotification, status);
  }
}
