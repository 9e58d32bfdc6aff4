import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CatalogsView } from '../support/e2eCatalogs.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';

describe('an untrusted folder in real VS Code', () => {
  const requests: string[] = [];
  let registry: Server | undefined;
  afterAll(() => void registry?.close());

  const vscode = windowOnNewFolder(
    async (folder) => {
      const started = createServer((request, response) => {
        requests.push(request.url ?? '');
        response.writeHead(404).end();
      });
      registry = started;
      await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
      const host = `localhost:${(started.address() as AddressInfo).port}`;
      await writeFile(
        join(folder, 'imageset.yaml'),
        `kind: ImageSetConfiguration\nmirror:\n  operators:\n  - catalog: ${host}/a/my-index:v1\n`,
      );
      await writeFile(join(folder, 'mapping.txt'), `${host}/a/source:1.0=${host}/b/destination:1.0\n`);
    },
    { trust: 'restricted' },
  );

  it('is checked, and no registry hears of it', async () => {
    const { workbench } = vscode;
    await workbench.openFile('mapping.txt');
    await expect.poll(() => workbench.statusBar(), { timeout: 60_000 }).toContain('Restricted Mode');
    await workbench.waitForProblem(/mapping\/tag-only/);
    await workbench.hoverText('b/destination:1.0', /destination/);
    await vscode.screenshot('restricted-mode');
    await expect
      .poll(() => workbench.offersCommand('Operator Mirror: Copy This mapping.txt'), { timeout: 60_000 })
      .toBe(false);
    const apply = 'Operator Mirror: Apply to Cluster';
    await expect.poll(() => workbench.offersCommand(apply), { timeout: 60_000 }).toBe(false);
    const mirror = 'Operator Mirror: Mirror This ImageSetConfiguration';
    await workbench.openFile('imageset.yaml');
    await expect.poll(() => workbench.offersCommand(mirror), { timeout: 60_000 }).toBe(false);
    await workbench.clickCodeLens(/^Mirror$/);
    await workbench.notification(/^Registries are contacted only for a workspace that you trust\.$/);
    expect(requests).toEqual([]);
  });

  it('has its catalogs listed, and none of them opened', async () => {
    const view = new CatalogsView(vscode.workbench.page);
    await view.open();
    await view.waitForLine(/^my-index:v1/);
    await view.expand('my-index:v1');
    await view.waitForLine(/^Trust this workspace…/);
    expect(await view.lines()).toContainEqual(expect.stringMatching(/^the workspace is not trusted/));
    await vscode.screenshot('restricted-catalogs');
    expect(requests).toEqual([]);
  });
});
