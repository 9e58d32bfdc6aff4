import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** How `catalogTask.ts` is started. */
export interface CatalogProgram {
  readonly command: string;
  readonly options: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** Makes one program of `catalogTask.ts` in a folder, as the command line is one: what it loads costs what it costs there. */
export function catalogProgram(folder: string): CatalogProgram {
  const outfile = join(folder, 'catalogTask.cjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'catalogTask.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    external: ['better-sqlite3'],
    supported: { 'dynamic-import': false },
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  const env = { ...process.env, NODE_PATH: join(root, 'node_modules') };
  return { command: process.execPath, options: [outfile], env };
}
