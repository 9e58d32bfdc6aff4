import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { inject } from 'vitest';
import { chromiumArguments, findChromium } from '../../scripts/lib/chromium.mjs';
import { type CodeServerHandle, startCodeServer } from '../../scripts/lib/editors.mjs';
import { Workbench } from './e2eWorkbench.ts';

const screenshots = resolve(import.meta.dirname, '..', 'e2e', 'screenshots');

export interface CodeServerOptions {
  /** The folder that the window opens: an absolute path. */
  readonly folder: string;
  /** User settings, over those that keep the window quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** `restricted` opens the folder untrusted, in Restricted Mode. */
  readonly trust?: 'trusted' | 'restricted';
  /** The language of the window, as VS Code names it; English unless given. */
  readonly locale?: string;
  /** For code-server, and so for the extension and its tasks. HOME is an empty folder unless given here. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What keeps pictures clean, and lets a test read what is on the screen. */
const testSettings = {
  'editor.minimap.enabled': false,
  'editor.stickyScroll.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.selectionHighlight': false,
  'files.autoSave': 'off',
  'git.enabled': false,
  'remote.autoForwardPorts': false,
  // Drawn by the DOM, a terminal's text can be read.
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.shellIntegration.enabled': false,
  // Else a window that is still starting takes the focus, and with it what was being typed.
  'workbench.quickOpen.closeOnFocusLost': false,
};

/**
 * Real VS Code in a real browser: code-server with this extension installed from its VSIX, and Chromium that shows it.
 * Everything lives in a temporary folder; `stop` ends every process and removes it.
 */
export class CodeServer {
  readonly page: Page;
  /** The home folder that the extension sees. */
  readonly home: string;
  readonly #server: CodeServerHandle;
  readonly #browser: Browser;
  readonly #profile: string;
  #workbench: Workbench | undefined;

  private constructor(server: CodeServerHandle, browser: Browser, page: Page, profile: string, home: string) {
    this.#server = server;
    this.#browser = browser;
    this.#profile = profile;
    this.page = page;
    this.home = home;
  }

  /** What a user does and sees in the window. */
  get workbench(): Workbench {
    if (this.#workbench === undefined) throw new Error('No folder is open.');
    return this.#workbench;
  }

  static async start(options: CodeServerOptions): Promise<CodeServer> {
    const profile = await mkdtemp(join(tmpdir(), 'om-e2e-'));
    const home = join(profile, 'home');
    await mkdir(home);
    const undo = [() => rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })];
    try {
      const server = await startCodeServer({
        profile,
        installed: inject('extensions'),
        settings: { ...testSettings, ...options.settings },
        ...(options.trust !== undefined && { trust: options.trust }),
        ...(options.locale !== undefined && { locale: options.locale }),
        env: { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), ...options.env },
      });
      undo.unshift(async () => void (await server.stop()));
      const browser = await launchBrowser(home);
      undo.unshift(() => browser.close());
      const context = await browser.newContext({
        viewport: { width: 1400, height: 900 },
        locale: 'en-US',
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const codeServer = new CodeServer(server, browser, await context.newPage(), profile, home);
      await codeServer.openFolder(options.folder);
      return codeServer;
    } catch (error) {
      for (const step of undo) await step();
      throw error;
    }
  }

  /** Shows another folder in the same window. */
  async openFolder(folder: string): Promise<void> {
    // On a busy machine everything that the window loads takes its time.
    await this.page.goto(this.#server.url(folder), { timeout: 120_000 });
    this.#workbench = new Workbench(this.page, folder);
    await this.#workbench.waitUntilReady();
  }

  /** Takes a picture: test/e2e/screenshots/NAME.png. */
  async screenshot(name: string): Promise<string> {
    const path = join(screenshots, `${name.replace(/[^\w-]+/g, '-')}.png`);
    await mkdir(dirname(path), { recursive: true });
    await this.page.screenshot({ path });
    return path;
  }

  /** The extension's own folder, as VS Code runs it. */
  get extension(): string {
    return this.#server.extension;
  }

  /** After a failed test: a picture, and what was logged. */
  async explainFailure(name: string): Promise<void> {
    const picture = await this.screenshot(`failed-${name}`);
    console.error(`${picture}\n${await this.logs()}`);
  }

  /** What the extension host and the extension's own log channel have written, for a test that failed. */
  async logs(): Promise<string> {
    const folder = join(this.#server.data, 'logs');
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const wanted = names.filter((name) =>
      /(remoteexthost|Operator Mirror|operator-mirror)[^/]*\.log$/i.test(name),
    );
    const texts = wanted.map(async (name) => `== ${name}\n${await readFile(join(folder, name), 'utf8')}`);
    return (await Promise.all(texts)).join('\n');
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    await this.#server.stop();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Chromium; `home` is where it keeps what it writes beside its profile. */
export function launchBrowser(home: string = tmpdir()): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Chromium is missing: `npm test` installs it on Debian.');
  // Chromium keeps its crash reports in the home folder, whatever its profile is.
  return chromium.launch({ executablePath, args: chromiumArguments, env: { ...process.env, HOME: home } });
}
