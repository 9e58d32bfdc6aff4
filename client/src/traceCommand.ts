import * as vscode from 'vscode';
import type { ImageQuestion } from '../../server/src/protocol/files.ts';
import { pages } from '../../server/src/protocol/names.ts';
import type { TraceAnswer, TraceQuestion } from '../../server/src/protocol/trace.ts';
import type { Asks } from './asks.ts';
import { openManifest, saveManifest } from './pages/manifestFile.ts';
import { openNamedFile, shortPath } from './pages/namedFiles.ts';
import { type PageAction, shortened } from './pages/page.ts';
import { type PageOwner, PagePanel } from './pages/pagePanel.ts';
import { tracePage } from './pages/tracePage.ts';

/** A clipboard may hold anything; an event is short. */
const longestClipboard = 20_000;

/** "Trace Image Pull": asks for an image or an event, and shows where nodes pull it from. */
export class TraceCommand implements PageOwner, vscode.Disposable {
  readonly #server: Asks;
  readonly #panel: PagePanel;
  #shown: TraceAnswer | undefined;

  constructor(server: Asks, extension: vscode.Uri) {
    this.#server = server;
    this.#panel = new PagePanel(pages.trace, extension, this);
  }

  /**
   * Asks which image is meant, with the likeliest one already filled in, and shows its page.
   * @param argument an image in the view of catalogs, which is the one that is meant
   */
  async run(argument?: unknown): Promise<void> {
    const text = imageOf(argument) ?? (await this.#ask());
    if (text === undefined || text.trim() === '') return;
    const answer = await this.#trace({ text });
    if (answer === null) {
      void vscode.window.showWarningMessage(vscode.l10n.t('There is no image of a registry in this text.'));
      return;
    }
    this.#panel.show(this.#content(answer));
  }

  async #ask(): Promise<string | undefined> {
    return vscode.window.showInputBox({
      title: vscode.l10n.t('Trace Image Pull'),
      prompt: vscode.l10n.t('An image, or an event such as: Failed to pull image "quay.io/…"'),
      value: await this.#suggestion(),
    });
  }

  async act(action: PageAction, argument: string): Promise<void> {
    const answer = this.#shown;
    if (answer === undefined) return;
    const { manifest, files } = answer;
    const column = this.#panel.columnForFiles;
    if (action === 'open-file') return openNamedFile(files, argument, column);
    if (action === 'ask-places') return this.#askPlaces(answer);
    if (manifest === undefined) return;
    if (action === 'save-manifest') return saveManifest(manifest, folderFor(answer), column);
    if (action === 'open-manifest') return openManifest(manifest.text, column);
    if (action === 'copy-manifest') {
      await vscode.env.clipboard.writeText(manifest.text);
      this.#panel.announce(vscode.l10n.t('Copied'));
      vscode.window.setStatusBarMessage(vscode.l10n.t('{0} copied', manifest.fileName), 5000);
    }
  }

  async filesChanged(): Promise<void> {
    const before = this.#shown;
    if (before === undefined) return;
    const answer = await this.#trace({ text: before.image });
    if (answer === null || JSON.stringify(answer) === JSON.stringify(untested(before))) return;
    this.#panel.update(this.#content(answer));
  }

  async restore(state: unknown): Promise<boolean> {
    const { image } = (state ?? {}) as { readonly image?: unknown };
    const answer = typeof image === 'string' ? await this.#trace({ text: image }) : null;
    if (answer === null) return false;
    this.#panel.update(this.#content(answer));
    return true;
  }

  dispose(): void {
    this.#panel.dispose();
  }

  async #askPlaces({ image }: TraceAnswer): Promise<void> {
    const title = vscode.l10n.t('Asking where {0} is', image);
    const answer = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (_progress, token) => this.#trace({ text: image, ask: true }, token),
    );
    if (answer !== null) this.#panel.update({ ...this.#content(answer), focus: 'places' });
  }

  /** The image that is selected or under the cursor, by the name under which nodes pull it; else that of the clipboard. */
  async #suggestion(): Promise<string> {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined) {
      const { document, selection } = editor;
      const { line, character } = selection.active;
      const selected = document.getText(selection);
      const named =
        (selected === '' ? null : await this.#named({ text: selected })) ??
        (await this.#named({ uri: document.uri.toString(), position: { line, character } })) ??
        (await this.#named({ text: document.lineAt(line).text }));
      if (named !== null) return named;
    }
    const text = (await vscode.env.clipboard.readText()).slice(0, longestClipboard);
    return (await this.#named({ text })) ?? '';
  }

  #named(question: ImageQuestion): Promise<string | null> {
    return this.#server.request('operatorMirror/namedImage', question, never);
  }

  async #trace(question: TraceQuestion, token = never): Promise<TraceAnswer | null> {
    const answer = await this.#server.request('operatorMirror/trace', question, token);
    return answer && shortened(answer, shortPath);
  }

  #content(answer: TraceAnswer) {
    this.#shown = answer;
    return {
      title: vscode.l10n.t('Trace of {0}', shortName(answer.image)),
      body: tracePage(answer, vscode.l10n.t),
      state: { image: answer.image },
    };
  }
}

/** What fits on a tab: neither the registry nor a digest. */
function shortName(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1).replace(/@.*/, '');
}

/** The reference of a node of the view of catalogs. */
function imageOf(argument: unknown): string | undefined {
  const { row } = (argument ?? {}) as { readonly row?: { readonly reference?: unknown } };
  return typeof row?.reference === 'string' ? row.reference : undefined;
}

const never = new vscode.CancellationTokenSource().token;

/** Beside the mirror set that was meant, else beside whatever the answer names, else in the window's folder. */
function folderFor({ files, rules }: TraceAnswer): vscode.Uri | undefined {
  const named = files.find(({ path }) => path === rules[0]?.path) ?? files[0];
  const uri = named && vscode.Uri.parse(named.uri);
  return uri?.scheme === 'file'
    ? vscode.Uri.joinPath(uri, '..')
    : vscode.workspace.workspaceFolders?.[0]?.uri;
}

/** What was asked of places is no news of files. */
function untested(answer: TraceAnswer): TraceAnswer {
  return {
    ...answer,
    places: answer.places.map(({ reason: _asked, ...place }) => ({
      ...place,
      result: place.result === 'found' || place.result === 'missing' ? 'untested' : place.result,
    })),
  };
}
