import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { launchBrowser } from '../support/codeServer.ts';
import { QuickInput } from '../support/e2eQuickInput.ts';
import { Workbench } from '../support/e2eWorkbench.ts';

const root = resolve(import.meta.dirname, '..', '..');
let child: ChildProcess | undefined;
let browser: Browser | undefined;

const folders: string[] = [];

afterEach(async () => {
  await browser?.close();
  child?.kill('SIGKILL');
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

it('npm start serves VS Code on a copy of the examples, and ends with everything it started', async () => {
  const script = resolve(root, 'scripts', 'start.mjs');
  child = spawn(process.execPath, [script, '--editor', 'code-server'], { cwd: root });
  let output = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  await expect.poll(() => output, { timeout: 60_000 }).toContain('Ctrl-C stops everything.');
  const url = /http:\/\/127\.0\.0\.1:\d+\/\?folder=\S+\/examples/.exec(output)?.[0] ?? '';
  const registry = /localhost:\d+/.exec(output)?.[0] ?? '';
  expect((await fetch(url)).ok).toBe(true);
  const tags = await fetch(`http://${registry}/v2/keycloak/keycloak-operator/tags/list`);
  expect(await tags.json()).toEqual({ name: 'keycloak/keycloak-operator', tags: ['15.0.2'] });

  browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  await page.goto(url, { timeout: 120_000 });
  const walkthrough = page.locator('.gettingStartedSlideDetails');
  await walkthrough.locator('h2', { hasText: 'Mirror your first operator' }).waitFor({ timeout: 120_000 });
  await page.locator('.tab', { hasText: 'README.md' }).waitFor();
  const picture = page.frameLocator('.getting-started-media iframe').frameLocator('#active-frame');
  await picture.locator('svg text', { hasText: 'imageset.yaml' }).waitFor({ timeout: 60_000 });
  await page.screenshot({ path: resolve(root, 'test/e2e/screenshots/start.png') });
  const workbench = new Workbench(page, new URL(url).searchParams.get('folder') ?? '');
  await workbench.command('Operator Mirror: Copy This mapping.txt');
  await new QuickInput(page).choose('3-copy/mapping.txt');
  await workbench.notification(/2 images copied/);
  await page.screenshot({ path: resolve(root, 'test/e2e/screenshots/start-copied.png') });

  const parent = await mkdtemp(join(tmpdir(), 'om-samples-'));
  folders.push(parent);
  await workbench.command('Operator Mirror: Open Sample Workspace…');
  const [samples] = await Promise.all([
    page.context().waitForEvent('page', { timeout: 60_000 }),
    new QuickInput(page).enter(parent, 'Copy Here'),
  ]);
  await samples
    .locator('.explorer-folders-view', { hasText: '2-keycloak-by-tag' })
    .waitFor({ timeout: 60_000 });
  expect(await readdir(join(parent, 'operator-mirror-examples'))).toEqual(
    await readdir(join(root, 'examples')),
  );
  await browser.close();
  browser = undefined;

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow();
  await expect(fetch(`http://${registry}/v2/`)).rejects.toThrow();
});
