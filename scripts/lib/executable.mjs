// The command line as one file, for machines without Node: Node itself with the program in it.
// https://nodejs.org/api/single-executable-applications.html
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { packedTranslation } from './packedTranslation.mjs';
import { node24, root } from './paths.mjs';
import { run } from './run.mjs';

const require = createRequire(import.meta.url);

/** By this word Node finds out whether it has a program in it. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Writes the executable for Linux.
 * @param arch `x64` or `arm64`
 * @param node the Node that it is made of, for that architecture, of the same version as this repository's
 * @param target the file that is written
 */
export async function writeExecutable({ arch, node, target }) {
  const folder = mkdtempSync(join(tmpdir(), 'operator-mirror-executable-'));
  try {
    const program = join(folder, 'operator-mirror.js');
    await bundle(program, arch);
    const blob = join(folder, 'program.blob');
    const configuration = join(folder, 'sea.json');
    const translation = join(folder, 'zh-cn.json');
    writeFileSync(translation, await packedTranslation('zh-cn'));
    const assets = { 'sqlite.node': prebuilt(arch), 'zh-cn.json': translation };
    writeFileSync(
      configuration,
      JSON.stringify({ main: program, output: blob, disableExperimentalSEAWarning: true, assets }),
    );
    await run(node24, ['--experimental-sea-config', configuration]);
    copyFileSync(node, target);
    chmodSync(target, 0o755);
    const postject = require.resolve('postject/dist/cli.js');
    await run(node24, [postject, target, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program and all that it may ever load, in one file. */
async function bundle(outfile, arch) {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  await build({
    absWorkingDir: root,
    entryPoints: ['server/src/executable/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    minify: true,
    logLevel: 'warning',
    define: { OPERATOR_MIRROR_VERSION: JSON.stringify(version) },
    mainFields: ['module', 'main'],
    plugins: [withSqliteInside(arch)],
  });
}

/** better-sqlite3 for one architecture, whose binary comes out of the executable itself. */
function withSqliteInside(arch) {
  const loader = join(root, 'server/src/executable/sqliteAddon.ts');
  return {
    name: 'sqlite inside',
    setup(build) {
      build.onResolve({ filter: /^better-sqlite3$/ }, () => ({
        path: require.resolve(`better-sqlite3/linux-${arch}`),
      }));
      build.onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, namespace: 'addon' }));
      build.onLoad({ filter: /./, namespace: 'addon' }, () => ({
        contents: `module.exports = require(${JSON.stringify(loader)}).loadSqliteAddon();`,
        resolveDir: root,
      }));
    },
  };
}

function prebuilt(arch) {
  return join(root, 'node_modules', 'better-sqlite3', 'prebuilds', `linux-${arch}.node`);
}
