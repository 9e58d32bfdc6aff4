import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { namedSet } from '../support/mirrorSets.ts';

/** What `oc get` prints of a cluster that has one policy. A real program stands in the place of `oc`. */
const policy = {
  apiVersion: 'operator.openshift.io/v1alpha1',
  kind: 'ImageContentSourcePolicy',
  metadata: { name: 'image-policy-0' },
  spec: { repositoryDigestMirrors: [{ source: 'quay.io/b', mirrors: ['mirror.local/b'] }] },
};

describe('a forecast in real VS Code', () => {
  const vscode = windowOnNewFolder(async (folder) => {
    await mkdir(join(folder, 'manifests'));
    const set = namedSet('ITMS', 'tags', 'quay.io/a <- mirror.local/a');
    await writeFile(join(folder, 'manifests/imageTagMirrorSet.yaml'), set);
    const oc = join(folder, 'oc');
    await writeFile(
      oc,
      `#!/bin/sh\ncase "$2" in\nimagecontent*) cat <<'E'\n${JSON.stringify(policy)}\nE\n;;\nclusterversion) printf 4.14.3 ;;\n*) echo 'error: the server doesn'"'"'t have a resource type' >&2; exit 1 ;;\nesac\n`,
    );
    await chmod(oc, 0o755);
    // A user's settings for a machine are not those of the browser; the workspace's are.
    await mkdir(join(folder, '.vscode'));
    await writeFile(
      join(folder, '.vscode/settings.json'),
      JSON.stringify({ 'operatorMirror.cluster.command': oc }),
    );
  });

  it('says above each mirror set whether nodes drain, and why on a page', async () => {
    await vscode.workbench.openFile('manifests/imageTagMirrorSet.yaml');
    const lens = vscode.workbench.page.locator('.codelens-decoration', { hasText: 'drains every node' });
    await lens.first().waitFor({ timeout: 60_000 });
    await lens.locator('a').first().click();
    const page = vscode.workbench.webview();
    await page.locator('p', { hasText: 'Nothing is known of the cluster' }).waitFor({ timeout: 60_000 });
    await page.locator('a', { hasText: 'imageTagMirrorSet.yaml' }).first().waitFor();
  });

  it('asks the cluster what is on it', async () => {
    const { workbench } = vscode;
    await workbench.webview().locator('button', { hasText: 'Compare With' }).click();
    await workbench.page
      .locator('.quick-input-list .monaco-list-row', { hasText: 'What the cluster says' })
      .click();
    const page = workbench.webview();
    await page.locator('h1', { hasText: 'Every node of every pool drains' }).waitFor({ timeout: 60_000 });
    await page.locator('tr', { hasText: 'image-policy-0 ImageContentSourcePolicy' }).waitFor();
    await page.locator('summary', { hasText: 'registries.conf' }).click();
    await page.locator('pre', { hasText: 'location = "mirror.local/a"' }).waitFor();
    await vscode.screenshot('forecast');
  });
});
