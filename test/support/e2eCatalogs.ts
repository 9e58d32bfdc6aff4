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
    const rows = await this.#page.locator('.customview-tree .monaco-list-row').all();
    return Promise.all(
      rows.map(async (row) =>
        ((await row.locator('.monaco-icon-label').textContent()) ?? '').replaceAll(/\s+/g, ' ').trim(),
      ),
    );
  }

  async expand(label: string | RegExp): Promise<void> {
    await this.row(label).locator('.monaco-tl-twistie').click();
  }

  async tick(label: string | RegExp): Promise<void> {
    await this.row(label).locator('.custom-view-tree-node-item-checkbox').click();
  }

  async isTicked(label: string | RegExp): Promise<boolean> {
    const box = this.row(label).locator('.custom-view-tree-node-item-checkbox');
    return (await box.getAttribute('aria-checked')) === 'true';
  }

  /** Presses an icon of a row, by its name. */
  async press(label: string | RegExp, action: string): Promise<void> {
    const row = this.row(label);
    await row.hover();
    await row.locator(`.action-label[aria-label="${action}"]`).click();
  }

  /** Presses an icon above the tree, by its name. */
  async pressTitle(action: string): Promise<void> {
    const header = this.#page.locator('.part.sidebar');
    await header.hover();
    await header.locator(`.action-label[aria-label="${action}"]`).first().click();
  }

  async waitForLine(pattern: RegExp): Promise<void> {
    await until(`a line like ${pattern}`, async () => {
      const lines = await this.lines();
      if (!lines.some((line) => pattern.test(line))) throw new Error(lines.join('\n'));
    });
  }
}
