// Builds the three bundles: the VS Code client, the language server and the command line.
// `node esbuild.mjs [client|server|cli ...] [--watch] [--production]`
import { chmodSync, readFileSync } from 'node:fs';
import { context } from 'esbuild';

const arguments_ = process.argv.slice(2);
const production = arguments_.includes('--production');
const wanted = arguments_.filter((argument) => !argument.startsWith('--'));

/** better-sqlite3 is native and is loaded lazily at run time; `vscode` exists only in the extension host. */
const external = ['better-sqlite3', 'vscode'];

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

const bundles = {
  client: { entryPoints: ['client/src/extension.ts'], outfile: 'dist/client.js', target: 'node22' },
  server: { entryPoints: ['server/src/main.ts'], outfile: 'dist/server.js', target: 'node20' },
  cli: {
    entryPoints: ['server/src/cli/bin.ts'],
    outfile: 'dist/cli.js',
    target: 'node20',
    banner: { js: '#!/usr/bin/env node' },
  },
};

for (const [name, options] of Object.entries(bundles)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const build = await context({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external,
    minify: production,
    sourcemap: production ? false : 'linked',
    logLevel: 'warning',
    define: { OPERATOR_MIRROR_VERSION: JSON.stringify(version) },
    // vscode-languageserver's ESM build is preferred where a package has both.
    mainFields: ['module', 'main'],
    ...options,
  });
  if (arguments_.includes('--watch')) {
    await build.watch();
  } else {
    await build.rebuild();
    await build.dispose();
    if (name === 'cli') chmodSync(options.outfile, 0o755);
  }
}
