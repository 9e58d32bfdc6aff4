// Builds the bundles: the VS Code client, the language server and the command line, which is a few lines that load it.
// `node esbuild.mjs [client|server|cli ...] [--watch] [--production]`
import { chmodSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { context } from 'esbuild';
import { bundledPackages, thirdPartyNotices } from './scripts/lib/notices.mjs';
import { packedTranslation } from './scripts/lib/packedTranslation.mjs';

const arguments_ = process.argv.slice(2);
const production = arguments_.includes('--production');
const wanted = arguments_.filter((argument) => !argument.startsWith('--'));

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

/**
 * Parts of Node that take milliseconds to load, and that few answers need. A bundle loads each with the first use of something of it,
 * not with the file that imports it.
 */
const lateParts = [
  'child_process',
  'crypto',
  'fs/promises',
  'http',
  'net',
  'timers/promises',
  'tls',
  'worker_threads',
  'zlib',
];

function late(parts) {
  const filter = new RegExp(`^(?:node:)?(?:${parts.join('|')})$`);
  return {
    name: 'late',
    setup(build) {
      build.onResolve({ filter }, ({ path: module }) => ({
        path: `node:${module.replace('node:', '')}`,
        namespace: 'late',
      }));
      build.onLoad({ filter: /./, namespace: 'late' }, async ({ path: module }) => {
        const names = Object.keys(await import(module)).filter((name) => name !== 'default');
        return { contents: lateModule(module, names), loader: 'js' };
      });
    },
  };
}

/** A module whose exports are those of a part of Node, which is loaded when somebody looks at one of them. */
function lateModule(module, names) {
  return `for (const name of ${JSON.stringify(names)})
  Object.defineProperty(exports, name, { enumerable: true, get: () => process.getBuiltinModule('${module}')[name] });`;
}

/**
 * Imports a CommonJS library once for all files of ours. esbuild gives each file that imports it a copy with a getter for each of its
 * names: of the hundreds that the protocol has, for twenty files, that took longer than to load the library.
 */
function once(library) {
  return {
    name: 'once',
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${library}$`) }, ({ path, namespace }) =>
        namespace === 'once' ? undefined : { path, namespace: 'once' },
      );
      build.onLoad({ filter: /./, namespace: 'once' }, async ({ path }) => {
        const names = Object.keys(await import(path)).filter(
          (name) => /^\w+$/.test(name) && name !== 'default',
        );
        const exports = names.map((name) => `export const ${name} = library.${name};`);
        const contents = [`const library = require('${path}');`, ...exports].join('\n');
        return { contents, loader: 'js', resolveDir: import.meta.dirname };
      });
    },
  };
}

/** `require` of a bundle is quicker: `import()` looks through all of it for what it exports first. */
const requiredQuickly = { 'dynamic-import': false };

/** Loaded when somebody asks a registry, and when somebody needs a database. */
const onDemand = { undici: './undici.js', 'better-sqlite3': './sqlite/sqlite.js' };

/**
 * What `registry/connections` uses of undici, put together as its own `index.js` does it. All of it, with what a browser has besides, loads
 * three times as long.
 */
const httpParts = `
require('undici/lib/dispatcher/dispatcher.js').prototype.request = require('undici/lib/api/api-request.js');
exports.Agent = require('undici/lib/dispatcher/agent.js');
exports.Pool = require('undici/lib/dispatcher/pool.js');
exports.buildConnector = require('undici/lib/core/connect.js');
`;

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
    plugins: [besides(onDemand), late(lateParts), once('vscode-languageserver')],
    supported: requiredQuickly,
  },
  'server worker': {
    entryPoints: ['server/src/access/catalogWorker.ts'],
    outfile: 'dist/worker.js',
    target: 'node22',
    plugins: [besides(onDemand)],
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
    plugins: [besides(onDemand), late(lateParts)],
    supported: requiredQuickly,
  },
  'server cli http': {
    stdin: { contents: httpParts, resolveDir: '.' },
    outfile: 'dist/undici.js',
    target: 'node22',
  },
  // It looks for its binaries in the folder `prebuilds` beside its own.
  'server cli database': {
    entryPoints: ['better-sqlite3'],
    outfile: 'dist/sqlite/sqlite.js',
    target: 'node22',
  },
};

const packages = new Set();

for (const [name, options] of Object.entries(bundles)) {
  if (wanted.length > 0 && !name.split(' ').some((part) => wanted.includes(part))) continue;
  const build = await context({
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // It exists only in the extension host.
    external: ['vscode'],
    metafile: true,
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
    const { metafile } = await build.rebuild();
    await build.dispose();
    for (const name of bundledPackages(metafile)) packages.add(name);
    if (name === 'cli') chmodSync(options.outfile, 0o755);
  }
}

writeFileSync('dist/zh-cn.json', await packedTranslation('zh-cn'));
cpSync('node_modules/better-sqlite3/prebuilds', 'dist/prebuilds', { recursive: true });
if (wanted.length === 0 && !arguments_.includes('--watch')) {
  writeFileSync('dist/THIRD-PARTY-NOTICES.txt', thirdPartyNotices(packages));
}
