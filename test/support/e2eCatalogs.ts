import type { Page } from 'playwright-core';
import { SideView } from './e2eSideView.ts';
import { until } from './e2eWorkbench.ts';

/** The view of catalogs, as a user sees it. */
export class CatalogsView extends SideView {
  readonly #page: Page;

  /** @param name of the view, as its heading has it */
  constructor(page: Page, name = 'Catalogs') {
    super(page, name);
    this.#page = page;
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

  async tick(label: string | RegExp): Promise<void> {
    await this.row(label).locator('.custom-view-tree-node-item-checkbox').click();
  }

  async isTicked(label: string | RegExp): Promise<boolean> {
    const box = this.row(label).locator('.custom-view-tree-node-item-checkbox');
    return (await box.getAttribute('aria-checked')) === 'true';
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
