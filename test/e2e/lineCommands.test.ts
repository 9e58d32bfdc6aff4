import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { digestAt } from '../support/e2eExamples.ts';
import { QuickInput } from '../support/e2eQuickInput.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { pushImage, testImage } from '../support/images.ts';
import { putInto, serveCatalog } from '../support/mirrorCatalog.ts';
import { recordedRuns, replayed } from '../support/toolRuns.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
const images = ['one', 'two', 'three'];

describe('commands of the command line in real VS Code', () => {
  const registries: DockerRegistry[] = [];
  const temporary = mkdtempSync(join(tmpdir(), 'line-commands-'));
  afterAll(async () => {
    await Promise.all(registries.map((registry) => registry.stop()));
    rmSync(temporary, { recursive: true });
  });
  let source: DockerRegistry;
  let mirror: DockerRegistry;

  // What oc printed when it brought the catalog of the second seed to files, printed by a program in its place.
  const exported = recordedRuns.find(({ name }) => name === 'seed2-reg2file-oc48');
  if (exported === undefined) throw new Error('the recorded run is gone');
  const { path } = replayed(temporary, exported);

  const vscode = windowOnNewFolder(
    async (folder) => {
      source = await DockerRegistry.start();
      mirror = await DockerRegistry.start();
      registries.push(source, mirror);
      for (const name of images) await pushImage(source.url, name, 'v1', testImage({ seed: name }));
      const lines = images.map((name) => `${source.host}/${name}:v1=${mirror.host}/${name}:v1\n`);
      await writeFile(join(folder, 'mapping.txt'), lines.join(''));
      await mkdir(join(folder, '.vscode'));
      const insecure = [source.host, mirror.host];
      await writeFile(
        join(folder, '.vscode/settings.json'),
        JSON.stringify({ 'operatorMirror.registries.insecure': insecure }),
      );
      const { index } = await serveCatalog(source.host, putInto(source));
      const given = ['mirror', index, 'oci://layout', '--packages', 'search', '--progress', 'none'];
      await promisify(execFile)(process.execPath, [cli, ...given], { cwd: folder });
      const on = ['mirror', '--from', 'oci://layout', `${mirror.host}/olm`, '--progress', 'none'];
      await promisify(execFile)(process.execPath, [cli, ...on], { cwd: folder });
    },
    // VS Code takes PATH from the login shell; this is what it adds to terminals.
    { settings: { 'terminal.integrated.env.linux': { PATH: path } } },
  );

  const list = () => new QuickInput(vscode.workbench.page);
  const terminal = () => expect.poll(() => vscode.workbench.terminalText(), { timeout: 60_000 });

  it('show the exact command line before they run it: Check Environment', async () => {
    const { workbench } = vscode;
    await workbench.command('Operator Mirror: Check Environment');
    const [run] = await list().details();
    const hosts = ['--insecure', source.host, '--insecure', mirror.host].join(' ');
    expect(run).toContain(`operator-mirror doctor docker://${mirror.host} ${hosts}`);
    await vscode.screenshot('check-environment-question');
    await list().choose('Run');
    await terminal().toMatch(/Nothing here keeps a mirror run from its work\./);
    // The rows above these have left the screen.
    expect(await workbench.terminalText()).toMatch(/ok +skopeo \d/);
    await vscode.screenshot('check-environment');
  });

  it('copy the selected lines of a mapping.txt alone', async () => {
    const { workbench } = vscode;
    await workbench.openFile('mapping.txt');
    await workbench.reveal('two:v1');
    await workbench.command('Operator Mirror: Copy the Images of the Selected Lines');
    await workbench.notification(/^mapping\.txt: 1 image copied\.$/);
    const there = await Promise.all(images.map((name) => digestAt(mirror.host, name, 'v1')));
    expect(there.map((digest) => digest !== undefined)).toEqual([false, true, false]);
  });

  it('verify what a mapping.txt says, which is offered first while it is shown', async () => {
    const { workbench } = vscode;
    await workbench.command('Operator Mirror: Verify…');
    await list().waitFor(/^mapping\.txt/);
    await vscode.screenshot('verify-question');
    expect(await workbench.page.locator('.quick-input-list .monaco-list-row').first().textContent()).toMatch(
      /^mapping\.txt/,
    );
    await list().choose(/^mapping\.txt/);
    await list().choose('Run');
    await terminal().toMatch(/Missing, for 2 images:/);
    await vscode.screenshot('verify');
  });

  it('pack a mirror on disk and unpack it', async () => {
    const { workbench } = vscode;
    await workbench.command('Operator Mirror: Pack a Mirror on Disk…');
    await list().choose('layout');
    await list().choose('Everything');
    await list().choose('Run');
    const volumes = async () => (await readdir(vscode.folder)).filter((name) => name.endsWith('.tar.001'));
    await expect.poll(volumes, { timeout: 60_000 }).toHaveLength(1);
    await terminal().toMatch(/layout-[0-9a-f]+/);
    await workbench.command('Operator Mirror: Unpack an Archive…');
    await list().choose('.tar.001');
    await list().type('The folder that the mirror is in', join(vscode.folder, 'unpacked'));
    await list().choose('Run');
    await expect
      .poll(() => existsSync(join(vscode.folder, 'unpacked/index.json')), { timeout: 60_000 })
      .toBe(true);
  });

  it('write the files for the cluster again', async () => {
    const { workbench } = vscode;
    // The run into the layout has written one, too: without mirror sets, which only a registry needs.
    const folders = readdirSync(vscode.folder).filter((name) => name.startsWith('manifests-'));
    const setsIn = (name: string) =>
      readdirSync(join(vscode.folder, name)).filter((file) => file.endsWith('.yaml'));
    const folder = folders.find((name) => setsIn(name).length > 0) ?? '';
    const sets = () => setsIn(folder);
    const before = sets();
    expect(before.length).toBeGreaterThan(1);
    for (const name of before) await rm(join(vscode.folder, folder, name));
    await workbench.command('Operator Mirror: Write Manifests…');
    await list().choose(folder);
    await list().choose('repository');
    await list().choose('Run');
    await expect.poll(sets, { timeout: 60_000 }).toEqual(before);
  });

  it('drive a tool of others: the real skopeo', async () => {
    const { workbench } = vscode;
    await workbench.command('Operator Mirror: Run an External Tool…');
    await list().waitFor('skopeo copy');
    await vscode.screenshot('external-tools');
    await list().choose('skopeo copy');
    await list().type('The image', `${source.host}/one:v1`);
    await list().type('Where it is to go', `${mirror.host}/copied/one:v1`);
    const [run] = await list().details();
    expect(run).toContain('operator-mirror run skopeo-copy');
    await list().choose('Run');
    await workbench.notification(/^skopeo copy: done\.$/);
    expect(await digestAt(mirror.host, 'copied/one', 'v1')).toBe(testImage({ seed: 'one' }).manifest.digest);
    await vscode.screenshot('skopeo-copy');
  });

  it('keep the command with which a tool says that it goes on', async () => {
    const { workbench } = vscode;
    await workbench.command('Operator Mirror: Run an External Tool…');
    await list().choose('oc adm catalog mirror');
    await list().type(
      'The catalog',
      'registry.ocp4.shinefire.com:8443/my-operator/my-operator-index:v4.8-202111',
    );
    await list().choose('Another place…');
    await list().type('HOST[:PORT]/NAMESPACE', 'file://efk-mirror');
    await list().choose('Run');
    const next =
      'oc adm catalog mirror file://efk-mirror/my-operator/my-operator-index:v4.8-202111 REGISTRY/REPOSITORY';
    expect(await workbench.notification(/^oc adm catalog mirror: done\./)).toContain(`Next: ${next}`);
    await vscode.screenshot('oc-catalog-mirror');
    await workbench.pressNotificationButton(/oc adm catalog mirror: done/, 'Copy Next Command');
    await expect.poll(() => workbench.page.evaluate('navigator.clipboard.readText()')).toBe(next);
  });
});
