import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Html } from './html.ts';
import { type PageAction, pageDocument } from './page.ts';

/** What a page shows, and what it is given again after the window was reloaded. */
export interface PageContent {
  readonly title: string;
  readonly body: Html;
  readonly state: unknown;
  /** The id of the element that gets the focus: after an action, where its answer begins. */
  readonly focus?: string;
}

/** What a page is about: what is done where somebody presses something, and after a reload. */
export interface PageOwner {
  act(action: PageAction, argument: string): Promise<void>;
  /** A file was saved or has changed on disk, so that the answer may be another one. */
  filesChanged(): Promise<void>;
  /** The window was reloaded. False where the page cannot be made again. */
  restore(state: unknown): Promise<boolean>;
}

/** Names of files. */
export interface PageParts {
  readonly styles?: readonly string[];
  readonly script?: string;
}

/** How long files must rest before a page is made anew; the server reads them in this time. */
const restMilliseconds = 500;

/** The one panel for pages of a kind: showing another page puts it in the place of the one before. */
export class PagePanel implements vscode.Disposable {
  readonly #viewType: string;
  readonly #media: vscode.Uri;
  readonly #owner: PageOwner;
  readonly #styles: readonly string[];
  readonly #scripts: readonly string[];
  readonly #serializer: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #watching: vscode.Disposable[] = [];
  #resting: NodeJS.Timeout | undefined;

  /** @param parts what its pages have in `media` besides that of all pages */
  constructor(viewType: string, extension: vscode.Uri, owner: PageOwner, parts: PageParts = {}) {
    this.#viewType = viewType;
    const { styles = [], script } = parts;
    this.#styles = ['page.css', ...styles];
    this.#scripts = ['page.js', ...(script === undefined ? [] : [script])];
    this.#media = vscode.Uri.joinPath(extension, 'media');
    this.#owner = owner;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        this.#adopt(panel);
        if (!(await owner.restore(state).catch(() => false))) panel.dispose();
      },
    });
  }

  /** True while the page has the focus. */
  get isActive(): boolean {
    return this.#panel?.active === true;
  }

  /** Where files that a page opens belong: beside the page, not over it. */
  get columnForFiles(): vscode.ViewColumn {
    return this.#panel?.viewColumn === vscode.ViewColumn.One
      ? vscode.ViewColumn.Beside
      : vscode.ViewColumn.One;
  }

  /** Shows a page, in the panel that is open or in one beside the editor. */
  show(content: PageContent): void {
    if (this.#panel === undefined) {
      this.#adopt(
        vscode.window.createWebviewPanel(
          this.#viewType,
          content.title,
          { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
          { enableFindWidget: true },
        ),
      );
    } else {
      this.#panel.reveal(undefined, false);
    }
    this.update(content);
  }

  /** Puts a page into the panel that is open, and leaves the focus where it is. */
  update({ title, body, state, focus }: PageContent): void {
    const panel = this.#panel;
    if (panel === undefined) return;
    const { webview } = panel;
    const fileIn = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(this.#media, name)).toString();
    panel.title = title;
    webview.html = pageDocument(
      {
        cspSource: webview.cspSource,
        styles: this.#styles.map(fileIn),
        scripts: this.#scripts.map(fileIn),
        nonce: randomBytes(16).toString('base64'),
        language: vscode.env.language,
        state,
        focus,
      },
      title,
      body,
    );
  }

  /** Sends something to the script of the page. */
  send(message: object): void {
    void this.#panel?.webview.postMessage(message);
  }

  /** Lets a screen reader say what came of an action that changes nothing on the page. */
  announce(words: string): void {
    this.send({ announce: words });
  }

  dispose(): void {
    this.#serializer.dispose();
    this.#panel?.dispose();
    this.#forget();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    panel.webview.options = { enableScripts: true, localResourceRoots: [this.#media] };
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#forget();
    });
    panel.webview.onDidReceiveMessage((message: { action: PageAction; argument?: string }) =>
      this.#owner.act(message.action, message.argument ?? '').catch(showError),
    );
    const watcher = vscode.workspace.createFileSystemWatcher('**/*.{yaml,yml,json,conf,txt}');
    const changed = () => this.#changed();
    this.#watching = [
      watcher,
      watcher.onDidCreate(changed),
      watcher.onDidChange(changed),
      watcher.onDidDelete(changed),
    ];
  }

  #changed(): void {
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => void this.#owner.filesChanged().catch(() => {}), restMilliseconds);
  }

  #forget(): void {
    this.#panel = undefined;
    clearTimeout(this.#resting);
    for (const one of this.#watching) one.dispose();
    this.#watching = [];
  }
}

/** Tells somebody why what they asked for could not be done. */
export function showError(error: unknown): void {
  void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
}
