import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** How `catalogTask.ts` is started. */
export interface CatalogProgram {
  readonly command: string;
  readonly options: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Makes one program of `catalogTask.ts` in a folder, and better-sqlite3 beside it, as the command line is made (`esbuild.mjs`): what it
 * loads costs what it costs there.
 */
export function catalogProgram(folder: string): CatalogProgram {
  const outfile = join(folder, 'catalogTask.cjs');
  const database = './sqlite/sqlite.js';
  const common: BuildOptions = {
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  };
  buildSync({
    ...common,
    entryPoints: [join(import.meta.dirname, 'catalogTask.ts')],
    outfile,
    alias: { 'better-sqlite3': database },
    external: [database],
    supported: { 'dynamic-import': false },
  });
  buildSync({
    ...common,
    entryPoints: ['better-sqlite3'],
    outfile: join(folder, database),
    absWorkingDir: root,
  });
  cpSync(join(root, 'node_modules/better-sqlite3/prebuilds'), join(folder, 'prebuilds'), { recursive: true });
  return { command: process.execPath, options: [outfile], env: process.env };
}
