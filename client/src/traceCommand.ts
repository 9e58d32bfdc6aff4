import * as vscode from 'vscode';
import { type TraceAnswer, type TraceQuestion, traceRequest } from '../../server/src/protocol.ts';
import type { Reports } from './reports.ts';

/** What asks the server; it starts the server where there is none yet. */
export interface TraceServer {
  request<Answer>(method: string, parameters: unknown, token: vscode.CancellationToken): Promise<Answer>;
}

/**
 * Shows where nodes pull an image from: the image under the cursor, else one that the user names, or an event that
 * they paste.
 */
export async function traceImagePull(server: TraceServer, reports: Reports): Promise<void> {
  const cancel = new vscode.CancellationTokenSource();
  const ask = (question: TraceQuestion) =>
    server.request<TraceAnswer | null>(traceRequest, question, cancel.token);
  try {
    const editor = vscode.window.activeTextEditor;
    let answer: TraceAnswer | null = null;
    if (editor !== undefined) {
      const { line, character } = editor.selection.active;
      answer = await ask({ uri: editor.document.uri.toString(), position: { line, character } });
    }
    if (answer === null) {
      const text = await vscode.window.showInputBox({
        title: vscode.l10n.t('Trace Image Pull'),
        prompt: vscode.l10n.t('An image, or an event such as: Failed to pull image "quay.io/…"'),
        value: editor?.document.getText(editor.selection) ?? '',
      });
      if (text === undefined) return;
      answer = await ask({ text });
      if (answer === null) {
        void vscode.window.showWarningMessage(vscode.l10n.t('There is no image of a registry in this text.'));
        return;
      }
    }
    await reports.show(vscode.l10n.t('Trace of {0}', answer.image), answer.report);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  } finally {
    cancel.dispose();
  }
}
