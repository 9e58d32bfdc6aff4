import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RecordingProxy } from '../integration/copyProxy.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { SideView } from '../support/e2eSideView.ts';
import { windowOnNewFolder } from '../support/e2eWindow.ts';
import { until } from '../support/e2eWorkbench.ts';
import { pushImage, type TestImage, testImage } from '../support/images.ts';
import { putInto, type ServedCatalog, serveCatalog } from '../support/mirrorCatalog.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
/** The run into a layout, as it is called. */
const layout = /^imageset → .*mirror$/;
/** Images besides those of the catalog. */
const tools = 24;
/** The one of them that the source does not have at first. */
const late = 'tools/app-24';
/** Milliseconds that each answer of the source waits, so that a run takes long enough to be looked at. */
const slow = 700;
/** The same for a run that must not end by itself, however long it takes to look at it. */
const held = 120_000;

describe('the view of mirror runs in real VS Code', () => {
  const parts: { stop(): Promise<unknown> }[] = [];
  const processes: ChildProcess[] = [];
  afterAll(async () => {
    for (const child of processes) child.kill('SIGKILL');
    await Promise.all(parts.map((part) => part.stop()));
  });
  let source: DockerRegistry;
  let mirror: DockerRegistry;
  let proxy: RecordingProxy;
  let served: ServedCatalog;
  let lateImage: TestImage;
  let view: SideView;

  const vscode = windowOnNewFolder(async (folder) => {
    source = await DockerRegistry.start();
    parts.push(source);
    mirror = await DockerRegistry.start();
    parts.push(mirror);
    proxy = await RecordingProxy.start(source.url);
    parts.unshift(proxy);
    served = await serveCatalog(proxy.host, putInto(source), ['search/operator']);
    const names = Array.from({ length: tools }, (_, at) => `tools/app-${at + 1}`);
    for (const name of names) {
      const image = testImage({ layers: [{ [name]: randomBytes(400_000) }] });
      if (name === late) lateImage = image;
      else await pushImage(source.url, name, 'v1', image);
    }
    await writeFile(
      join(folder, 'imageset.yaml'),
      `apiVersion: mirror.openshift.io/v2alpha1
kind: ImageSetConfiguration
mirror:
  operators:
  - catalog: ${served.index}
    packages:
    - name: search
    - name: logging
  additionalImages:
${names.map((name) => `  - name: ${proxy.host}/${name}:v1\n`).join('')}`,
    );
  });

  /** What somebody starts in a terminal of their own. */
  function runInTerminal(destination: string): ChildProcess {
    const given = ['mirror', '-c', 'imageset.yaml', destination];
    const more = ['--progress', 'none', '--retry-times', '0', '--parallel-images', '2'];
    const child = spawn(process.execPath, [cli, ...given, ...more], { cwd: vscode.folder, stdio: 'ignore' });
    processes.push(child);
    return child;
  }

  /** Nothing of the source is answered from now on. */
  function hold(): void {
    proxy.listener = () => {};
    proxy.delay = held;
  }

  async function screenshots(name: string): Promise<void> {
    const { page } = vscode.workbench;
    await page.mouse.move(900, 500);
    await toggleTheme('vs-dark');
    await vscode.screenshot(`${name}-dark`);
    await toggleTheme('vs');
    await vscode.screenshot(`${name}-light`);
    await toggleTheme('vs-dark');
  }

  async function toggleTheme(to: 'vs' | 'vs-dark'): Promise<void> {
    const { page } = vscode.workbench;
    const isThere = page.locator(`.monaco-workbench.${to}`);
    await until(`the theme is ${to}`, async () => {
      if (!(await isThere.isVisible()))
        await vscode.workbench.command('Preferences: Toggle between Light/Dark Themes');
      await isThere.waitFor({ timeout: 5000 });
    });
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  it('says what it is for', async () => {
    view = new SideView(vscode.workbench.page, 'Mirror Runs');
    await view.open();
    await view.widen(560);
    await new SideView(vscode.workbench.page, 'Catalogs').fold();
    await view.pane.locator('.pane-header').focus();
    await view.pane.getByText('Runs of this workspace are listed here').waitFor();
    await screenshots('runs-empty');
  });

  it('shows a run that somebody has started in a terminal, while it goes on', async () => {
    proxy.listener = (line) => {
      if (line.includes('/tools/')) proxy.delay = slow;
    };
    const child = runInTerminal(`docker://${mirror.host}/olm`);
    const ended = once(child, 'close');
    await view.waitForLine(/^imageset → localhost:\d+ [3-9] of \d+ images, .*B\/s, .* left$/);
    await expect.poll(() => view.badge()).toBe('1');
    await screenshots('runs-running');
    proxy.listener = () => {};
    proxy.delay = 0;
    expect(await ended).toEqual([1, null]);
    await view.waitForLine(/^imageset → localhost:\d+ 2 of \d+ images failed/);
    await expect.poll(() => view.badge()).toBe('');
  });

  it('says which image failed, why, and what comes next', async () => {
    await view.waitForLine(/^2 images failed/);
    await view.waitForLine(/is not there 2 images$/);
    await view.waitForLine(/^operator:v1 .*search$/);
    await view.waitForLine(/^app-24:v1 .*tools$/);
    await view.waitForLine(/^What next/);
    await view.waitForLine(/^Run it again: it brings what is missing/);
    await screenshots('runs-failed');
  });

  it('tries one image again by itself, and leaves the other as it was', async () => {
    const { image } = served.images.get('search/operator') ?? {};
    if (image === undefined) throw new Error('there is no such image');
    await pushImage(source.url, 'search/operator', 'v1', image);
    await pushImage(source.url, late, 'v1', lateImage);
    await view.press(/^operator:v1/, 'Retry an Image by Itself');
    await view.waitForLine(/^imageset → localhost:\d+ 1 of \d+ images failed/);
    await view.waitForLine(/^app-24:v1 .*tools$/);
    await view.waitForLine(/offers all that was planned$/);
    await screenshots('runs-one');
  });

  it('retries once the registry has it', async () => {
    await view.press(/^imageset →/, 'Retry What Failed in a Mirror Run');
    await view.waitForLine(/^imageset → localhost:\d+ all \d+ images are there/);
    await screenshots('runs-done');
  });

  it('finds a run again after the window was reloaded, and says that it stopped', async () => {
    proxy.listener = (line) => {
      if (line.includes('/tools/')) proxy.delay = slow;
    };
    const child = runInTerminal('oci://mirror');
    await view.waitForLine(/^imageset → .*mirror [3-9] of \d+ images/);
    hold();
    await vscode.workbench.page.reload();
    await vscode.workbench.page.locator('.monaco-workbench').waitFor();
    await view.waitForLine(/^imageset → .*mirror \d+ of \d+ images/);
    child.kill('SIGKILL');
    await view.waitForLine(/^imageset → .*mirror stopped \(\d+ of \d+ images\); run it again to go on$/);
    await screenshots('runs-stopped');
  });

  it('runs again what was killed, and stops it as Ctrl+C does', async () => {
    proxy.delay = slow;
    await view.press(layout, 'Run a Mirror Run Again');
    await view.waitForLine(/^imageset → .*mirror \d+ of \d+ images, .*left$/);
    hold();
    await screenshots('runs-own');
    await view.pressUntilLine(
      layout,
      'Stop a Mirror Run',
      /^imageset → .*mirror stopped \(\d+ of \d+ images\); run it again to go on$/,
    );
    proxy.listener = () => {};
    proxy.delay = 0;
    await view.press(layout, 'Run a Mirror Run Again');
    await view.waitForLine(/^imageset → .*mirror all \d+ images are there/);
    await view.waitForLine(/^Pack it, to carry it over the gap/);
  });
});
