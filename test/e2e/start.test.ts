import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..');
let child: ChildProcess | undefined;

afterEach(() => {
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

  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow();
  await expect(fetch(`http://${registry}/v2/`)).rejects.toThrow();
});
