import { basename, dirname, join } from 'node:path';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { QuickInput } from './e2eQuickInput.ts';
import { placeOf } from './e2eText.ts';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** A busy machine is slow, and no test is run twice. */
const patience = 90_000;

/** How long the first of several attempts waits for what it expects, and the last. On a busy machine none would ever wait long enough. */
const [shortWait, longWait] = [2000, 8000];

/** What a user does in a VS Code window, and what the user sees there. */
export class Workbench {
  readonly page: Page;
  /** The open folder: an absolute path. */
  readonly folder: string;

  constructor(page: Page, folder: string) {
    this.page = page;
    this.folder = folder;
  }

  /** Waits for the window, not for the extension. */
  async waitUntilReady(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: patience });
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor({ timeout: patience });
  }

  /** Opens a file of the folder by its path in it, and waits for its text. */
  async openFile(path: string): Promise<void> {
    const whole = join(this.folder, path);
    const shown = [basename(path), dirname(path)].filter((part) => part !== '.').join(' ');
    await until(`the file ${path} opens`, async (timeout) => {
      // An absolute path needs no search, which in a young window takes its time.
      await this.#pick('Control+P', whole, (row) => row.getAttribute('aria-label'), shown);
      // What follows the path there is the number of problems.
      const tab = this.page.locator(`.tab.active .monaco-icon-label[aria-label^="${whole}"]`);
      await tab.waitFor({ timeout });
    });
    const line = this.page.locator('.editor-group-container.active .view-line').first();
    await line.waitFor({ timeout: patience });
  }

  /** Runs a command by what the palette shows, for instance `Operator Mirror: Copy This mapping.txt`. */
  async command(title: string): Promise<void> {
    await this.#pick('F1', title, (row) => row.locator('.label-name').first().textContent(), title);
  }

  /** Whether the palette offers a command now. */
  async offersCommand(title: string): Promise<boolean> {
    const { page } = this;
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget:visible input[type="text"]');
    await input.fill(`>${title}`, { timeout: patience });
    const rows = page.locator('.quick-input-list .monaco-list-row .label-name');
    await rows.first().waitFor();
    // The list is filtered a moment after the typing.
    await page.waitForTimeout(1000);
    const labels = await rows.allTextContents();
    await page.keyboard.press('Escape');
    return labels.includes(title);
  }

  /** Saves the active file and waits until it is on disk. */
  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await this.page.locator('.tab.active:not(.dirty)').first().waitFor({ timeout: patience });
  }

  /** Takes back the last edit, in all files that it changed. */
  async undo(): Promise<void> {
    await this.#focusEditor();
    await this.page.keyboard.press('Control+Z');
  }

  /** Scrolls to a text of the active file and puts the cursor into it. */
  async reveal(text: string): Promise<void> {
    const { page } = this;
    await until(`"${text}" is found`, async (timeout) => {
      await this.#focusEditor(timeout);
      await page.keyboard.press('Control+F');
      const input = page.locator('.find-widget.visible .find-part textarea');
      // A search begun while the file is still being shown finds nothing, and stays so.
      await input.fill('', { timeout });
      await input.fill(text);
      // The widget's own count may still be that of the search before.
      const selected = new RegExp(`[(（]\\D*${text.length}\\D*[)）]`);
      await page.locator('.statusbar-item-label', { hasText: selected }).waitFor({ timeout });
      await page.keyboard.press('Escape');
      await page.locator('.find-widget.visible').waitFor({ state: 'hidden', timeout });
    });
    // The match is selected now; one step to the left, one to the right: the cursor is inside, nothing selected.
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
  }

  /** Waits for an underlined place in the visible lines of the active file. */
  async waitForSquiggle(severity: Severity = 'error', timeout = patience): Promise<void> {
    await this.page
      .locator(`.editor-group-container.active .squiggly-${severity}`)
      .first()
      .waitFor({ timeout });
  }

  /** How many underlined places of a kind are visible. */
  squiggles(severity: Severity): Promise<number> {
    return this.page.locator(`.editor-group-container.active .squiggly-${severity}`).count();
  }

  /** The rows of the Problems view: files, and under them `message source(code) [Ln 1, Col 1]`. */
  async problems(): Promise<string[]> {
    const { page } = this;
    const panel = page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.command('View: Toggle Problems');
    await panel.waitFor();
    const found = new Map<number, string>();
    const list = panel.locator('.monaco-list').first();
    // Only the visible rows exist: scroll from the top to the end.
    await list.hover();
    await page.mouse.wheel(0, -100_000);
    for (let before = -1; before < found.size; ) {
      before = found.size;
      await page.waitForTimeout(100);
      // All in one look: rows come and go while findings arrive.
      for (const [index, text] of await panel.locator('.monaco-list-row').evaluateAll(indexAndText))
        found.set(index, text.replaceAll('\u00a0', ' ').trim());
      await page.mouse.wheel(0, 150);
    }
    return [...found].sort(([a], [b]) => a - b).map(([, text]) => text);
  }

  /** Waits until the Problems view shows a row that matches. */
  async waitForProblem(pattern: RegExp): Promise<string> {
    let found: string | undefined;
    await until(`a problem like ${pattern}`, async () => {
      found = (await this.problems()).find((row) => pattern.test(row));
      if (found === undefined) throw new Error('not there yet');
    });
    return found ?? '';
  }

  /** Holds the mouse over a text until the hover says what is expected; gives all of the hover's text. */
  async hoverText(text: string, expected: RegExp = /./): Promise<string> {
    const { page } = this;
    await this.reveal(text);
    let shown = '';
    await until(`a hover over ${text} like ${expected}`, async (timeout) => {
      const { x, y } = await placeOf(page, text).catch(async (error: unknown) => {
        await this.reveal(text);
        throw error;
      });
      // A mouse that stays where there was nothing to say is told nothing anew.
      await page.mouse.move(5, 5);
      await page.mouse.move(x, y);
      await page.mouse.move(x + 1, y);
      const rows = page.locator('.monaco-hover:visible .hover-row');
      await rows.first().waitFor({ timeout });
      shown = (await rows.allInnerTexts()).join('\n');
      if (expected.test(shown)) return;
      // Facts arrive later than the first hover: go away, come again.
      await page.mouse.move(5, 5);
      await page.waitForTimeout(500);
      throw new Error(`the hover says: ${shown}`);
    });
    return shown;
  }

  /** Takes the mouse away, so that no hover hides what comes next. */
  async leaveHover(): Promise<void> {
    await this.page.mouse.move(5, 5);
    await this.page.keyboard.press('Escape');
  }

  /** The titles that the quick fix menu offers at a text. */
  async quickFixes(at: string): Promise<string[]> {
    await this.#openQuickFixes(at);
    const titles = await this.page.locator('.action-widget .monaco-list-row.action .title').allInnerTexts();
    await this.page.keyboard.press('Escape');
    return titles.map((title) => title.trim());
  }

  /** Applies a quick fix at a text of the active file, and waits until the file has changed. */
  async quickFix(at: string, title: string | RegExp): Promise<void> {
    const changed = this.page.locator('.tab.active.dirty').first();
    let chosen = false;
    await until(`the quick fix ${title} at ${at}`, async (timeout) => {
      if (chosen && (await changed.isVisible())) return;
      await this.#clickFix(at, title, timeout);
      chosen = true;
      await changed.waitFor({ timeout: 2 * timeout });
    });
  }

  /** The texts of the code lenses in view. */
  async codeLenses(): Promise<string[]> {
    const lenses = this.page.locator('.editor-group-container.active .codelens-decoration a');
    await lenses.first().waitFor({ timeout: patience });
    return lenses.allInnerTexts();
  }

  async clickCodeLens(title: string | RegExp): Promise<void> {
    await this.page
      .locator('.codelens-decoration a', { hasText: title })
      .first()
      .click({ timeout: patience });
  }

  /** What the page of a webview shows. */
  webview(): FrameLocator {
    return this.page.frameLocator('iframe.webview.ready').last().frameLocator('#active-frame');
  }

  /** Waits until the input box under a title is filled with what is expected, and takes it. */
  async acceptInput(title: string, expected: string): Promise<void> {
    await (await this.#filledInput(title, expected)).press('Enter');
  }

  /** As `acceptInput`, but pastes the clipboard in the place of what the box is filled with. */
  async pasteIntoInput(title: string, expected: string): Promise<void> {
    const input = await this.#filledInput(title, expected);
    await input.press('Control+A');
    await input.press('Control+V');
    await input.press('Enter');
    await input.waitFor({ state: 'hidden', timeout: patience });
  }

  /** Chooses a quick fix that may leave the file as it is and change or make others. */
  async chooseFix(at: string, title: string | RegExp): Promise<void> {
    await until(`the quick fix ${title} at ${at}`, (timeout) => this.#clickFix(at, title, timeout));
  }

  /** Puts a text into the clipboard, as another program would. */
  async copy(text: string): Promise<void> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  }

  /** Waits for a notification and gives its text. */
  async notification(pattern: RegExp, timeout = patience): Promise<string> {
    const message = this.page.locator('.notification-list-item-message', { hasText: pattern }).first();
    await message.waitFor({ timeout });
    return (await message.textContent()) ?? '';
  }

  /** Presses a button of the notification that shows such a text. */
  async pressNotificationButton(pattern: RegExp, button: string): Promise<void> {
    const item = this.page.locator('.notification-list-item', { hasText: pattern }).first();
    await item.locator('.monaco-button', { hasText: button }).click({ timeout: patience });
  }

  /** The items of the status bar. */
  async statusBar(): Promise<string[]> {
    const items = await this.page.locator('.statusbar-item-label').allInnerTexts();
    return items.map((item) => item.trim()).filter(Boolean);
  }

  /** Runs a task by its name in "Run Task", for instance `Operator Mirror: copy mapping.txt`. */
  async runTask(type: string, name: string): Promise<void> {
    await this.command('Tasks: Run Task');
    const list = new QuickInput(this.page);
    await list.choose(type);
    await list.choose(name);
  }

  /** What the visible terminal shows. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator('.terminal-wrapper.active .xterm-rows > div, .xterm-rows > div');
    return (await rows.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ').trimEnd();
  }

  /** The text of the active file's visible lines, as the editor shows it. */
  async visibleText(): Promise<string> {
    const lines = this.page.locator('.editor-group-container.active .view-lines .view-line');
    return (await lines.allInnerTexts()).join('\n').replaceAll('\u00a0', ' ');
  }

  /** The list of commands is the same widget, without a title: it is still there for a moment. */
  async #filledInput(title: string, expected: string): Promise<Locator> {
    const { page } = this;
    const heading = page.locator('.quick-input-title', { hasText: title });
    const input = page.locator('.quick-input-widget:visible', { has: heading }).locator('input[type="text"]');
    await until(`the input box of ${title} is filled with ${expected}`, async (timeout) => {
      const value = await input.inputValue({ timeout });
      if (!value.includes(expected)) throw new Error(`it is filled with "${value}"`);
    });
    return input;
  }

  async #clickFix(at: string, title: string | RegExp, timeout: number): Promise<void> {
    await this.#openQuickFixes(at);
    const row = this.page.locator('.action-widget .monaco-list-row.action', { hasText: title }).first();
    try {
      await row.click({ timeout });
    } catch (error) {
      await this.page.keyboard.press('Escape');
      throw error;
    }
  }

  async #openQuickFixes(at: string): Promise<void> {
    // Where there is nothing to offer, VS Code says so in place of the menu.
    const menu = '.action-widget .monaco-list:visible, .monaco-editor-overlaymessage .message:visible';
    await until(`a quick fix menu at ${at}`, async (timeout) => {
      await this.leaveHover();
      await this.reveal(at);
      await this.page.keyboard.press('Control+.');
      // New findings that arrive at this moment cancel the menu.
      await this.page.locator(menu).first().waitFor({ timeout });
    });
  }

  async #focusEditor(timeout = patience): Promise<void> {
    await this.page.keyboard.press('Control+1');
    await this.page
      .locator('.editor-group-container.active .monaco-editor.focused')
      .first()
      .waitFor({ timeout });
  }

  /** Opens a quick pick by a key, types into it, and takes the row that is meant. */
  async #pick(
    key: string,
    text: string,
    read: (row: Locator) => Promise<string | null>,
    wanted: string,
  ): Promise<void> {
    const { page } = this;
    await until(`"${wanted}" is offered`, async (timeout) => {
      await page.keyboard.press(key);
      const input = page.locator('.quick-input-widget:visible input[type="text"]');
      await input.waitFor({ timeout });
      await input.fill(key === 'F1' ? `>${text}` : text, { timeout });
      const row = page.locator('.quick-input-list .monaco-list-row').first();
      await row.waitFor({ timeout });
      await until(
        'the first row is it',
        async () => {
          const label = (await read(row)) ?? '';
          if (!label.includes(wanted)) throw new Error(`the first row is ${label}`);
        },
        timeout,
      ).catch(async (error: unknown) => {
        await page.keyboard.press('Escape');
        throw error;
      });
      await page.keyboard.press('Enter');
    });
  }
}

/** Runs in the browser; this project is compiled without the types of the DOM. */
function indexAndText(rows: { getAttribute(name: string): string | null; textContent: string | null }[]) {
  return rows.map((row): [number, string] => [Number(row.getAttribute('data-index')), row.textContent ?? '']);
}

/**
 * Tries until it succeeds; the last failure tells why it never did.
 * @param attempt gets how long it is to wait for what it expects, which is longer each time
 */
export async function until(
  what: string,
  attempt: (timeout: number) => Promise<void>,
  patient = patience,
): Promise<void> {
  const deadline = Date.now() + patient;
  for (let timeout = shortWait; ; timeout = Math.min(longWait, timeout * 1.5)) {
    try {
      return await attempt(timeout);
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`Waited in vain: ${what}`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}
