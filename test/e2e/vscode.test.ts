import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CodeServer } from '../support/codeServer.ts';

const mapping = [
  'quay.io/keycloak/keycloak-operator:15.0.2=localhost:5005/keycloak/keycloak-operator:15.0.2',
  '',
].join('\n');

describe('real VS Code', () => {
  let folder: string;
  let vscode: CodeServer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'om-ws-'));
    await writeFile(join(folder, 'mapping.txt'), mapping);
    vscode = await CodeServer.start({ folder });
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await vscode.explainFailure(task.name);
  });

  afterAll(async () => {
    await vscode?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('installs the extension with everything that it needs to run', async () => {
    expect(await readdir(vscode.extension)).toEqual(
      expect.arrayContaining(['package.json', 'dist', 'syntaxes']),
    );
  });

  it('opens a mapping.txt as an image mapping', async () => {
    await vscode.workbench.openFile('mapping.txt');
    expect(await vscode.workbench.visibleText()).toContain('quay.io/keycloak/keycloak-operator:15.0.2');
    expect(await vscode.workbench.statusBar()).toContain('Image Mapping');
  });
});
