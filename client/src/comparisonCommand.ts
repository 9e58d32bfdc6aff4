import * as vscode from 'vscode';
import type { CatalogComparison, ComparisonQuestion } from '../../server/src/protocol/comparison.ts';
import { commands, pages } from '../../server/src/protocol/names.ts';
import type { Asks } from './asks.ts';
import type { CatalogQuestions } from './catalogs/askCatalog.ts';
import { comparisonPage } from './pages/comparisonPage.ts';
import type { PageAction } from './pages/page.ts';
import { type PageOwner, PagePanel } from './pages/pagePanel.ts';

/** "Compare Catalogs": a page about what differs between two versions of a catalog. */
export class ComparisonCommand implements PageOwner, vscode.Disposable {
  readonly #server: Asks;
  readonly #questions: CatalogQuestions;
  readonly #panel: PagePanel;
  #shown: CatalogComparison | undefined;

  constructor(server: Asks, questions: CatalogQuestions, extension: vscode.Uri) {
    this.#server = server;
    this.#questions = questions;
    this.#panel = new PagePanel(pages.comparison, extension, this, {
      styles: ['catalogs.css', 'comparison.css'],
      script: 'comparison.js',
    });
  }

  /** What is not named is asked for. */
  async run(argument: unknown): Promise<void> {
    const { before, after } = named(argument);
    const title = vscode.l10n.t('Compare Catalogs');
    const { t } = vscode.l10n;
    const older = before ?? (await this.#questions.catalog(title, t('The older catalog')));
    if (older === undefined) return;
    const newer = after ?? (await this.#questions.catalog(title, t('The newer catalog')));
    if (newer !== undefined) this.#panel.show(await this.#compared({ before: older, after: newer }));
  }

  async act(action: PageAction, argument: string): Promise<void> {
    const answer = this.#shown;
    if (answer === undefined) return;
    const { before, after } = answer;
    if (action === 'compare') return this.run(undefined);
    if (action === 'swap-catalogs')
      this.#panel.update(await this.#compared({ before: after, after: before }));
    if (action !== 'open-operator') return;
    const [, side, name] = /^(before|after):(.*)$/s.exec(argument) ?? [];
    if (name === undefined) return;
    const catalog = side === 'before' ? before : after;
    await vscode.commands.executeCommand(commands.openOperator, { catalog, package: name });
  }

  /** Catalogs are compared when somebody asks for it: opening them anew may take a while. */
  async filesChanged(): Promise<void> {}

  async restore(state: unknown): Promise<boolean> {
    const { before, after } = named(state);
    if (before === undefined || after === undefined) return false;
    this.#panel.update(await this.#compared({ before, after }));
    return true;
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #compared(question: ComparisonQuestion) {
    const { before, after } = question;
    const answer = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: vscode.l10n.t('Comparing {0} with {1}', before, after),
        cancellable: true,
      },
      (_progress, token) => this.#server.request('operatorMirror/compareCatalogs', question, token),
    );
    this.#shown = answer;
    return {
      title: vscode.l10n.t('Compared Catalogs'),
      body: comparisonPage(answer, vscode.l10n.t),
      state: question,
    };
  }
}

function named(value: unknown): { readonly before?: string; readonly after?: string } {
  if (typeof value !== 'object' || value === null) return {};
  const { before, after, catalog, row } = value as Record<string, unknown>;
  // A menu of the tree of catalogs hands over its own node.
  const older = before ?? catalog ?? (row as { readonly catalog?: unknown } | undefined)?.catalog;
  return {
    ...(typeof older === 'string' ? { before: older } : {}),
    ...(typeof after === 'string' ? { after } : {}),
  };
}
