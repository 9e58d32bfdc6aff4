import * as vscode from 'vscode';
import { pages } from '../../server/src/protocol/names.ts';
import type { OperatorAnswer, OperatorQuestion } from '../../server/src/protocol/operator.ts';
import type { Asks } from './asks.ts';
import type { CatalogQuestions } from './catalogs/askCatalog.ts';
import type { PageAction } from './pages/page.ts';
import { type PageOwner, PagePanel } from './pages/pagePanel.ts';
import { litPath } from './pages/upgradeGraph.ts';

/** "Open Operator": a page about one package of a catalog. */
export class OperatorCommand implements PageOwner, vscode.Disposable {
  readonly #server: Asks;
  readonly #questions: CatalogQuestions;
  readonly #panel: PagePanel;
  #shown: OperatorAnswer | undefined;
  #links: readonly string[] = [];

  constructor(server: Asks, questions: CatalogQuestions, extension: vscode.Uri) {
    this.#server = server;
    this.#questions = questions;
    this.#panel = new PagePanel(pages.operator, extension, this, {
      styles: ['catalogs.css', 'operator.css'],
      script: 'operator.js',
    });
  }

  /** The tree of catalogs names what is meant; from the palette somebody is asked. */
  async run(argument: unknown): Promise<void> {
    const question = questionOf(argument) ?? (await this.#chosen());
    if (question === undefined) return;
    const content = await this.#asked(question);
    if (content !== undefined) this.#panel.show(content);
  }

  async act(action: PageAction, argument: string): Promise<void> {
    const answer = this.#shown;
    if (answer === undefined) return;
    const { catalog, package: name, bundle, graph } = answer;
    if (action === 'open-link') return this.#openLink(argument);
    if (action === 'pick-versions') return this.#pick(answer, argument);
    const same = { catalog, package: name, version: bundle };
    if (action === 'show-version') await this.#change({ ...same, version: argument, ...channelOf(graph) });
    if (action === 'show-channel') await this.#change({ ...same, channel: argument });
    if (action === 'show-package') await this.#change({ catalog, package: argument });
  }

  async filesChanged(): Promise<void> {
    const before = this.#shown;
    if (before === undefined || !isOnDisk(before.catalog)) return;
    const answer = await this.#ask(questionFor(before));
    if (JSON.stringify(answer) !== JSON.stringify(before)) this.#panel.update(await this.#content(answer));
  }

  async restore(state: unknown): Promise<boolean> {
    const question = questionOf(state);
    if (question === undefined) return false;
    this.#panel.update(await this.#content(await this.#ask(question)));
    return true;
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #chosen(): Promise<OperatorQuestion | undefined> {
    const title = vscode.l10n.t('Open Operator');
    const catalog = await this.#questions.catalog(title, vscode.l10n.t('The catalog'));
    const name = catalog && (await this.#questions.package(title, catalog));
    return catalog && name ? { catalog, package: name } : undefined;
  }

  async #openLink(argument: string): Promise<void> {
    const url = this.#links[Number(argument)];
    if (url !== undefined) await vscode.env.openExternal(vscode.Uri.parse(url, true));
  }

  /** Lights the way between the versions that somebody has chosen in the picture: numbers of rows with a comma between. */
  async #pick({ catalog, package: name, graph }: OperatorAnswer, argument: string): Promise<void> {
    if (graph === undefined) return;
    const picked = argument === '' ? [] : argument.split(',').map(Number);
    const [one, other] = picked.map((row) => graph.rows[row]);
    const { t } = vscode.l10n;
    if (one === undefined || other === undefined) {
      const headline =
        one === undefined
          ? t('Choose two versions to see the way of upgrades between them.')
          : t('{0} is chosen. Choose a second version to see the way of upgrades between them.', one.label);
      const show = one === undefined ? '' : t('Show {0}', one.label);
      this.#panel.send({ way: { picked, headline, show, sentences: [], rows: [], lines: [] } });
      return;
    }
    const { steps, headline, sentences } = await this.#server.request(
      'operatorMirror/upgradePath',
      { catalog, package: name, channel: graph.channel, versions: [one.name, other.name] },
      never,
    );
    const show = t('Show {0}', other.label);
    this.#panel.send({ way: { picked, headline, show, sentences, ...litPath(graph, steps) } });
  }

  async #change(question: OperatorQuestion): Promise<void> {
    const content = await this.#asked(question);
    if (content !== undefined) this.#panel.update(content);
  }

  /** Undefined where somebody did not want to wait. */
  async #asked(question: OperatorQuestion) {
    const answer = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Window,
        title: vscode.l10n.t('Opening {0}', question.package),
      },
      () => this.#ask(question),
    );
    return this.#content(answer);
  }

  #ask(question: OperatorQuestion): Promise<OperatorAnswer> {
    return this.#server.request('operatorMirror/operator', question, never);
  }

  async #content(answer: OperatorAnswer) {
    // The Markdown parser is loaded for the first page, not when the window opens.
    const { operatorPage } = await import('./pages/operatorPage.ts');
    const { body, links } = operatorPage(answer, vscode.l10n.t);
    this.#shown = answer;
    this.#links = links;
    return { title: answer.displayName, body, state: questionFor(answer) };
  }
}

const never = new vscode.CancellationTokenSource().token;

function channelOf(graph: OperatorAnswer['graph']) {
  return graph === undefined ? {} : { channel: graph.channel };
}

/** What makes a page again. */
function questionFor({ catalog, package: name, bundle, graph }: OperatorAnswer): OperatorQuestion {
  return { catalog, package: name, ...(bundle === '' ? {} : { version: bundle }), ...channelOf(graph) };
}

/** What another program, a tree or a page of before names; undefined for anything else. */
function questionOf(value: unknown): OperatorQuestion | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { catalog, package: name, version, channel } = value as Record<string, unknown>;
  if (typeof catalog !== 'string' || typeof name !== 'string') return undefined;
  return {
    catalog,
    package: name,
    ...(typeof version === 'string' ? { version } : {}),
    ...(typeof channel === 'string' ? { channel } : {}),
  };
}

/** A catalog in a folder or a file may have been changed with the files that a page hears of. */
function isOnDisk(catalog: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:[/\\])/.test(catalog);
}
