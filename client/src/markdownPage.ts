import * as vscode from 'vscode';
import { showMarkdown, withPreviewLinks } from './showMarkdown.ts';

/** A page of Markdown that the extension writes, kept until the next one takes its place. */
export class MarkdownPage implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changes = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changes.event;
  readonly #registration: vscode.Disposable;
  readonly #page: vscode.Uri;
  #text = '';

  /** @param title what its tab says */
  constructor(scheme: string, title: string) {
    this.#page = vscode.Uri.from({ scheme, path: `/${title}.md` });
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  /** Writes it anew, where it is shown too. */
  write(text: string): void {
    this.#text = withPreviewLinks(text);
    this.#changes.fire(this.#page);
  }

  async show(): Promise<void> {
    await showMarkdown(this.#page);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changes.dispose();
  }
}
