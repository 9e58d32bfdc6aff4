import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

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

  it('is left alone where its folder cannot be made', () => {
    expect(version('/dev/null/cache', folder)).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(existsSync(join(folder, '.cache'))).toBe(false);
  });
});

describe('a check of files', () => {
  it('loads no registry client, no database and no words of other languages', async () => {
    const { metafile } = await build({
      entryPoints: [join(root, 'server/src/cli/commands/check.ts')],
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
    const [first] = Object.keys(outputs).filter((name) => outputs[name]?.entryPoint?.endsWith('check.ts'));
    const loaded = new Set<string>();
    const waiting = [first ?? ''];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (loaded.has(name)) continue;
      loaded.add(name);
      for (const { path, kind } of outputs[name]?.imports ?? [])
        if (kind === 'import-statement' && path in outputs) waiting.push(path);
    }
    const sources = [...loaded].flatMap((name) => Object.keys(outputs[name]?.inputs ?? {}));
    expect(sources).toContain('server/src/rules/analysis.ts');
    const unwanted = /node_modules\/undici\/|zod\/.*\/locales\/(?!en\.)|database\/database\.ts/;
    expect(sources.filter((source) => unwanted.test(source))).toEqual([]);
  });
});
