import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { windowOnNewFolder } from '../support/e2eWindow.ts';

const image = 'file://disk/my/idx/keycloak/keycloak-operator';
const log = [
  'info: Mirroring completed in 1m19.09s (680.7kB/s)',
  'error mirroring image: one or more errors occurred',
  `no digest mapping available for ${image}:15.0.2, skip writing to ImageContentSourcePolicy`,
  '',
].join('\n');

describe('a log in real VS Code', () => {
  const vscode = windowOnNewFolder(async (folder) => {
    await writeFile(join(folder, 'oc.log'), log);
    await writeFile(join(folder, 'notes.txt'), 'error: I forgot the milk\n');
    await writeFile(
      join(folder, 'mapping.txt'),
      `file://disk/my/idx:v1=reg.example.com/olm/my-idx:v1\n${image}:15.0.2=reg.example.com/olm/keycloak:15.0.2\n`,
    );
  });

  it('has its lines explained where they stand, and other text has not', async () => {
    const { workbench } = vscode;
    await workbench.openFile('oc.log');
    await workbench.waitForSquiggle('error');
    await workbench.waitForProblem(/oc\/errors-during-mirroring/);
    expect(await workbench.hoverText('keycloak-operator:15.0.2', /What to do/)).toContain('Line 2 of');
    await vscode.screenshot('log');
    await workbench.openFile('notes.txt');
    await expect
      .poll(async () => (await workbench.problems()).join('\n'), { timeout: 60_000 })
      .not.toContain('milk');
  });

  it('is explained from the clipboard too', async () => {
    const { workbench } = vscode;
    await workbench.openFile('oc.log');
    await workbench.reveal('Mirroring completed');
    await workbench.page.keyboard.press('Control+A');
    await workbench.page.keyboard.press('Control+C');
    await workbench.command('Operator Mirror: Explain Log in Clipboard');
    await workbench.page.locator('.tab', { hasText: 'Preview Log in Clipboard.md' }).waitFor();
    const preview = workbench.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
    await preview.locator('h1', { hasText: 'Incomplete: images are missing' }).waitFor();
    await vscode.screenshot('log-in-clipboard');
    await preview.locator('a', { hasText: 'mapping.txt' }).first().click();
    await workbench.page.locator('.tab.active', { hasText: 'mapping.txt' }).waitFor();
    await workbench.page.locator('.statusbar-item', { hasText: /^Ln 2,/ }).waitFor();
  });
});
