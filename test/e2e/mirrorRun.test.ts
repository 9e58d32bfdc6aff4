import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { digestAt } from '../support/e2eExamples.ts';
import { QuickInput } from '../support/e2eQuickInput.ts';
import { SideView } from '../support/e2eSideView.ts';
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

  it('says that the disk is full, and goes on where there is room again', async () => {
    const { workbench } = vscode;
    const disk = join(vscode.folder, 'disk');
    await mkdir(disk);
    // As on a stick that is too small. Of who may not mount one, nobody can ask for it.
    mount('-t', 'tmpfs', '-o', 'size=16k', 'none', disk);
    onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
    await workbench.openFile('imageset.yaml');
    await workbench.clickCodeLens(/^Mirror$/);
    const list = new QuickInput(workbench.page);
    await list.choose('Another place…');
    await list.type('file://PATH in a v2/ folder', 'oci://disk/mirror');
    await workbench.notification(/imageset\.yaml: 2 of 2 images could not be copied/);
    const runs = new SideView(workbench.page, 'Mirror Runs');
    await runs.open();
    // Its journal is there, too, so that the run could not even note its end.
    await runs.waitForLine(/^imageset → disk\/mirror stopped .*; run it again to go on/);
    await vscode.screenshot('mirror-disk-full');
    mount('-o', 'remount,size=64m', disk);
    await runs.waitUntilSettled();
    await runs.press(/^imageset → disk/, 'Run a Mirror Run Again');
    await runs.waitForLine(/^imageset → disk\/mirror all 2 images are there/);
    await vscode.screenshot('mirror-disk-again');
  });
});

function mount(...args: readonly string[]): void {
  execFileSync('mount', args, { stdio: 'pipe' });
}
