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

/** Why the symbol at a text cannot be renamed. */
export async function renameRefusal(workbench: Workbench, at: string): Promise<string> {
  const message = workbench.page.locator('.monaco-editor-overlaymessage .message');
  let said = '';
  await until(`a reason at ${at}`, async () => {
    await workbench.reveal(at);
    await workbench.page.keyboard.press('F2');
    await message.waitFor({ timeout: 10_000 });
    said = (await message.textContent()) ?? '';
  });
  return said;
}
