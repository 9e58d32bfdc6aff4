import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** A busy machine is slow. */
const patience = 60_000;

/** What a user does with the list or the input box at the top of a window. */
export class QuickInput {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Takes a row of the list that is open. */
  async choose(text: string | RegExp): Promise<void> {
    const row = this.#page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await row.waitFor({ timeout: patience });
    // The list may have come under the pointer, and then a tooltip of one row covers the next.
    await this.#page.mouse.move(0, 0);
    await row.click({ timeout: patience });
  }

  /** Waits until the list that is open has a row. */
  async waitFor(text: string | RegExp): Promise<void> {
    const row = this.#page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await row.waitFor({ timeout: patience });
  }

  /** The second lines of the rows of the list that is open, which are what they say of themselves at length. */
  async details(): Promise<string[]> {
    const rows = this.#page.locator('.quick-input-list .monaco-list-row .quick-input-list-label-meta');
    await rows.first().waitFor({ timeout: patience });
    return rows.allInnerTexts();
  }

  /** Types into the input box whose prompt holds a text, and takes it. */
  async type(prompt: string, text: string): Promise<void> {
    const message = this.#page.locator('.quick-input-message').filter({ hasText: prompt });
    await message.waitFor({ timeout: patience });
    const box = this.#page.locator('.quick-input-widget:visible', { has: message });
    const input = box.locator('.quick-input-box input');
    // A box that has just come may be drawn anew, and lose what was typed or the key that takes it.
    for (const end = Date.now() + patience; Date.now() < end && (await message.isVisible()); ) {
      await input.fill(text, { timeout: 5000 }).catch(() => {});
      await input.press('Enter', { timeout: 5000 }).catch(() => {});
      await message.waitFor({ state: 'hidden', timeout: 5000 }).catch(() => {});
    }
  }

  /** Takes what stands in the input box whose prompt holds a text, once it is what it should be. */
  async keep(prompt: string, text: string): Promise<void> {
    const message = this.#page.locator('.quick-input-message').filter({ hasText: prompt });
    await message.waitFor({ timeout: patience });
    await expect
      .poll(() => this.#page.locator('.quick-input-box input').inputValue(), { timeout: patience })
      .toBe(text);
    await this.type(prompt, text);
  }

  /** Types into the dialog for files and folders, and presses its button. */
  async enter(path: string, label: string): Promise<void> {
    const input = this.#page.locator('.quick-input-widget:visible input[type="text"]');
    const button = this.#page.locator('.quick-input-widget:visible .quick-input-action .monaco-button', {
      hasText: label,
    });
    // Before its button is there, the box that is open is that of the command before.
    await button.waitFor({ timeout: patience });
    // The dialog writes the folder that it begins with when it has looked into it, over what was typed before; and the first press
    // may only look into the folder that was typed.
    for (const end = Date.now() + patience; Date.now() < end && (await button.isVisible()); ) {
      await input.fill(`${path}/`, { timeout: 5000 }).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 300));
      // Pressed while another folder stands there, it would take that one.
      const typed = await input.inputValue({ timeout: 5000 }).catch(() => '');
      if (!typed.startsWith(path)) continue;
      await button.click({ timeout: 5000 }).catch(() => {});
      await input.waitFor({ state: 'hidden', timeout: 5000 }).catch(() => {});
    }
  }

  /** Types into the input box whose prompt holds a text, waits for what VS Code says of that, and leaves. */
  async refused(prompt: string, text: string, problem: string): Promise<void> {
    const message = this.#page.locator('.quick-input-message');
    await message.filter({ hasText: prompt }).waitFor({ timeout: patience });
    const input = this.#page.locator('.quick-input-widget:visible input[type="text"]');
    await input.fill(text);
    await message.filter({ hasText: problem }).waitFor({ timeout: patience });
    await input.press('Escape');
    await input.waitFor({ state: 'hidden', timeout: patience });
  }
}
