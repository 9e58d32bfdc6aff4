import * as vscode from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import type { CatalogQuestion } from '../../server/src/protocol/catalogs.ts';
import {
  clientCommands,
  mappingLanguage,
  productName,
  settingsSection,
} from '../../server/src/protocol/names.ts';
import type { InitializationOptions, ServerNotifications } from '../../server/src/protocol/requests.ts';
import type { RunNews } from '../../server/src/protocol/runs.ts';
import type { ServerStatus } from '../../server/src/protocol/status.ts';
import type { DocumentGate } from './documentGate.ts';

/** What the client needs to know and whom it tells. */
export interface ClientHost {
  /** The server's bundle. */
  readonly module: string;
  readonly storagePath: string;
  readonly log: vscode.LogOutputChannel;
  readonly documents: DocumentGate;
  /** The settings that somebody has written, for a resource or for the window. */
  settings(scope?: vscode.Uri): Record<string, unknown>;
  status(status: ServerStatus): void;
  /** Files name other catalogs, or are read with other settings. */
  catalogsChanged(): void;
  /** More is known of a catalog. */
  catalogNews(question: CatalogQuestion): void;
  /** Mirror runs are not what they were. */
  runNews(news: RunNews): void;
  /** The connection has ended, and nobody asked for it. */
  lost(reason: string): void;
}

/** Says everything in the log and nothing in notifications: what the user should know, `Server` tells them once. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/**
 * The LSP client. Its library is most of this extension's code, so this file is loaded when the server is
 * needed and not before.
 */
export function createClient(host: ClientHost): LanguageClient {
  const { module, log, documents } = host;
  // Over stdio the server writes its messages itself, and has the texts of most findings at hand.
  const run = { module, transport: TransportKind.stdio };
  const debug = { ...run, options: { execArgv: ['--nolazy', '--inspect=6009'] } };
  const options: LanguageClientOptions = {
    documentSelector: ['file', 'untitled'].flatMap((scheme) => [
      { scheme, language: mappingLanguage },
      { scheme, language: 'yaml' },
      { scheme, language: 'json' },
      { scheme, language: 'jsonc' },
      { scheme, language: 'log' },
      { scheme, language: 'plaintext' },
      { scheme, pattern: '**/mapping.txt' },
      { scheme, pattern: '**/*-mapping.txt' },
    ]),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: (): InitializationOptions => ({
      ...host.settings(),
      workspaceTrusted: vscode.workspace.isTrusted,
      storagePath: host.storagePath,
      clientCommands,
    }),
    initializationFailedHandler: () => false,
    errorHandler: {
      // A process that died first shows itself as errors of writing to it. Shutting down on those would end the
      // client without `closed`; when the connection is really gone, `closed` follows.
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      // The library would restart by itself and speak for itself; `Server` does both, for crashes and for
      // failed starts alike.
      closed: () => {
        host.lost(vscode.l10n.t('its process ended'));
        return {
          action: CloseAction.DoNotRestart,
          handled: true,
          message: vscode.l10n.t('Its connection is closed.'),
        };
      },
    },
    middleware: {
      ...documents.middleware,
      // From the palette a command of the server's is about the file that is shown; a code lens names its own.
      executeCommand: (command, args, next) => {
        const shown = vscode.window.activeTextEditor?.document.uri.toString();
        return next(command, args.length === 0 && shown !== undefined ? [shown] : args);
      },
      workspace: {
        configuration: (parameters, token, next) =>
          parameters.items.every((item) => item.section === settingsSection)
            ? parameters.items.map(({ scopeUri }) =>
                host.settings(scopeUri === undefined ? undefined : vscode.Uri.parse(scopeUri)),
              )
            : next(parameters, token),
        didChangeConfiguration: async () => {
          const settings = { [settingsSection]: host.settings() };
          await client.sendNotification(DidChangeConfigurationNotification.type, { settings });
        },
      },
    },
  };
  const client = new QuietClient(settingsSection, productName, { run, debug }, options);
  onTold(client, 'operatorMirror/status', (status) => host.status(status));
  onTold(client, 'operatorMirror/catalogsChanged', () => host.catalogsChanged());
  onTold(client, 'operatorMirror/catalogNews', (question) => host.catalogNews(question));
  onTold(client, 'operatorMirror/runNews', (news) => host.runNews(news));
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Starting) documents.serverStarts();
  });
  return client;
}

/** Hears what the server tells. */
function onTold<Name extends keyof ServerNotifications>(
  client: LanguageClient,
  name: Name,
  hear: (params: ServerNotifications[Name]) => void,
): void {
  client.onNotification(name, hear);
}
