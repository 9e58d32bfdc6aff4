import type { ClientCapabilities, Connection, ServerCapabilities } from 'vscode-languageserver';
import type { EditorCredential, LoginAnswer } from '../protocol/logins.ts';
import type { RegistryAnswer } from '../protocol/registries.ts';
import type { InitializationOptions } from '../protocol/requests.ts';
import type { AnalysisContext } from '../rules/analysis.ts';
import type { Settings } from '../workspace/settings.ts';
import type { OpenFacts } from './factSource.ts';
import type { OpenLogs } from './openLogs.ts';
import type { ServerSettings } from './serverSettings.ts';
import type { WorkspaceFindings } from './workspaceFindings.ts';
import type { WorkspaceState } from './workspaceState.ts';

/** What the server is given by the program that starts it. */
export interface ServerOptions {
  readonly openFacts: OpenFacts;
  /** Asks a registry whether it accepts a login; rejects with its answer, in words for a person. */
  readonly checkLogin: (
    settings: Settings,
    credential: EditorCredential,
    signal: AbortSignal,
  ) => Promise<LoginAnswer>;
  /** Asks a registry whether it answers, and whether it takes the login that is kept for it. */
  readonly askRegistry: (
    settings: Settings,
    credentials: readonly EditorCredential[],
    host: string,
    signal: AbortSignal,
  ) => Promise<RegistryAnswer>;
  /** The address of a rule's page. */
  readonly documentation: (code: string) => string;
  readonly version: string;
}

/** What all handlers of one connection share. Whatever they answer comes from the state of the moment. */
export interface Session {
  readonly connection: Connection;
  readonly options: ServerOptions;
  readonly workspace: WorkspaceState;
  readonly logs: OpenLogs;
  /** What is found in each file now. */
  readonly findings: WorkspaceFindings;
  readonly settings: ServerSettings;
  /** What the client can do; empty until it has said so. */
  readonly client: ClientCapabilities;
  /** Commands that the client registers itself; a code lens may name one of them. */
  readonly clientCommands: readonly string[];
  /** Snapshot, settings and facts as they are now. */
  context(): AnalysisContext;
  /** Calls whoever wants to look again after every change of files, settings or answers. */
  onChange(hear: () => void): void;
  /** Calls whoever wants to know of files that come, change and go, by their paths. */
  onDisk(hear: (paths: readonly string[]) => void): void;
  /** Fires when the client has asked the server to end. */
  readonly closing: AbortSignal;
  /** Settles when the workspace's files have been read, or after a patience: to be awaited before an answer. */
  scanned(): Promise<void>;
}

/**
 * One LSP feature: what it makes the server offer, and its requests. Adding a feature is a file with one of
 * these, and a line in `handlers/index.ts`.
 */
export interface Handler {
  capabilities(client: ClientCapabilities, options: InitializationOptions): ServerCapabilities;
  register(session: Session): void;
}
