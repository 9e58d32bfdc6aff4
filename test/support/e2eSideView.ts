import type { Locator, Page } from 'playwright-core';
import { until } from './e2eWorkbench.ts';

/** A view in the side bar of Operator Mirror, as a user sees it. */
export class SideView {
  readonly #page: Page;
  readonly #name: string;

  /** @param name of the view, as its heading has it */
  constructor(page: Page, name: string) {
    this.#page = page;
    this.#name = name;
  }

  /** The view with its heading. */
  get pane(): Locator {
    const heading = this.#page.locator(`.pane-header[aria-label^="${this.#name}"]`);
    return this.#page.locator('.part.sidebar .pane', { has: heading });
  }

  /** Opens the view by its icon in the activity bar, which would close it where it is open. */
  async open(): Promise<void> {
    if (!(await this.pane.isVisible()))
      await this.#page.locator('.activitybar .action-label[aria-label^="Operator Mirror"]').click();
    const heading = this.pane.locator('.pane-header');
    await heading.waitFor();
    if ((await heading.getAttribute('aria-expanded')) === 'false') await heading.click();
    await this.pane.locator('.customview-tree, .welcome-view-content').first().waitFor();
  }

  /** The rows whose label is this. */
  row(label: string | RegExp): Locator {
    return this.pane
      .locator('.customview-tree .monaco-list-row')
      .filter({ has: this.#page.locator('.label-name', { hasText: label }) })
      .first();
  }

  /** What is to be read in the tree: a line for each row, with what stands behind its label. */
  async lines(): Promise<string[]> {
    const texts = await this.pane.locator('.customview-tree .monaco-list-row').evaluateAll(textsOfRows);
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  }

  async waitForLine(pattern: RegExp): Promise<void> {
    await this.waitForLines((lines) => lines.some((line) => pattern.test(line)), `a line like ${pattern}`);
  }

  async waitForLines(test: (lines: readonly string[]) => boolean, what = 'the lines'): Promise<void> {
    await until(what, async () => {
      const lines = await this.lines();
      if (!test(lines)) throw new Error(lines.join('\n'));
    });
  }

  /** Waits until the lines have been the same for a second: while VS Code lists them anew, a click on one is on none. */
  async waitUntilSettled(): Promise<void> {
    let before = '';
    await until('lines that stay as they are', async () => {
      const lines = (await this.lines()).join('\n');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const now = (await this.lines()).join('\n');
      const isSame = lines === now && now === before;
      before = now;
      if (!isSame) throw new Error(now);
    });
  }

  /**
   * Gives the tree a moment in which nothing of it changes, if it has one: a click on a row that is drawn anew in that very moment is
   * lost, as VS Code makes its parts anew.
   */
  async #restIfPossible(): Promise<void> {
    let before = '';
    for (let looks = 0; looks < 10; looks++) {
      const now = (await this.lines()).join('\n');
      if (now === before) return;
      before = now;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  async expand(label: string | RegExp): Promise<void> {
    await this.row(label).waitFor();
    await this.#restIfPossible();
    await this.row(label).locator('.monaco-tl-twistie').click();
  }

  async collapse(label: string | RegExp): Promise<void> {
    await this.expand(label);
  }

  /** Puts the focus on a row; one that has others below it is opened or closed. */
  async focus(label: string | RegExp): Promise<void> {
    await this.row(label).waitFor();
    await this.#restIfPossible();
    await this.row(label).locator('.label-name').click();
  }

  /** Presses a key, or the icon of a row by its name. */
  async press(keyOrLabel: string | RegExp, action?: string): Promise<void> {
    if (action === undefined) {
      await this.#page.keyboard.press(String(keyOrLabel));
      return;
    }
    const row = this.row(keyOrLabel);
    await row.waitFor();
    await this.#restIfPossible();
    await row.hover();
    await row.locator(`.action-label[aria-label="${action}"]`).click();
  }

  /**
   * Presses the icon of a row until a line says that it was heard. VS Code draws a row anew whenever its text changes, as that of a
   * run does each second, and what was pressed meanwhile is lost.
   */
  async pressUntilLine(label: RegExp, action: string, pattern: RegExp): Promise<void> {
    const isThere = async () => (await this.lines()).some((line) => pattern.test(line));
    let missed: unknown;
    await until(`a line like ${pattern} after "${action}"`, async () => {
      if (await isThere()) return;
      const row = this.row(label);
      await row.hover({ timeout: 5_000 });
      await row
        .locator(`.action-label[aria-label="${action}"]`)
        .click({ timeout: 5_000 })
        .catch((error: unknown) => {
          missed = error;
        });
      for (let looks = 0; looks < 50; looks++) {
        if (await isThere()) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error((await this.lines()).join('\n'), { cause: missed });
    });
  }

  /** Presses an icon above the tree, by its name. */
  async pressTitle(action: string): Promise<void> {
    const heading = this.pane.locator('.pane-header');
    await heading.hover();
    await heading.locator(`.action-label[aria-label="${action}"]`).first().click();
  }

  /** Leaves only the heading, so that views beside it have its room. */
  async fold(): Promise<void> {
    await this.pane.locator('.pane-header').click();
    await this.pane.locator('.pane-header:not(.expanded)').waitFor();
  }

  /** The number at the icon in the activity bar; empty where there is none. */
  async badge(): Promise<string> {
    const badge = this.#page.locator('.activitybar .action-item', {
      has: this.#page.locator('.action-label[aria-label^="Operator Mirror"]'),
    });
    return (await badge.locator('.badge-content').textContent()) ?? '';
  }

  /** Presses a button of the text that stands where there is no tree yet. */
  async pressButton(label: string): Promise<void> {
    await this.pane.locator('.welcome-view-content .monaco-button', { hasText: label }).click();
  }

  /** Makes the side bar so many pixels wide. */
  async widen(width: number): Promise<void> {
    const { mouse } = this.#page;
    const box = await this.#page.locator('.part.sidebar').boundingBox();
    if (box === null) throw new Error('There is no side bar.');
    const edge = box.x + box.width;
    await mouse.move(edge, box.y + box.height / 2);
    await mouse.down();
    await mouse.move(box.x + width, box.y + box.height / 2, { steps: 8 });
    await mouse.up();
  }
}

/** Runs in the browser; this project is compiled without the types of the DOM. */
function textsOfRows(
  rows: { querySelector(selector: string): { readonly textContent: string | null } | null }[],
): string[] {
  return rows.map((row) => {
    const part = (selector: string) => row.querySelector(selector)?.textContent ?? '';
    return `${part('.label-name')} ${part('.label-description')}`;
  });
}
