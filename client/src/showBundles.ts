import * as vscode from 'vscode';
import type { SelectionQuestion } from '../../server/src/protocol/choice.ts';
import type { DocumentPosition } from '../../server/src/protocol/files.ts';
import type { Asks } from './asks.ts';
import { MarkdownPage } from './markdownPage.ts';

/**
 * Shows beside the editor what an entry of an ImageSetConfiguration takes from its catalog: at once what is known, and with the sizes
 * of the images as soon as their registries have told them.
 */
export class ShowBundles implements vscode.Disposable {
  readonly #server: Asks;
  readonly #page = new MarkdownPage('operator-mirror-bundles', vscode.l10n.t('Selected Bundles'));
  #running: vscode.CancellationTokenSource | undefined;

  constructor(server: Asks) {
    this.#server = server;
  }

  /** A code lens names the document and a place in it; else the cursor does. */
  async run(uri: unknown, position: unknown): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const question: SelectionQuestion | undefined =
      typeof uri === 'string' && isPosition(position)
        ? { uri, position }
        : editor && { uri: editor.document.uri.toString(), position: placeOf(editor.selection.active) };
    if (question === undefined) return tellNothing();
    this.#running?.cancel();
    const running = new vscode.CancellationTokenSource();
    this.#running = running;
    const ask = (more: Partial<SelectionQuestion> = {}) =>
      this.#server.request('operatorMirror/selectedBundles', { ...question, ...more }, running.token);
    try {
      const page = await withProgress(vscode.l10n.t('Opening the catalog'), running, ask());
      if (page === null) return tellNothing();
      this.#page.write(page);
      await this.#page.show();
      const sized = await withProgress(
        vscode.l10n.t('Asking for the sizes of images'),
        running,
        ask({ ask: true }),
      );
      if (sized !== null && this.#running === running) this.#page.write(sized);
    } catch (error) {
      if (running.token.isCancellationRequested) return;
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    } finally {
      running.dispose();
      if (this.#running === running) this.#running = undefined;
    }
  }

  dispose(): void {
    this.#running?.cancel();
    this.#page.dispose();
  }
}

async function withProgress<T>(
  title: string,
  cancel: vscode.CancellationTokenSource,
  work: Promise<T>,
): Promise<T> {
  const location = vscode.ProgressLocation.Window;
  return vscode.window.withProgress({ location, title }, (_progress, token) => {
    token.onCancellationRequested(() => cancel.cancel());
    return work;
  });
}

function tellNothing(): void {
  void vscode.window.showInformationMessage(
    vscode.l10n.t(
      'Put the cursor on a catalog or a package of an ImageSetConfiguration for oc-mirror v2 first.',
    ),
  );
}

function placeOf({ line, character }: vscode.Position): DocumentPosition {
  return { line, character };
}

function isPosition(value: unknown): value is DocumentPosition {
  return typeof value === 'object' && value !== null && 'line' in value && 'character' in value;
}
