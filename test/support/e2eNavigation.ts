import { until, type Workbench } from './e2eWorkbench.ts';

/** Gives the symbol at a text of the active file another name; VS Code saves the files that this changes. */
export async function rename(
  workbench: Workbench,
  at: string,
  newName: string,
  before: () => Promise<unknown> = async () => {},
): Promise<void> {
  const input = workbench.page.locator('.rename-box input');
  await until(`a rename box at ${at}`, async () => {
    await workbench.reveal(at);
    await workbench.page.keyboard.press('F2');
    await input.waitFor({ timeout: 10_000 });
  });
  await input.fill(newName);
  await before();
  await input.press('Enter');
  await input.waitFor({ state: 'hidden' });
}

/** Waits until VS Code says why the symbol at a text cannot be renamed. */
export async function waitForRenameRefusal(workbench: Workbench, at: string, reason: string): Promise<void> {
  const message = workbench.page.locator('.monaco-editor-overlaymessage .message', { hasText: reason });
  await until(`the reason at ${at}: ${reason}`, async () => {
    await workbench.reveal(at);
    await workbench.page.keyboard.press('F2');
    await message.waitFor({ timeout: 10_000 });
  });
}
