import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { configsImage, packageText } from '../support/indexImages.ts';
import { writeLayout } from '../support/ociLayout.ts';

const text = `apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: oci://./catalog
    packages:
    - name: some-operator
    - name: other-operatr
`;

describe('an ImageSetConfiguration in real VS Code', () => {
  const vscode = windowOnNewFolder(async (folder) => {
    const documents = [packageText('some-operator', '1.2.0'), packageText('other-operator')].join('\n');
    const image = configsImage({ layers: [{ 'configs/catalog.json': documents }] });
    writeLayout(join(folder, 'catalog'), [{ image }]);
    await writeFile(join(folder, 'imageset.yaml'), text);
    // Sizes of images are asked for, and tests ask nobody outside.
    await mkdir(join(folder, '.vscode'));
    await writeFile(
      join(folder, '.vscode/settings.json'),
      JSON.stringify({ 'operatorMirror.network': 'off' }),
    );
  });

  it('says what each entry comes to, and shows the bundles of a package on a page', async () => {
    const { workbench } = vscode;
    await workbench.openFile('imageset.yaml');
    const { page } = workbench;
    await page.locator('.view-line', { hasText: '1 bundle, 1 image' }).first().waitFor({ timeout: 60_000 });
    const lenses = page.locator('.codelens-decoration a', { hasText: 'Show bundles' });
    await lenses.nth(1).click({ timeout: 60_000 });
    await page.locator('.tab', { hasText: 'Preview Selected Bundles.md' }).waitFor({ timeout: 60_000 });
    const preview = workbench.webview();
    await preview.locator('h1', { hasText: 'some-operator' }).waitFor({ timeout: 60_000 });
    await preview.locator('td', { hasText: 'some-operator.v1.2.0' }).waitFor();
    await preview.locator('td', { hasText: 'stable (head)' }).waitFor();
    await preview.locator('td', { hasText: 'quay.io/some-operator/bundle:1.2.0' }).waitFor();
    await vscode.screenshot('selectedBundles');
  });

  it('shows the whole entry with what is wrong of it', async () => {
    const { workbench } = vscode;
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Show bundles' }).first().click();
    const preview = workbench.webview();
    await preview.locator('h1', { hasText: 'oci://./catalog' }).waitFor({ timeout: 60_000 });
    await preview
      .locator('li', { hasText: 'Package other-operatr is not in this catalog, which has other-operator' })
      .waitFor();
  });
});
