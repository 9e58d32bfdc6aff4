import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { listExampleImages } from '../../scripts/lib/exampleRegistry.mjs';
import { digestAt, ExampleWorkspace } from '../support/e2eExamples.ts';
import { windowOn } from '../support/e2eWindow.ts';

const efk = '1-efk-over-files/manifests-my-operator/my-operator-index-1636602048';
const keycloak = '2-keycloak-by-tag/manifests-my-operator/community-operator-index-1637720538';

describe('the examples in real VS Code', () => {
  let examples: ExampleWorkspace;
  afterAll(() => examples?.stop());

  const vscode = windowOn(async () => {
    examples = await ExampleWorkspace.create();
    await examples.edit('3-copy/mapping.txt', (text) =>
      text.replaceAll(/=localhost:\d+/g, `=${examples.destination.host}`),
    );
    return examples.folder;
  });

  /** What is on disk once all that was chosen is: a fix may change the file after it was saved. */
  const saved = (file: string) =>
    expect.poll(
      async () => {
        await vscode.workbench.save();
        return examples.read(file);
      },
      { timeout: 60_000 },
    );
  const noErrors = () => expect.poll(() => vscode.workbench.squiggles('error'), { timeout: 60_000 }).toBe(0);

  it('installs the extension with everything that it needs to run', async () => {
    const files = await readdir(vscode.extension);
    expect(files).toEqual(expect.arrayContaining(['package.json', 'dist', 'syntaxes']));
  });

  it('has the command line where the installer has put the extension', async () => {
    const cli = join(vscode.extension, 'dist/cli.js');
    const { status, stdout } = spawnSync(process.execPath, [cli, 'check', `${keycloak}/mapping.txt`], {
      cwd: vscode.folder,
      env: { HOME: vscode.folder },
      encoding: 'utf8',
    });
    expect(stdout).toContain('(mapping/tag-only)');
    expect(status).toBe(1);
  });

  it('tells of the image of a pod before any file of a mirror run is opened', async () => {
    const { workbench } = vscode;
    await workbench.openFile('2-keycloak-by-tag/pod.yaml');
    const shown = await workbench.hoverText(
      'quay.io/keycloak/keycloak-operator',
      /Nodes pull this image by tag/,
    );
    expect(shown).toContain('it takes a MachineConfig');
    await workbench.leaveHover();
  });

  it('shows what is wrong with a source by tag', async () => {
    await vscode.workbench.openFile(`${keycloak}/mapping.txt`);
    await expect.poll(() => vscode.workbench.statusBar(), { timeout: 60_000 }).toContain('Image Mapping');
    await vscode.workbench.waitForSquiggle('warning');
    await vscode.workbench.waitForProblem(/mapping\/tag-only/);
    await vscode.screenshot('tag-only');
  });

  it('shows the digest that the registry has', async () => {
    const shown = await vscode.workbench.hoverText(
      'keycloak-keycloak-operator:15.0.2',
      new RegExp(digestOf('community-operator/keycloak-keycloak-operator')),
    );
    expect(shown).toContain('linux/amd64');
    await vscode.screenshot('hover');
  });

  it('traces the image under the cursor', async () => {
    const { workbench } = vscode;
    await workbench.openFile('1-efk-over-files/manifests-my-operator-index-1636424076/mapping.txt');
    await workbench.reveal('registry.redhat.io/openshift-logging/fluentd-rhel8@');
    await workbench.command('Operator Mirror: Trace Image Pull');
    await workbench.acceptInput(
      'Trace Image Pull',
      'registry.redhat.io/openshift-logging/fluentd-rhel8@sha256:',
    );
    const page = workbench.webview();
    await page.locator('h1', { hasText: 'No mirror serves it' }).waitFor({ timeout: 60_000 });
    await page.locator('li', { hasText: 'a path left by a file:// hop' }).first().waitFor();
    await vscode.screenshot('trace');
    await page.locator('a', { hasText: 'imageContentSourcePolicy.yaml:' }).first().click();
    await workbench.page.locator('.tab.active', { hasText: 'imageContentSourcePolicy.yaml' }).waitFor();
  });

  it('pins the source to that digest', async () => {
    await vscode.workbench.openFile(`${keycloak}/mapping.txt`);
    await vscode.workbench.quickFix('keycloak/keycloak-operator:15.0.2', /Pin to/);
    await vscode.workbench.save();
    const pinned = `keycloak/keycloak-operator@${digestOf('community-operator/keycloak-keycloak-operator')}=`;
    await saved(`${keycloak}/mapping.txt`).toContain(pinned);
  });

  it('fixes all in a folder with one edit, which one Undo takes back', async () => {
    const { workbench } = vscode;
    const shown = () => expect.poll(() => workbench.visibleText(), { timeout: 60_000 });
    await workbench.openFile(`${efk}/catalogSource.yaml`);
    await workbench.waitForSquiggle('error');
    await workbench.command('Operator Mirror: Fix All in Folder');
    await workbench.notification(/^5 changes in 2 files$/);
    await shown().toContain('name: my-operator-my-operator-index');
    await workbench.openFile(`${efk}/imageContentSourcePolicy.yaml`);
    await shown().toContain('source: registry.redhat.io/openshift4/');
    await vscode.screenshot('fix-folder');
    await workbench.undo();
    await shown().toContain('source: efk-mirror/my-operator/');
    await workbench.openFile(`${efk}/catalogSource.yaml`);
    await shown().toContain('name: my-operator/my-operator-index');
  });

  it('rewrites all sources of an ICSP to the true ones', async () => {
    const file = `${efk}/imageContentSourcePolicy.yaml`;
    await vscode.workbench.openFile(file);
    await vscode.workbench.waitForSquiggle('error');
    await vscode.screenshot('local-source');
    await vscode.workbench.quickFix(
      'index/openshift4/ose-elasticsearch-proxy',
      /Rewrite all 4 to their true sources/,
    );
    await saved(file).toContain('source: registry.redhat.io/openshift4/ose-elasticsearch-proxy\n');
    const text = await examples.read(file);
    expect(text).toContain('source: registry.redhat.io/openshift-logging/fluentd-rhel8\n');
    expect(text).not.toContain('source: efk-mirror/');
    await noErrors();
  });

  it('offers registries where no mapping.txt tells the true one', async () => {
    const file = `${keycloak}/imageContentSourcePolicy.yaml`;
    await vscode.workbench.openFile(file);
    await vscode.workbench.waitForSquiggle('error');
    // The tags of its images prove the one; of the other nothing is known.
    await vscode.workbench.quickFix(
      'index/openshift-community-operators/keycloak-operator',
      /proven by the tags/,
    );
    await vscode.workbench.quickFix('index/strimzi/operator', /quay\.io/);
    await saved(file).toContain('source: quay.io/strimzi/operator\n');
    expect(await examples.read(file)).toContain(
      'source: quay.io/openshift-community-operators/keycloak-operator\n',
    );
  });

  it('gives a CatalogSource a valid name', async () => {
    const file = `${efk}/catalogSource.yaml`;
    await vscode.workbench.openFile(file);
    await vscode.workbench.waitForSquiggle('error');
    await vscode.workbench.quickFix('my-operator/my-operator-index', 'my-operator-my-operator-index');
    await saved(file).toContain('name: my-operator-my-operator-index\n');
  });

  it('copies the images of a mapping.txt', async () => {
    const { destination } = examples;
    await vscode.workbench.openFile('3-copy/mapping.txt');
    // Nothing is at the destination yet, which is no error of a mapping that is about to be copied.
    await vscode.workbench.waitForSquiggle('warning');
    await noErrors();
    await vscode.workbench.command('Operator Mirror: Copy This mapping.txt');
    await vscode.workbench.notification(/2 images copied/, 60_000);
    await noErrors();
    await vscode.workbench.waitForSquiggle('warning');
    await vscode.screenshot('copied');
    expect(await digestAt(destination.host, 'mirror/keycloak-operator', '15.0.2')).toBe(
      digestOf('keycloak/keycloak-operator'),
    );
    // The index whole: with its children, and under its own digest.
    expect(await digestAt(destination.host, 'mirror/fluentd-rhel8', 'v5.2.2')).toBe(
      digestOf('efk-mirror/openshift-logging-fluentd-rhel8'),
    );
  });
});

function digestOf(repository: string): string {
  const image = listExampleImages().find((candidate) => candidate.repository === repository);
  if (image === undefined) throw new Error(`The example registry has no ${repository}.`);
  return image.digest;
}
