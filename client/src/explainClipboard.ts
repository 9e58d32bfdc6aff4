import * as vscode from 'vscode';
import type { ExplainLogQuestion } from '../../server/src/protocol.ts';
import type { Asks } from './asks.ts';
import { showMarkdown, withPreviewLinks } from './showMarkdown.ts';

const scheme = 'operator-mirror-explanation';

/** Shows beside the editor what the log in the clipboard means. Its page is kept until the next one. */
export class ExplainClipboard implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #server: Asks;
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changes.event;
  readonly #registration: vscode.Disposable;
  readonly #page = vscode.Uri.from({ scheme, path: `/${vscode.l10n.t('Log in Clipboard')}.md` });
  #text = '';

  constructor(server: Asks) {
    this.#server = server;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  async run(): Promise<void> {
    const cancel = new vscode.CancellationTokenSource();
    try {
      const question: ExplainLogQuestion = { text: await vscode.env.clipboard.readText() };
      const page = await this.#server.request('operatorMirror/explainLog', question, cancel.token);
      if (page === null) {
        void vscode.window.showInformationMessage(
          vscode.l10n.t(
            'Nothing in the clipboard is known to be of oc, oc-mirror, opm, podman, the kubelet or OLM: copy the lines of a log first.',
          ),
        );
        return;
      }
      this.#text = withPreviewLinks(page);
      this.#changes.fire(this.#page);
      await showMarkdown(this.#page);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    } finally {
      cancel.dispose();
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}
