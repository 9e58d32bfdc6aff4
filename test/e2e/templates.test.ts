import { cp, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { namedSet } from '../support/mirrorSets.ts';

const templates = resolve(import.meta.dirname, '../fixtures/templates');

describe('a workspace of templates in real VS Code', () => {
  const vscode = windowOnNewFolder(async (folder) => {
    await cp(templates, join(folder, 'templates'), { recursive: true });
    // The one mistake of the workspace shows that everything has been looked at.
    await writeFile(join(folder, 'set.yaml'), namedSet('IDMS', 'Not_A_Name', 'quay.io/a <- mirror.local/a'));
  });

  it('has findings in what is no template', async () => {
    await vscode.workbench.openFile('set.yaml');
    await vscode.workbench.waitForSquiggle('error', 150_000);
  });

  it.each(['helm-values.yaml', 'ansible-quoted.yaml', 'envsubst.yaml', 'jinja.yaml'])(
    'says quietly above %s that it is a template, and underlines nothing in it',
    async (name) => {
      const { workbench } = vscode;
      await workbench.openFile(`templates/${name}`);
      const lens = workbench.page.locator('.editor-group-container.active .codelens-decoration', {
        hasText: /template/i,
      });
      await lens.first().waitFor({ timeout: 60_000 });
      for (const severity of ['error', 'warning', 'info', 'hint'] as const)
        await expect.poll(() => workbench.squiggles(severity), { timeout: 60_000 }).toBe(0);
      await vscode.screenshot(`template-${name}`);
    },
  );

  it('lists no finding of any template', async () => {
    const { workbench } = vscode;
    await workbench.waitForProblem(/mirror-set\/name/);
    const ofTemplates = async () =>
      (await workbench.problems()).filter((row) => /templates|mapping\.txt/.test(row));
    await expect.poll(ofTemplates, { timeout: 60_000 }).toEqual([]);
  });
});
