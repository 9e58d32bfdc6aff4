import { CodeLensRefreshRequest, type Diagnostic } from 'vscode-languageserver';
import { pulls, toDiagnostics } from './handlers/diagnostics.ts';
import { logDiagnostics } from './handlers/logs.ts';
import type { Session } from './session.ts';

/** Typing is quicker than this many milliseconds; findings that are sent unasked wait so long for the last change. */
const pushDelay = 20;
/** Answers of registries come in swarms: clients look again once for each, after so many milliseconds. */
const refreshDelay = 100;

/** Tells the client when findings may have changed: by sending them, or to a client that asks, by saying so. */
export class Publisher {
  readonly #session: Session;
  /** What clients that do not ask were last sent of each file, by its key: what it is known by, and its address. */
  readonly #sent = new Map<string, { readonly id: string; readonly uri: string }>();
  #publishTimer: NodeJS.Timeout | undefined;
  #refreshTimer: NodeJS.Timeout | undefined;
  /** Of the publishing that is under way; the next one begins anew. */
  #publishing = new AbortController();

  readonly #listeners = new Set<() => void>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Is told of every change of files, settings or answers, at once: whoever hears it does the work later. */
  onChange(hear: () => void): void {
    this.#listeners.add(hear);
  }

  /** An open file has changed: clients that ask do so by themselves. */
  changed(): void {
    for (const hear of this.#listeners) hear();
    this.#filesChanged();
  }

  #filesChanged(): void {
    if (pulls(this.#session.client)) return;
    clearTimeout(this.#publishTimer);
    this.#publishTimer = setTimeout(() => this.#publish(), pushDelay);
  }

  /** Something else than the text of an open file has changed: everyone looks again. */
  refresh(): void {
    for (const hear of this.#listeners) hear();
    if (pulls(this.#session.client)) {
      this.#refreshTimer ??= setTimeout(() => this.#refreshNow(), refreshDelay);
    } else {
      this.#filesChanged();
    }
  }

  async #publish(): Promise<void> {
    this.#publishing.abort();
    this.#publishing = new AbortController();
    const { signal } = this.#publishing;
    const { workspace, logs, findings, scanned } = this.#session;
    await scanned();
    if (signal.aborted) return;
    // What somebody looks at comes first.
    for (const key of workspace.openKeys()) this.#publishFile(key);
    for (const { key, uri, version } of logs.opened()) {
      const log = logs.get(key);
      if (log !== undefined) this.#send(key, uri, version, 'log', logDiagnostics(log, this.#session));
    }
    for await (const [key] of findings.all(signal)) {
      if (workspace.version(key) === undefined) this.#publishFile(key);
    }
    if (signal.aborted) return;
    for (const [key, { uri }] of this.#sent) {
      if (workspace.snapshot.files.has(key) || logs.get(key) !== undefined) continue;
      this.#send(key, uri, undefined, '', []);
      this.#sent.delete(key);
    }
  }

  #publishFile(key: string): void {
    const { workspace, findings } = this.#session;
    const report = findings.of(key);
    if (report === undefined) return;
    const version = workspace.version(key);
    const id = `${report.id} ${version ?? ''}`;
    const before = this.#sent.get(key);
    if (before?.id === id) return;
    // A file without findings that nobody has opened is nothing to speak of.
    if (before === undefined && version === undefined && report.shown.findings.length === 0) return;
    const uri = workspace.uri(key);
    this.#send(key, uri, version, id, toDiagnostics(report, uri, this.#session));
  }

  #send(key: string, uri: string, version: number | undefined, id: string, diagnostics: Diagnostic[]): void {
    const { connection } = this.#session;
    const before = this.#sent.get(key);
    this.#sent.set(key, { id, uri });
    // Clients write addresses in their own ways, and keep findings by them.
    if (before !== undefined && before.uri !== uri)
      void connection.sendDiagnostics({ uri: before.uri, diagnostics: [] });
    void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
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
