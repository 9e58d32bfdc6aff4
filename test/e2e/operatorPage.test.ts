import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BundleSpec, packageDocuments } from '../support/channels.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';

const about = {
  type: 'olm.csv.metadata',
  value: {
    displayName: 'Some Operator',
    description:
      '# What it is\n\nIt does *something*. <script>document.title = "x"</script>\n\n- [Documentation](https://example.com/docs)',
    provider: { name: 'Some Company' },
    annotations: { capabilities: 'Full Lifecycle', description: 'It does something.' },
  },
};

/** A chain of 200 versions, of which the head may be reached from many. */
const chain: readonly BundleSpec[] = Array.from({ length: 200 }, (_, index) => ({
  version: `1.${index}.0`,
  ...(index === 0 ? {} : { replaces: `1.${index - 1}.0` }),
  ...(index === 199 ? { skips: ['1.0.0'], skipRange: '>=1.190.0 <1.197.0', properties: [about] } : {}),
}));

async function writeCatalog(folder: string, documents: readonly object[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'catalog.json'), documents.map((one) => JSON.stringify(one)).join('\n'));
}

describe('pages about catalogs in real VS Code', () => {
  const vscode = windowOnNewFolder(async (folder) => {
    await writeFile(join(folder, 'README.md'), '# Catalogs\n');
    await writeCatalog(join(folder, 'new'), [
      ...packageDocuments('some-operator', chain),
      ...packageDocuments('came-operator', [{ version: '0.1.0' }]),
    ]);
    await writeCatalog(join(folder, 'old'), packageDocuments('some-operator', chain.slice(0, 150)));
  });

  const type = async (prompt: RegExp, text: string) => {
    const { page } = vscode.workbench;
    const widget = page.locator('.quick-input-widget:visible', { hasText: prompt });
    const input = widget.locator('input[type="text"]');
    await input.waitFor({ timeout: 60_000 });
    await input.fill(text);
    return { page, input };
  };
  const nameCatalog = async (name: string) => {
    const { input } = await type(/An index image/, join(vscode.folder, name));
    await input.press('Enter');
    await input.waitFor({ state: 'hidden' }).catch(() => {});
  };

  it('opens the page of an operator of a catalog in a folder', async () => {
    const { workbench } = vscode;
    await workbench.command('Operator Mirror: Open Operator…');
    await nameCatalog('new');
    await workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'some-operator' })
      .click({ timeout: 60_000 });
    const page = workbench.webview();
    await page.locator('h1', { hasText: 'Some Operator' }).waitFor({ timeout: 60_000 });
    await page.locator('.description', { hasText: '<script>document.title' }).waitFor();
    await page.locator('aside', { hasText: 'Full Lifecycle' }).waitFor();
  });

  it('lights the way between two versions that are clicked', async () => {
    const page = vscode.workbench.webview();
    await page.locator('[role="tab"]', { hasText: 'Upgrade Graph' }).click();
    const options = page.locator('[role="option"]');
    expect(await options.count()).toBe(200);
    await options.nth(9).click();
    await page.locator('.way .headline', { hasText: '1.190.0 is chosen' }).waitFor();
    await options.nth(0).click();
    await page.locator('.way .headline', { hasText: 'One upgrade leads from 1.190.0 to 1.199.0.' }).waitFor();
    await page.locator('.way li', { hasText: 'whose skipRange has it' }).waitFor();
    expect(await page.locator('.picture .path path.skipRange').count()).toBe(1);
    expect(await page.locator('[role="option"].on-way').count()).toBe(2);
    await vscode.screenshot('operator');
  });

  it('does the same by keyboard, from the first to the last of 200 versions', async () => {
    const { workbench } = vscode;
    const page = workbench.webview();
    const { keyboard } = workbench.page;
    await keyboard.press('Escape');
    await page.locator('.way .headline', { hasText: 'Choose two versions' }).waitFor();
    expect(await page.locator('[role="option"].on-way').count()).toBe(0);
    await keyboard.press('End');
    await keyboard.press('Space');
    await page.locator('.way .headline', { hasText: '1.0.0 is chosen' }).waitFor();
    await keyboard.press('Home');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await page.locator('.way .headline', { hasText: '198 upgrades lead from 1.0.0 to 1.198.0' }).waitFor();
    expect(await page.locator('[role="option"][aria-selected="true"]').count()).toBe(2);
    expect(await page.locator('.picture .path path.replaces').count()).toBe(198);
  });

  it('shows another version, and what the page has kept after a reload', async () => {
    const { workbench } = vscode;
    await workbench.webview().locator('button', { hasText: 'Show 1.198.0' }).click();
    const shown = () => workbench.webview().locator('header select').inputValue();
    await expect.poll(shown).toBe('some-operator.v1.198.0');
    // A page that is reloaded by its browser may lose what it has kept last.
    const loaded = workbench.page.waitForEvent('load', { timeout: 120_000 });
    await workbench.command('Developer: Reload Window');
    await loaded;
    await workbench.waitUntilReady();
    await workbench
      .webview()
      .locator('[role="tab"][aria-selected="true"]', { hasText: 'Upgrade Graph' })
      .waitFor({ timeout: 120_000 });
    expect(await shown()).toBe('some-operator.v1.198.0');
    await workbench
      .webview()
      .locator('.way .headline', { hasText: '198 upgrades' })
      .waitFor({ timeout: 60_000 });
  });

  it('says what differs between two catalogs, filters it, and opens what came', async () => {
    const { workbench } = vscode;
    await workbench.command('Operator Mirror: Compare Catalogs…');
    await nameCatalog('old');
    await nameCatalog('new');
    const page = workbench.webview();
    await page.locator('h1', { hasText: '1 package came, 1 package changed' }).waitFor({ timeout: 60_000 });
    await page.locator('summary', { hasText: 'some-operator' }).click();
    await page
      .locator('.lines li', { hasText: 'head of stable: some-operator.v1.199.0, was some-operator.v1.149.0' })
      .waitFor();
    await vscode.screenshot('comparison');
    await page.locator('input[type="search"]').fill('came');
    await page.locator('summary', { hasText: 'some-operator' }).waitFor({ state: 'hidden' });
    await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('Enter');
    // The page of the operator has a place of its own.
    await workbench.page.locator('.tab.active', { hasText: 'came-operator' }).waitFor({ timeout: 60_000 });
  });
});
