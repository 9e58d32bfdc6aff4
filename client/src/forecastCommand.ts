import * as vscode from 'vscode';
import type { ForecastPage, ForecastQuestion } from '../../server/src/protocol/forecast.ts';
import { pages } from '../../server/src/protocol/names.ts';
import type { Asks } from './asks.ts';
import type { FileQuestion } from './fileQuestion.ts';
import { liveForecast } from './liveForecast.ts';
import { forecastPage } from './pages/forecastPage.ts';
import { openNamedFile, shortPath } from './pages/namedFiles.ts';
import { type PageAction, shortened } from './pages/page.ts';
import { type PageOwner, PagePanel, showError } from './pages/pagePanel.ts';

/** What a forecast starts from: a cluster of which nothing is known, a file that says what is on it, or the cluster. */
type Current =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'live' };

/** A forecast that can be made again. */
interface Subject {
  /** A file of the folder that is to be applied. */
  readonly uri: string;
  readonly current: Current;
}

/** "Forecast What Applying This Folder Does": shows what happens to the nodes of a cluster. */
export class ForecastCommand implements PageOwner, vscode.Disposable {
  readonly #server: Asks;
  readonly #files: FileQuestion;
  readonly #cli: string;
  readonly #panel: PagePanel;
  #subject: Subject | undefined;
  #shown: ForecastPage | undefined;

  constructor(server: Asks, files: FileQuestion, extension: vscode.Uri) {
    this.#server = server;
    this.#files = files;
    this.#cli = vscode.Uri.joinPath(extension, 'dist', 'cli.js').fsPath;
    this.#panel = new PagePanel(pages.forecast, extension, this);
  }

  /** A code lens names its file and asks nothing; from the palette it is about the file or the page that is shown. */
  async run(file: unknown): Promise<void> {
    if (typeof file === 'string') return this.#show({ uri: file, current: { kind: 'nothing' } });
    const title = vscode.l10n.t('Forecast What Applying a Folder Does');
    const isOnDisk = ({ uri }: vscode.TextDocument) => uri.scheme === 'file';
    const chosen =
      (this.#panel.isActive ? this.#subject?.uri : undefined) ??
      (await this.#files.ask('mirrorSet', undefined, title, isOnDisk))?.toString();
    if (chosen === undefined) return;
    const current = await askCurrent();
    if (current !== undefined) await this.#show({ uri: chosen, current });
  }

  async act(action: PageAction, argument: string): Promise<void> {
    const [subject, answer] = [this.#subject, this.#shown];
    if (subject === undefined || answer === undefined) return;
    if (action === 'open-file') return openNamedFile(answer.files, argument, this.#panel.columnForFiles);
    if (action === 'compare') {
      const current = await askCurrent();
      if (current !== undefined) await this.#show({ ...subject, current });
    }
    if (action === 'copy-conf') {
      await vscode.env.clipboard.writeText(answer.registriesConf);
      this.#panel.announce(vscode.l10n.t('Copied'));
      vscode.window.setStatusBarMessage(vscode.l10n.t('registries.conf copied'), 5000);
    }
  }

  async filesChanged(): Promise<void> {
    const subject = this.#subject;
    // A cluster is asked when somebody asks for it.
    if (subject === undefined || subject.current.kind === 'live') return;
    const before = this.#shown;
    const answer = await this.#forecast(subject);
    if (answer === undefined || JSON.stringify(answer) === JSON.stringify(before)) return;
    this.#panel.update(this.#content(subject, answer));
  }

  async restore(state: unknown): Promise<boolean> {
    const subject = state as Subject | null;
    // A window that opens starts no program.
    if (subject === null || subject.current.kind === 'live') return false;
    const answer = await this.#forecast(subject);
    if (answer !== undefined) this.#panel.update(this.#content(subject, answer));
    return answer !== undefined;
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #show(subject: Subject): Promise<void> {
    try {
      const answer = await this.#forecast(subject);
      if (answer !== undefined) this.#panel.show(this.#content(subject, answer));
    } catch (error) {
      showError(error);
    }
  }

  /** Undefined when there is nothing to show, which has been said. */
  async #forecast({ uri, current }: Subject): Promise<ForecastPage | undefined> {
    const folder = folderOf(uri);
    if (current.kind === 'live') {
      const answer = await liveForecast(this.#cli, folder);
      return answer && shortened(answer, shortPath);
    }
    const question: ForecastQuestion = {
      uri,
      ...(current.kind === 'file' ? { current: await readCurrent(current.path) } : {}),
    };
    const cancel = new vscode.CancellationTokenSource();
    const answer = await this.#server.request('operatorMirror/forecast', question, cancel.token);
    cancel.dispose();
    if (answer !== null) return shortened(answer, shortPath);
    void vscode.window.showInformationMessage(
      vscode.l10n.t('There are no mirror sets in {0}.', nameOf(folder)),
    );
    return undefined;
  }

  #content(subject: Subject, answer: ForecastPage) {
    this.#subject = subject;
    this.#shown = answer;
    const folder = nameOf(folderOf(subject.uri));
    return {
      title: vscode.l10n.t('Forecast of {0}', folder),
      body: forecastPage(answer, about(folder, subject.current), vscode.l10n.t),
      state: subject,
    };
  }
}

/** What a page is about, in a sentence. */
function about(folder: string, current: Current): string {
  if (current.kind === 'live') return vscode.l10n.t('Applying {0} to the cluster that oc reaches', folder);
  if (current.kind === 'nothing') return vscode.l10n.t('Applying {0}', folder);
  const file = vscode.workspace.asRelativePath(current.path);
  return vscode.l10n.t('Applying {0} to the cluster that {1} tells of', folder, file);
}

function folderOf(uri: string): vscode.Uri {
  return vscode.Uri.joinPath(vscode.Uri.parse(uri), '..');
}

/** The folder as people know it in this window; the window's own has a name too. */
function nameOf(folder: vscode.Uri): string {
  const own = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === folder.toString());
  return own?.name ?? vscode.workspace.asRelativePath(folder);
}

async function readCurrent(path: string): Promise<ForecastQuestion['current']> {
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.file(path)));
  return { path, text };
}

/** What is on the cluster: what the cluster says, a file that the user names, or nothing that is known. */
async function askCurrent(): Promise<Current | undefined> {
  const file = {
    label: vscode.l10n.t('What a file says…'),
    detail: vscode.l10n.t(
      'Saved: oc get imagedigestmirrorset,imagetagmirrorset,imagecontentsourcepolicy -o yaml, or a node’s registries.conf',
    ),
  };
  const nothing = { label: vscode.l10n.t('No mirror set yet, or not known') };
  const live = {
    label: vscode.l10n.t('What the cluster says'),
    detail: vscode.l10n.t('Asks the cluster that oc is logged in to; files count as they are saved'),
  };
  // A program is started only for a workspace that the user trusts.
  const choices = vscode.workspace.isTrusted ? [nothing, file, live] : [nothing, file];
  const choice = await vscode.window.showQuickPick(choices, {
    title: vscode.l10n.t('What is on the cluster?'),
  });
  if (choice === undefined) return undefined;
  if (choice === nothing) return { kind: 'nothing' };
  if (choice === live) return { kind: 'live' };
  const [chosen] = (await vscode.window.showOpenDialog({ canSelectMany: false })) ?? [];
  return chosen && { kind: 'file', path: chosen.fsPath };
}
