import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { rename, waitForRenameRefusal } from '../support/e2eNavigation.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { groundTruth } from '../support/groundTruth.ts';

const host = 'registry.ocp4.shinefire.com:8443';
const newHost = 'mirror.example.com:5000';
const firstHop = 'seed2-reg2file-oc48/manifests-my-operator-index-1795166263';
const secondHop = 'seed2-file2reg-oc48/manifests-my-operator';
const hop = `${secondHop}/my-operator-index-1795166285`;

/** What `oc` wrote for both hops of seed 002, in one folder. */
describe('a mirror in real VS Code', () => {
  const vscode = windowOnNewFolder(async (folder) => {
    for (const path of [firstHop, secondHop])
      await cp(join(groundTruth, path), join(folder, path), { recursive: true });
    await writeFile(join(folder, 'pod.yaml'), `kind: Pod\nspec: {image: ${host}/efk-mirror/x}\n`);
  });
  let before: Readonly<Record<string, string>>;

  beforeAll(async () => {
    before = await textsIn(vscode.folder);
    await vscode.workbench.openFile(`${hop}/catalogSource.yaml`);
    // From here on the extension runs.
    await vscode.workbench.waitForSquiggle('error', 150_000);
  });

  it('has a new name in all files when it is renamed in one', async () => {
    await rename(vscode.workbench, host, newHost, () => vscode.screenshot('rename'));
    const expected = Object.fromEntries(
      Object.entries(before).map(([path, text]) => [
        path,
        path === 'pod.yaml' ? text : text.replaceAll(host, newHost),
      ]),
    );
    expect(Object.keys(expected)).toHaveLength(5);
    await expect.poll(() => textsIn(vscode.folder), { timeout: 60_000 }).toEqual(expected);
    await vscode.screenshot('renamed');
  });

  it('keeps the name of where its images come from', async () => {
    await vscode.workbench.openFile(`${firstHop}/mapping.txt`);
    await waitForRenameRefusal(
      vscode.workbench,
      'registry.redhat.io/openshift4',
      'Cannot rename: registry.redhat.io is a registry that images come from',
    );
  });
});

async function textsIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files
    .sort()
    .map(async (file) => [relative(folder, file), await readFile(file, 'utf8')] as const);
  return Object.fromEntries(await Promise.all(texts));
}
