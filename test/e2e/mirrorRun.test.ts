import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { digestAt } from '../support/e2eExamples.ts';
import { QuickInput } from '../support/e2eQuickInput.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { putInto, type ServedCatalog, serveCatalog } from '../support/mirrorCatalog.ts';
import { setOf } from '../support/mirrorSets.ts';

describe('a mirror run in real VS Code', () => {
  const registries: DockerRegistry[] = [];
  afterAll(() => Promise.all(registries.map((registry) => registry.stop())));
  let served: ServedCatalog;
  let destination = '';

  const vscode = windowOnNewFolder(async (folder) => {
    const source = await DockerRegistry.start();
    registries.push(source);
    const mirror = await DockerRegistry.start();
    registries.push(mirror);
    destination = mirror.host;
    served = await serveCatalog(source.host, putInto(source));
    await writeFile(
      join(folder, 'imageset.yaml'),
      `apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: ${served.index}
    packages:
    - name: search
`,
    );
    await writeFile(join(folder, 'idms.yaml'), setOf('IDMS', `${source.host}/other <- ${mirror.host}/other`));
  });

  it('says what it would do, in a terminal', async () => {
    const { workbench } = vscode;
    await workbench.openFile('imageset.yaml');
    await workbench.clickCodeLens(/^Plan$/);
    const list = new QuickInput(workbench.page);
    await list.choose('Another place…');
    const problem = 'Mirror is no registry: HOST.DOMAIN, HOST:PORT or localhost';
    await list.refused('file://PATH in a v2/ folder', 'Mirror', problem);
    await workbench.clickCodeLens(/^Plan$/);
    await list.choose(`docker://${destination}`);
    await expect
      .poll(() => workbench.terminalText(), { timeout: 60_000 })
      .toContain('2 images: 1 bundle, 1 that bundles use');
    expect(await digestAt(destination, 'search/operator', 'v1')).toBeUndefined();
    await vscode.screenshot('plan');
  });

  it('mirrors to the place that was chosen before, and shows what it wrote', async () => {
    const { workbench } = vscode;
    await workbench.clickCodeLens(/^Mirror$/);
    await new QuickInput(workbench.page).choose(/chosen before/);
    await workbench.notification(/^imageset\.yaml: 2 images copied\.$/);
    await vscode.screenshot('mirrored');
    for (const repository of ['search/bundle', 'search/operator']) {
      expect(await digestAt(destination, repository, 'v1')).toBe(
        served.images.get(repository)?.image.manifest.digest,
      );
    }
    expect(await digestAt(destination, 'ns/index', 'v1')).toMatch(/^sha256:/);
    await workbench.pressNotificationButton(/2 images copied/, 'Show Report');
    await workbench.webview().locator('h1').first().waitFor({ timeout: 60_000 });
    await vscode.screenshot('mirror-report');
  });
});
