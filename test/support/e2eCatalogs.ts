import type { Locator, Page } from 'playwright-core';
import { until } from './e2eWorkbench.ts';

/** The view of catalogs, as a user sees it. */
export class CatalogsView {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Opens the view by its icon in the activity bar. */
  async open(): Promise<void> {
    await this.#page.locator('.activitybar .action-label[aria-label="Operator Mirror"]').click();
    await this.#page.locator('.customview-tree, .welcome-view-content').first().waitFor();
  }

  /** The rows whose label is this. */
  row(label: string | RegExp): Locator {
    return this.#page
      .locator('.customview-tree .monaco-list-row')
      .filter({ has: this.#page.locator('.label-name', { hasText: label }) })
      .first();
  }

  /** What is to be read in the tree: a line for each row, with what stands behind its label. */
  async lines(): Promise<string[]> {
    const texts = await this.#page.locator('.customview-tree .monaco-list-row').evaluateAll(textsOfRows);
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

  /** Types into the box under a title, once it is there. */
  async type(title: string, text: string): Promise<void> {
    const heading = this.#page.locator('.quick-input-title', { hasText: title });
    const box = this.#page.locator('.quick-input-widget:visible', { has: heading });
    await box.locator('input[type="text"]').fill(text);
  }

  /** Waits for a row of the quick pick that is open. */
  async waitForChoice(pattern: RegExp): Promise<void> {
    const rows = this.#page.locator('.quick-input-list .monaco-list-row .label-name');
    await rows.filter({ hasText: pattern }).first().waitFor();
  }

  async expand(label: string | RegExp): Promise<void> {
    await this.row(label).locator('.monaco-tl-twistie').click();
  }

  async collapse(label: string | RegExp): Promise<void> {
    await this.expand(label);
  }

  async tick(label: string | RegExp): Promise<void> {
    await this.row(label).locator('.custom-view-tree-node-item-checkbox').click();
  }

  async isTicked(label: string | RegExp): Promise<boolean> {
    const box = this.row(label).locator('.custom-view-tree-node-item-checkbox');
    return (await box.getAttribute('aria-checked')) === 'true';
  }

  /** Puts the focus on a row; one that has others below it is opened or closed. */
  async focus(label: string | RegExp): Promise<void> {
    await this.row(label).locator('.label-name').click();
  }

  /** Presses a key, or the icon of a row by its name. */
  async press(keyOrLabel: string, action?: string): Promise<void> {
    if (action === undefined) {
      await this.#page.keyboard.press(keyOrLabel);
      return;
    }
    const row = this.row(keyOrLabel);
    await row.hover();
    await row.locator(`.action-label[aria-label="${action}"]`).click();
  }

  /** Presses an icon above the tree, by its name. */
  async pressTitle(action: string): Promise<void> {
    const sidebar = this.#page.locator('.part.sidebar');
    await sidebar.hover();
    await sidebar.locator(`.composite.title .action-label[aria-label="${action}"]`).first().click();
  }

  /** Presses a button of the text that stands where there is no tree yet. */
  async pressButton(label: string): Promise<void> {
    await this.#page.locator('.welcome-view-content .monaco-button', { hasText: label }).click();
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

  /** Takes what completion offers at the cursor of the editor. */
  async complete(label: string): Promise<void> {
    const row = this.#page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first();
    await until(`completion offers ${label}`, async () => {
      if (!(await row.isVisible())) await this.#page.keyboard.press('Control+Space');
      await row.waitFor({ timeout: 2000 });
    });
    await row.click();
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
