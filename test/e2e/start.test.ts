import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { launchBrowser } from '../support/codeServer.ts';

const root = resolve(import.meta.dirname, '..', '..');
let child: ChildProcess | undefined;
let browser: Browser | undefined;

afterEach(async () => {
  await browser?.close();
  child?.kill('SIGKILL');
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
  const preview = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  await preview.locator('h1', { hasText: 'Examples' }).waitFor({ timeout: 120_000 });
  const example = page.locator('.editor-group-container.active');
  await example.locator('.tab.active', { hasText: 'imageContentSourcePolicy.yaml' }).waitFor();
  await example.locator('.squiggly-error').first().waitFor({ timeout: 60_000 });
  await page.screenshot({ path: resolve(root, 'test/e2e/screenshots/start.png') });
  await browser.close();
  browser = undefined;

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow();
  await expect(fetch(`http://${registry}/v2/`)).rejects.toThrow();
});
