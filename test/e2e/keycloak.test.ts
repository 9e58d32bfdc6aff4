import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { chinese, english, type Words } from '../support/e2eWords.ts';
import { until } from '../support/e2eWorkbench.ts';

const example = resolve(import.meta.dirname, '../../examples/2-keycloak-by-tag');
const run = 'manifests-my-operator/community-operator-index-1637720538';
const image = 'quay.io/keycloak/keycloak-operator:15.0.2';
const event = `Failed to pull image "${image}": rpc error: code = Unknown desc = error pinging docker registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io on 192.168.31.100:53: server misbehaving`;
const policies =
  /kind: MachineConfig[\s\S]*role: (?:worker|master)[\s\S]*kind: MachineConfig[\s\S]*role: (?:worker|master)/;

/** An administrator with an event of a pod, on a cluster of 4.8 by its catalog, and no registry that anybody reaches. */
describe.each<[string, Words]>([
  ['English', english],
  ['Chinese', chinese],
])('a pod whose image nobody redirects, in real VS Code, in %s', (_language, { locale, say }) => {
  const vscode = windowOnNewFolder(
    (folder) => cp(example, folder, { recursive: true }),
    locale === undefined ? {} : { locale },
  );
  const picture = (name: string) => vscode.screenshot(locale === undefined ? name : `${name}-${locale}`);

  it('is found in a folder of which nobody has opened a file', async () => {
    const { workbench } = vscode;
    await until(
      'all files are judged',
      async () => {
        const rows = await workbench.problems();
        for (const code of ['mapping/tag-only', 'mirror-set/local-source', 'catalog-source/name'])
          expect(
            rows.some((row) => row.includes(code)),
            code,
          ).toBe(true);
      },
      150_000,
    );
    await picture('problems-unopened');
    const late = join(vscode.folder, 'late.yaml');
    await writeFile(
      late,
      'apiVersion: config.openshift.io/v1\nkind: OperatorHub\nmetadata: { name: another }\n',
    );
    await workbench.waitForProblem(/operator-hub\/schema/);
    await rm(late);
    await expect
      .poll(async () => (await workbench.problems()).join('\n'), { timeout: 60_000 })
      .not.toContain('operator-hub/schema');
  });

  it('is warned of where its image is mirrored', async () => {
    const { workbench } = vscode;
    await workbench.openFile(`${run}/mapping.txt`);
    await workbench.waitForSquiggle('warning', 150_000);
    await workbench.waitForProblem(/mapping\/tag-only/);
  });

  it('is explained from its pasted event', async () => {
    const { workbench } = vscode;
    await workbench.copy(event);
    await workbench.openFile('pod.yaml');
    await workbench.reveal('quay.io/keycloak');
    await workbench.command(`Operator Mirror: ${say('Trace Image Pull')}`);
    await workbench.pasteIntoInput(say('Trace Image Pull'), image);
    const page = workbench.webview();
    await page
      .locator('h1', { hasText: say('no mirror serves it, the source is asked').slice(1) })
      .waitFor({ timeout: 60_000 });
    await page.locator('p', { hasText: say('Nodes pull this image by tag.') }).waitFor();
    await page
      .locator('.places li', { hasText: `${image} ${say('source')} · ${say('not tested')}` })
      .waitFor();
    await picture('keycloak-trace');
    await workbench.command('Preferences: Toggle between Light/Dark Themes');
    await workbench.page.locator('.monaco-workbench.vs-dark').waitFor();
    await picture('keycloak-trace-dark');
    await workbench.command('Preferences: Toggle between Light/Dark Themes');
  });

  it('is helped by the MachineConfigs that its page saves', async () => {
    const { workbench } = vscode;
    const page = workbench.webview();
    // With the keyboard alone: the first button of the page is the one that saves.
    await page.locator('button', { hasText: say('Save…') }).focus();
    await workbench.page.keyboard.press('Enter');
    await workbench.acceptInput(say('Save the manifest as'), 'machineConfig-keycloak-operator.yaml');
    await workbench.page
      .locator('.tab.active', { hasText: 'machineConfig-keycloak-operator.yaml' })
      .waitFor();
    const saved = async () =>
      (await yamlFiles(vscode.folder)).find((path) => path.endsWith('machineConfig-keycloak-operator.yaml'));
    await expect
      .poll(async () => readFile(join(vscode.folder, (await saved()) ?? ''), 'utf8'), { timeout: 60_000 })
      .toMatch(policies);
    await page.locator('h1', { hasText: say('a mirror serves it').slice(1) }).waitFor({ timeout: 60_000 });
    await page.locator('.places li', { hasText: `${say('mirror')} · ${say('not tested')}` }).waitFor();
    await picture('keycloak-saved');
    await workbench.openFile(`${run}/mapping.txt`);
    await expect.poll(() => workbench.squiggles('warning'), { timeout: 60_000 }).toBe(0);
  });
});

describe('the same pod with quick fixes alone', () => {
  const vscode = windowOnNewFolder((folder) => cp(example, folder, { recursive: true }));

  it('is offered on its image what the line of the mapping.txt is offered', async () => {
    const { workbench } = vscode;
    await workbench.openFile(`${run}/mapping.txt`);
    await workbench.waitForSquiggle('warning', 150_000);
    await workbench.openFile('pod.yaml');
    await expect
      .poll(() => workbench.quickFixes('quay.io/keycloak/keycloak-operator'), { timeout: 60_000 })
      .toContainEqual(expect.stringMatching(/machineConfig\.yaml.*quay\.io\/keycloak\/keycloak-operator/));
  });

  it('is helped by the MachineConfigs that the fix on the line makes', async () => {
    const { workbench } = vscode;
    const before = await yamlFiles(vscode.folder);
    await workbench.openFile(`${run}/mapping.txt`);
    await workbench.chooseFix('index/keycloak/keycloak-operator:15.0.2', /machineConfig\.yaml.*quay\.io/);
    await workbench.command('File: Save All');
    const made = async () => (await yamlFiles(vscode.folder)).filter((path) => !before.includes(path));
    await expect.poll(async () => (await made()).length, { timeout: 60_000 }).toBe(1);
    const [file = ''] = await made();
    await expect
      .poll(() => readFile(join(vscode.folder, file), 'utf8'), { timeout: 60_000 })
      .toMatch(policies);
    await workbench.openFile(`${run}/mapping.txt`);
    await expect.poll(() => workbench.squiggles('warning'), { timeout: 60_000 }).toBe(0);
    await vscode.screenshot('keycloak-fixed');
  });
});

async function yamlFiles(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.yaml')).sort();
}
