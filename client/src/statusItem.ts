import * as vscode from 'vscode';
import { commands, mappingLanguage, productName } from '../../server/src/protocol/names.ts';
import type { ServerState } from './server.ts';

/** The one language status item: what the server is doing, for documents that it checks. */
export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.LanguageStatusItem;

  constructor() {
    this.#item = vscode.languages.createLanguageStatusItem('operatorMirror.status', []);
    this.#item.name = productName;
    this.#item.command = { command: commands.showLog, title: vscode.l10n.t('Show Log') };
  }

  /** Keeps the item away from YAML that the server does not check. */
  follow(document: vscode.TextDocument | undefined, checked: boolean): void {
    const selector = [{ language: mappingLanguage }];
    if (document !== undefined && checked) selector.push({ language: document.languageId });
    this.#item.selector = selector;
  }

  /** Shows what the server says, or what became of it. */
  show(state: ServerState): void {
    this.#item.busy = state === 'starting';
    if (state === 'starting') {
      this.#say(vscode.l10n.t('Starting'), '', vscode.LanguageStatusSeverity.Information);
    } else if (state === 'failed') {
      const detail = vscode.l10n.t('The language server keeps failing. The log says why.');
      this.#say(vscode.l10n.t('Stopped'), detail, vscode.LanguageStatusSeverity.Error);
    } else {
      const { Information, Warning } = vscode.LanguageStatusSeverity;
      this.#say(state.text, state.detail, state.state === 'warning' ? Warning : Information);
    }
  }

  dispose(): void {
    this.#item.dispose();
  }

  #say(text: string, detail: string, severity: vscode.LanguageStatusSeverity): void {
    this.#item.text = text;
    // An empty detail shows the name, which is what a silent item should say.
    this.#item.detail = detail === '' ? productName : `${productName}: ${detail}`;
    this.#item.severity = severity;
  }
}
