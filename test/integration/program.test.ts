import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyOnPath } from '../../scripts/lib/paths.mjs';
import { LspClient } from '../support/lspClient.ts';

const root = join(import.meta.dirname, '../..');
const cli = join(root, 'dist/cli.js');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-program-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function version(cache: string, home: string): string {
  const env = { ...process.env, XDG_CACHE_HOME: cache, HOME: home, NODE_COMPILE_CACHE: undefined };
  return execFileSync(process.execPath, [cli, '--version'], { cwd: folder, env, encoding: 'utf8' });
}

describe('the compiled program', () => {
  it('is kept among the caches of the user, and nowhere else', () => {
    const cache = join(folder, 'cache');
    expect(version(cache, folder)).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(readdirSync(join(cache, 'operator-mirror/program'))).toHaveLength(1);
    expect(readdirSync(folder)).toEqual(['cache']);
  });

  it('is not kept below a path that is not absolute, which is where somebody works', () => {
    version('cache', '.');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of the server is kept there, too, and nowhere else', async () => {
    const cache = join(folder, 'cache');
    const workspace = join(folder, 'workspace');
    mkdirSync(workspace);
    const environment = { XDG_CACHE_HOME: cache, HOME: folder, NODE_COMPILE_CACHE: '' };
    const client = await LspClient.start({ folder: workspace, environment });
    await client.stop();
    await expect.poll(() => readdirSync(join(cache, 'operator-mirror/program'))).toHaveLength(1);
    expect(readdirSync(folder).sort()).toEqual(['cache', 'workspace']);
    expect(readdirSync(workspace)).toEqual([]);
  });

  it('of the server answers without the parts of Node that only registries, tools and threads need', async () => {
    const loaded = join(folder, 'loaded.json');
    const spy = join(folder, 'spy.cjs');
    writeFileSync(
      spy,
      `process.on('exit', () =>
        require('node:fs').writeFileSync(${JSON.stringify(loaded)}, JSON.stringify(process.moduleLoadList)));`,
    );
    const command = [process.execPath, '--require', spy, join(root, 'dist/server.js'), '--stdio'] as const;
    const client = await LspClient.start({ command });
    const uri = 'untitled:mapping.txt';
    await client.open(uri, 'oc-mapping', 'quay.io/a/b:v1=mirror.example.com/a/b:v1\n');
    expect((await client.diagnostics(uri)).length).toBeGreaterThan(0);
    await client.stop();
    const parts = JSON.parse(readFileSync(loaded, 'utf8'));
    expect(parts).toContain('NativeModule fs');
    for (const late of ['child_process', 'crypto', 'http', 'tls', 'worker_threads', 'zlib']) {
      expect(parts).not.toContain(`NativeModule ${late}`);
    }
  });

  it('is left alone where its folder cannot be made', () => {
    expect(version('/dev/null/cache', folder)).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(existsSync(join(folder, '.cache'))).toBe(false);
  });
});

describe('an older Node', () => {
  const line = (found: string) =>
    `operator-mirror: Node 22.15 or newer is needed, and this is Node ${found}; install a newer one from https://nodejs.org\n`;

  it.each(['20.20.2', '18.0.0', '22.14.0', '8.17.0'])(
    'is told by one line that it is too old: %s',
    (found) => {
      const asOld = join(folder, 'old.cjs');
      writeFileSync(asOld, `Object.defineProperty(process, 'version', { value: 'v${found}' });`);
      const { status, stdout, stderr } = run(process.execPath, ['--require', asOld, cli, 'check', '.']);
      expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: line(found) });
    },
  );

  it.each(['22.15.0', '23.0.0', '100.1.0'])('is none: %s', (found) => {
    const asNew = join(folder, 'new.cjs');
    writeFileSync(asNew, `Object.defineProperty(process, 'version', { value: 'v${found}' });`);
    expect(run(process.execPath, ['--require', asNew, cli, '--version']).status).toBe(0);
  });

  it('that this machine has beside the tests’ own is told so for real', () => {
    // There may be none; whichever there are, each either is too old and says so, or runs.
    for (const node of everyOnPath('node')) {
      const found = run(node, ['--version']).stdout.trim().slice(1);
      const [major = 0, minor = 0] = found.split('.').map(Number);
      const isOld = major < 22 || (major === 22 && minor < 15);
      const { status, stderr } = run(node, [cli, '--version']);
      expect({ found, status, stderr }).toEqual({
        found,
        status: isOld ? 2 : 0,
        stderr: isOld ? line(found) : '',
      });
    }
  });

  it('can read the file that says so', async () => {
    const source = readFileSync(cli, 'utf8').replace(/^#!.*/, '');
    // What is written for Node 8 needs no change for it.
    const { code } = await transform(source, { target: 'node8', format: 'cjs' });
    const { code: today } = await transform(source, { target: 'esnext', format: 'cjs' });
    expect(code).toBe(today);
    expect(source).not.toContain('node:');
  });

  function run(node: string, args: readonly string[]) {
    const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: folder };
    return spawnSync(node, args, { cwd: folder, env, encoding: 'utf8' });
  }
});

/** Code, and modules of Node, that a program loads before it is asked for anything. */
async function loadedAtOnce(program: string): Promise<{ sources: string[]; ofNode: Set<string> }> {
  const { metafile } = await build({
    entryPoints: [join(root, program)],
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    outdir: 'unwritten',
    write: false,
    metafile: true,
    external: ['better-sqlite3'],
    mainFields: ['module', 'main'],
  });
  const { outputs } = metafile;
  const [first] = Object.keys(outputs).filter((name) => outputs[name]?.entryPoint === program);
  const loaded = new Set<string>();
  const ofNode = new Set<string>();
  const waiting = [first ?? ''];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (path in outputs) waiting.push(path);
      else ofNode.add(path);
    }
  }
  const sources = [...loaded].flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
  return { sources, ofNode };
}

describe('a check of files', () => {
  it('loads no registry client, no database, no schemas of settings and nothing that writes', async () => {
    const { sources, ofNode } = await loadedAtOnce('server/src/cli/commands/check.ts');
    expect(sources).toContain('server/src/rules/analysis.ts');
    const unwanted = /node_modules\/(?:undici|zod)\/|database\/database\.ts/;
    expect(sources.filter((source) => unwanted.test(source))).toEqual([]);
    expect(ofNode).toContain('node:path');
    for (const name of ['node:crypto', 'node:child_process', 'node:http']) expect(ofNode).not.toContain(name);
  });
});

describe('the server', () => {
  it('starts without what asks registries and what opens catalogs', async () => {
    const { sources, ofNode } = await loadedAtOnce('server/src/lsp/main.ts');
    expect(sources).toContain('server/src/lsp/server.ts');
    const unwanted = /node_modules\/undici\/|registry\/client\.ts|database\/packedCatalog\.ts/;
    expect(sources.filter((source) => unwanted.test(source))).toEqual([]);
    expect(ofNode).toContain('node:path');
    for (const name of ['node:http', 'node:tls', 'node:zlib', 'node:worker_threads'])
      expect(ofNode).not.toContain(name);
  });
});
