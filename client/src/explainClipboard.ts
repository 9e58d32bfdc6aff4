import * as vscode from 'vscode';
import type { ExplainLogQuestion } from '../../server/src/protocol/files.ts';
import type { Asks } from './asks.ts';
import { MarkdownPage } from './markdownPage.ts';

/** Shows beside the editor what the log in the clipboard means. Its page is kept until the next one. */
export class ExplainClipboard implements vscode.Disposable {
  readonly #server: Asks;
  readonly #page = new MarkdownPage('operator-mirror-explanation', vscode.l10n.t('Log in Clipboard'));

  constructor(server: Asks) {
    this.#server = server;
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
      this.#page.write(page);
      await this.#page.show();
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    } finally {
      cancel.dispose();
    }
  }

  dispose(): void {
    this.#page.dispose();
  }
}
