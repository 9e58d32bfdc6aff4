// Builds the bundles: the VS Code client, the language server and the command line, which is a few lines that load it.
// `node esbuild.mjs [client|server|cli ...] [--watch] [--production]`
import { chmodSync, readFileSync } from 'node:fs';
import { context } from 'esbuild';

const arguments_ = process.argv.slice(2);
const production = arguments_.includes('--production');
const wanted = arguments_.filter((argument) => !argument.startsWith('--'));

/** better-sqlite3 is native and is loaded lazily at run time; `vscode` exists only in the extension host. */
const external = ['better-sqlite3', 'vscode'];

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

/** Leaves modules out of a bundle that imports them dynamically: each is a bundle of its own beside it. */
function besides(bundles) {
  return {
    name: 'besides',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path: module, kind }) =>
        kind === 'dynamic-import' && module in bundles
          ? { path: bundles[module], external: true }
          : undefined,
      );
    },
  };
}

/** `require` of a bundle is quicker: `import()` looks through all of it for what it exports first. */
const requiredQuickly = { 'dynamic-import': false };

/** A third of all code, which is loaded when somebody asks a registry. */
const http = { undici: './undici.js' };

const bundles = {
  client: { entryPoints: ['client/src/extension.ts'], outfile: 'dist/client.js', target: 'node22' },
  server: {
    entryPoints: ['server/src/main.ts'],
    outfile: 'dist/server.js',
    target: 'node22',
    plugins: [besides({ './lsp/main.ts': './serverProgram.js' })],
    supported: requiredQuickly,
  },
  'server program': {
    entryPoints: ['server/src/lsp/main.ts'],
    outfile: 'dist/serverProgram.js',
    target: 'node22',
    plugins: [besides(http)],
    supported: requiredQuickly,
  },
  'server worker': {
    entryPoints: ['server/src/access/catalogWorker.ts'],
    outfile: 'dist/worker.js',
    target: 'node22',
    plugins: [besides(http)],
    supported: requiredQuickly,
  },
  cli: {
    entryPoints: ['server/src/cli/bin.ts'],
    outfile: 'dist/cli.js',
    // An older Node must be able to read that it is too old.
    target: 'node8',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [besides({ './main.ts': './cliProgram.js' })],
    supported: requiredQuickly,
  },
  'cli program': {
    entryPoints: ['server/src/cli/main.ts'],
    outfile: 'dist/cliProgram.js',
    target: 'node22',
    plugins: [besides(http)],
    supported: requiredQuickly,
  },
  'server cli http': { entryPoints: ['undici'], outfile: 'dist/undici.js', target: 'node22' },
};

for (const [name, options] of Object.entries(bundles)) {
  if (wanted.length > 0 && !name.split(' ').some((part) => wanted.includes(part))) continue;
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
