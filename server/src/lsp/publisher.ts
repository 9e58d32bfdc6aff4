import { CodeLensRefreshRequest } from 'vscode-languageserver';
import { diagnosticsOf, pulls } from './handlers/diagnostics.ts';
import type { Session } from './session.ts';

/** Typing is quicker than this many milliseconds; findings that are sent unasked wait so long for the last change. */
const pushDelay = 20;
/** Answers of registries come in swarms: clients look again once for each, after so many milliseconds. */
const refreshDelay = 100;

/** Tells the client when findings may have changed: by sending them, or to a client that asks, by saying so. */
export class Publisher {
  readonly #session: Session;
  #publishTimer: NodeJS.Timeout | undefined;
  #refreshTimer: NodeJS.Timeout | undefined;

  constructor(session: Session) {
    this.#session = session;
  }

  /** An open file has changed: clients that ask do so by themselves. */
  changed(): void {
    if (pulls(this.#session.client)) return;
    clearTimeout(this.#publishTimer);
    this.#publishTimer = setTimeout(() => this.#publish(), pushDelay);
  }

  /** Something else than the text of an open file has changed: everyone looks again. */
  refresh(): void {
    if (pulls(this.#session.client)) {
      this.#refreshTimer ??= setTimeout(() => this.#refreshNow(), refreshDelay);
    } else {
      this.changed();
    }
  }

  /** A file is closed: what was said about it is taken back. */
  closed(uri: string): void {
    const { connection, client } = this.#session;
    if (!pulls(client)) void connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  async #publish(): Promise<void> {
    const { connection, workspace, logs, scanned } = this.#session;
    await scanned();
    const files = [...workspace.openKeys()].map((key) => ({
      key,
      uri: workspace.uri(key),
      version: workspace.version(key),
    }));
    for (const { key, uri, version } of [...files, ...logs.opened()]) {
      void connection.sendDiagnostics({
        uri,
        diagnostics: diagnosticsOf(this.#session, key),
        ...(version === undefined ? {} : { version }),
      });
    }
  }

  #refreshNow(): void {
    this.#refreshTimer = undefined;
    const { connection, client } = this.#session;
    const { languages } = connection;
    if (client.workspace?.diagnostics?.refreshSupport) languages.diagnostics.refresh().catch(() => {});
    if (client.workspace?.inlayHint?.refreshSupport) languages.inlayHint.refresh().catch(() => {});
    if (client.workspace?.codeLens?.refreshSupport)
      connection.sendRequest(CodeLensRefreshRequest.type).catch(() => {});
  }
}
