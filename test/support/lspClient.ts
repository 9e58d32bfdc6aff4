import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type CodeAction,
  CodeActionRequest,
  CodeActionResolveRequest,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  type Hover,
  HoverRequest,
  InitializedNotification,
  type InitializeParams,
  InitializeRequest,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  ShutdownRequest,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver-protocol';
import { createProtocolConnection } from 'vscode-languageserver-protocol/node';

const root = join(import.meta.dirname, '../..');

export interface LspOptions {
  readonly folder?: string;
  /** The language of the editor. */
  readonly locale?: string;
  readonly initializationOptions?: Record<string, unknown>;
  readonly capabilities?: InitializeParams['capabilities'];
  readonly environment?: Record<string, string>;
  /** What runs as the server; the built bundle when left out. */
  readonly command?: readonly [string, ...string[]];
}

/** A plain LSP client that talks to the built server over stdio, as any editor would. */
export class LspClient {
  readonly connection: ProtocolConnection;
  readonly published = new Map<string, PublishDiagnosticsParams>();
  result: InitializeResult | undefined;
  readonly #process: ChildProcess;
  #version = 1;

  private constructor(process: ChildProcess, connection: ProtocolConnection) {
    this.#process = process;
    this.connection = connection;
  }

  static async start(options: LspOptions = {}): Promise<LspClient> {
    const [command, ...rest] = options.command ?? [process.execPath, join(root, 'dist/server.js'), '--stdio'];
    const child = spawn(command, rest, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...options.environment },
    });
    if (child.stdout === null || child.stdin === null) throw new Error('the server has no stdio');
    const connection = createProtocolConnection(child.stdout, child.stdin);
    const client = new LspClient(child, connection);
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      client.published.set(params.uri, params);
    });
    connection.onRequest('client/registerCapability', () => null);
    connection.onRequest('workspace/diagnostic/refresh', () => null);
    connection.onRequest('workspace/configuration', ({ items }: { items: unknown[] }) =>
      items.map(() => null),
    );
    connection.listen();
    client.result = await connection.sendRequest(InitializeRequest.type, {
      processId: process.pid,
      rootUri: options.folder === undefined ? null : pathToFileURL(options.folder).href,
      capabilities: options.capabilities ?? { textDocument: { diagnostic: {} } },
      workspaceFolders:
        options.folder === undefined ? null : [{ uri: pathToFileURL(options.folder).href, name: 'test' }],
      initializationOptions: options.initializationOptions,
      ...(options.locale !== undefined && { locale: options.locale }),
    });
    await connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async open(uri: string, languageId: string, text: string): Promise<void> {
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async change(uri: string, changes: TextDocumentContentChangeEvent[]): Promise<void> {
    this.#version++;
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: this.#version },
      contentChanges: changes,
    });
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.connection.sendRequest(DocumentDiagnosticRequest.type, {
      textDocument: { uri },
    });
    return report.kind === 'full' ? report.items : [];
  }

  hover(uri: string, line: number, character: number): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri },
      position: { line, character },
    });
  }

  /** The hover once the server has found what it looks for: it answers before, where that takes it longer than a moment. */
  async hoverWhenKnown(uri: string, line: number, character: number): Promise<Hover | null> {
    for (;;) {
      const hover = await this.hover(uri, line, character);
      if (!JSON.stringify(hover).includes('hover again in a moment')) return hover;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async codeActions(uri: string, range: Range, only?: string[]): Promise<CodeAction[]> {
    const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri },
      range,
      context,
    });
    return (actions ?? []) as CodeAction[];
  }

  resolve(action: CodeAction): Promise<CodeAction> {
    return this.connection.sendRequest(CodeActionResolveRequest.type, action);
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    const exited = once(this.#process, 'exit');
    await this.connection.sendNotification('exit');
    await exited;
    this.connection.dispose();
  }
}
