import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { CatalogsView } from '../support/e2eCatalogs.ts';
import { placeOf } from '../support/e2eText.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { pushImage, testImage } from '../support/images.ts';
import { configsImage, configsLayer, packageText } from '../support/indexImages.ts';
import { SilentRegistry } from '../support/silentRegistry.ts';

describe('the view of catalogs in real VS Code', () => {
  let registry: DockerRegistry;
  let silent: SilentRegistry;
  const bundle = testImage();
  afterAll(async () => {
    await registry?.stop();
    await silent?.stop();
  });

  const vscode = windowOnNewFolder(async (folder) => {
    await writeFile(join(folder, 'notes.md'), '# Operators for the mirror\n');
    registry = await DockerRegistry.start();
    const layers = [configsLayer('community-part'), configsLayer('community-operator-index')];
    await pushImage(registry.url, 'community/community-operator-index', 'v4.18', configsImage({ layers }));
    // Of this one the images are where a test may ask for them.
    const own = packageText('sized-operator').replaceAll('quay.io/', `${registry.host}/`);
    await pushImage(registry.url, 'sized-operator/bundle', '1.0.0', bundle);
    await pushImage(
      registry.url,
      'own/catalog',
      'v1',
      configsImage({ layers: [{ 'configs/own.json': own }] }),
    );
    silent = await SilentRegistry.start();
  });
  /** What is in it is to be seen then: nothing above it is open. */
  const addCatalog = async (name: string) => {
    await view.pressTitle('Collapse All');
    await vscode.workbench.command('Operator Mirror: Add Catalog…');
    await view.type('Add Catalog', name);
    await view.press('Enter');
  };
  let view: CatalogsView;

  it('says what it is for, and adds a catalog by its name', async () => {
    view = new CatalogsView(vscode.workbench.page);
    await view.open();
    await view.pressButton('Add Catalog…');
    await view.type('Add Catalog', `${registry.host}/community/community-operator-index:v4.18`);
    await vscode.screenshot('catalogs-add');
    await view.press('Enter');
    await view.waitForLine(/^cert-manager 1\.6\.1/);
    await view.widen(520);
    expect(await view.lines()).toContainEqual(
      `community-operator-index:v4.18 13 packages · ${registry.host}/community`,
    );
  });

  it('finds packages by what they say of themselves', async () => {
    await view.pressTitle('Search Packages in Catalogs…');
    await view.type('Search Packages', 'database');
    await view.waitForChoice(/^dbaas-operator/);
    await vscode.screenshot('catalogs-search');
    await view.press('Escape');
    await view.pressTitle('Filter Packages in Catalogs…');
    await view.type('Filter Packages', 'kafka');
    await view.waitForLines((lines) => !lines.some((line) => line.startsWith('keycloak-operator')));
    await view.press('Enter');
    expect(await view.lines()).toContainEqual(expect.stringMatching(/^strimzi-kafka-operator/));
    await view.pressTitle('Show All Packages in Catalogs');
    await view.waitForLine(/^keycloak-operator/);
  });

  it('shows channels, versions and images', async () => {
    await view.expand('dbaas-operator');
    await view.waitForLine(/^stable 0\.5\.0 · default/);
    await view.expand('stable');
    await view.waitForLine(/^0\.5\.0 head/);
    await view.expand('0.5.0');
    await view.waitForLine(/^dbaas-operator:v0\.5\.0 by tag · quay\.io/);
    await vscode.screenshot('catalogs-images');
    await view.collapse('dbaas-operator');
  });

  it('selects by mouse and by keyboard, and adds up', async () => {
    await view.tick('gitlab-runner-operator');
    await view.waitForLine(/^1 package selected 1 bundle, 5 images/);
    await view.focus('1 package selected');
    await view.press('End');
    await view.press('Space');
    await view.waitForLine(/^2 packages selected 2 bundles, 12 images/);
    // To its channels, and to the versions of the default one, which is the first.
    await view.press('ArrowRight');
    await view.waitForLine(/^stable 0\.18\.0 · default/);
    await view.press('ArrowDown');
    await view.press('ArrowRight');
    await view.waitForLine(/^0\.18\.0 head/);
    expect(await view.isTicked('0.18.0')).toBe(true);
    await vscode.screenshot('catalogs-selected');
  });

  it('makes an ImageSetConfiguration in which nothing is wrong', async () => {
    const { workbench } = vscode;
    await view.press('2 packages selected', 'Create ImageSetConfiguration from the Selection');
    await expect
      .poll(() => workbench.visibleText(), { timeout: 60_000 })
      .toContain('- name: strimzi-kafka-operator');
    // It is held to its catalog: behind the package stands what it comes to.
    await expect
      .poll(() => workbench.visibleText(), { timeout: 60_000 })
      .toMatch(/gitlab-runner-operator *1 bundle, 5 images/);
    expect(await workbench.squiggles('error')).toBe(0);
    expect(await workbench.squiggles('warning')).toBe(0);
    await vscode.screenshot('catalogs-image-set');
  });

  it('completes a channel and a version in it, and marks a range that finds nothing', async () => {
    const { workbench } = vscode;
    const { page } = workbench;
    // By keys from the top: code lenses that arrive move the lines under a click, and a search that is still open takes what is typed.
    const { x, y } = await placeOf(page, 'kind');
    await page.mouse.click(x, y);
    await page.locator('.editor-group-container.active .monaco-editor.focused').first().waitFor();
    await page.keyboard.press('Control+Home');
    const lines = (await workbench.visibleText()).split('\n');
    const line = lines.findIndex((text) => text.includes('gitlab-runner-operator'));
    for (let down = 0; down < line; down++) await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.keyboard.type('\n  channels:\n- name: sta');
    await view.complete('stable');
    await page.keyboard.type('\n  minVersion: ');
    await view.complete('1.11.0');
    await page.keyboard.press('Escape');
    await expect.poll(() => workbench.visibleText()).toMatch(/minVersion: "?1\.11\.0/);
    await vscode.screenshot('catalogs-completed');
    await page.keyboard.type('\nmaxVersion: "1.0.0"');
    await workbench.waitForSquiggle('error');
    await vscode.screenshot('catalogs-wrong-range');
    await workbench.quickFix('name: stable', /(?:min|max)Version/);
    await expect.poll(() => workbench.squiggles('error'), { timeout: 60_000 }).toBe(0);
    await vscode.screenshot('catalogs-fixed-range');
  });

  it('adds to the file that is open, and says what stands in it already', async () => {
    const { workbench } = vscode;
    await view.tick('cert-manager');
    await view.waitForLine(/^3 packages selected/);
    await view.press('3 packages selected', 'Add the Selection to the Open ImageSetConfiguration');
    await expect.poll(() => workbench.visibleText(), { timeout: 60_000 }).toContain('- name: cert-manager');
    await workbench.notification(/Package gitlab-runner-operator is in the file already and stays as it is/);
    expect(await workbench.visibleText()).toMatch(/minVersion: "?1\.11\.0/);
  });

  it('asks a registry for the sizes of what is selected, and shows what it has of an image', async () => {
    const { workbench } = vscode;
    await workbench.command('Operator Mirror: Clear the Selection from Catalogs');
    await addCatalog(`${registry.host}/own/catalog:v1`);
    await view.waitForLine(/^sized-operator/);
    await view.tick('sized-operator');
    await view.waitForLine(/^1 package selected 1 bundle, 1 image$/);
    await workbench.command('Operator Mirror: Ask Registries for the Size of the Selection');
    await view.waitForLine(/^1 package selected 1 bundle, 1 image, [\d.]+ k?B$/);
    await view.expand('sized-operator');
    await view.waitForLine(/^stable 1\.0\.0 · default/);
    await view.expand('stable');
    await view.waitForLine(/^1\.0\.0 head/);
    await view.expand('1.0.0');
    await view.waitForLine(/^bundle:1\.0\.0 the bundle · by tag/);
    await view.press('bundle:1.0.0', 'Show Image');
    await workbench
      .webview()
      .locator('body', { hasText: bundle.manifest.digest })
      .waitFor({ timeout: 60_000 });
    await vscode.screenshot('catalogs-image');
  });

  it('stops the opening of a catalog whose registry does not answer', async () => {
    await addCatalog(`${silent.host}/slow/catalog:v1`);
    await view.waitForLine(/^Opening the catalog…/);
    await view.press('Opening the catalog…', 'Stop Opening the Catalog');
    await view.waitForLine(/^The opening was stopped/);
    expect(await view.lines()).not.toContainEqual(expect.stringMatching(/^Opening the catalog…/));
  });
});
