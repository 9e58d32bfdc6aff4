import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CodeServer } from '../support/codeServer.ts';
import { namedSet } from '../support/mirrorSets.ts';

const templates = resolve(import.meta.dirname, '../fixtures/templates');

describe('a workspace of templates in real VS Code', () => {
  let folder: string;
  let vscode: CodeServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'om-templates-'));
    await cp(templates, join(folder, 'templates'), { recursive: true });
    // The one mistake of the workspace shows that everything has been looked at.
    await writeFile(join(folder, 'set.yaml'), namedSet('IDMS', 'Not_A_Name', 'quay.io/a <- mirror.local/a'));
    vscode = await CodeServer.start({ folder });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await vscode.explainFailure(task.name);
  });

  afterAll(async () => {
    await vscode?.stop();
    await rm(folder, { recursive: true, force: true });
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
        expect(await workbench.squiggles(severity)).toBe(0);
      await vscode.screenshot(`template-${name}`);
    },
  );

  it('lists no finding of any template', async () => {
    const { workbench } = vscode;
    await workbench.waitForProblem(/mirror-set\/name/);
    expect((await workbench.problems()).filter((row) => /templates|mapping\.txt/.test(row))).toEqual([]);
  });
});
