import type { Locator, Page } from 'playwright-core';
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

  /** Ticks a box, or takes its tick away; again where the row was drawn anew in the moment of the click, which then is lost. */
  async tick(label: string | RegExp): Promise<void> {
    const before = await this.isTicked(label);
    await until(`${label} has ${before ? 'no tick any more' : 'its tick'}`, async () => {
      if ((await this.isTicked(label)) !== before) return;
      await this.#box(label).click({ timeout: 5_000 });
      for (let looks = 0; looks < 20; looks++) {
        if ((await this.isTicked(label)) !== before) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error((await this.lines()).join('\n'));
    });
  }

  async isTicked(label: string | RegExp): Promise<boolean> {
    return (await this.#box(label).getAttribute('aria-checked')) === 'true';
  }

  #box(label: string | RegExp): Locator {
    return this.row(label).locator('.custom-view-tree-node-item-checkbox');
  }

  /** Takes what completion offers at the cursor of the editor. */
  async complete(label: string): Promise<void> {
    const row = this.#page.locator('.suggest-widget.visible .monaco-list-row', { hasText: label }).first();
    await until(`completion offers ${label}`, async (timeout) => {
      if (!(await row.isVisible())) await this.#page.keyboard.press('Control+Space');
      await row.waitFor({ timeout });
    });
    await row.click();
  }
}
