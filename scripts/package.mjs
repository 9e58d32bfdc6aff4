// `npm run package`: all that is handed out, made from scratch, in the folder `release`: see docs/install.md.
// `-- vsix`, `-- npm`, `-- linux-x64` and `-- linux-arm64` make one of them only.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDependencies } from './lib/dependencies.mjs';
import { linuxNode } from './lib/linuxNode.mjs';
import { node24, root } from './lib/paths.mjs';
import { step } from './lib/progress.mjs';
import { run, runNpm } from './lib/run.mjs';
import { shippedFiles } from './lib/shippedFiles.mjs';

const release = join(root, 'release');
const makers = { vsix, npm, 'linux-x64': executable('x64'), 'linux-arm64': executable('arm64') };

const wanted = process.argv.slice(2);
const unknown = wanted.find((word) => !(word in makers));
if (unknown !== undefined) {
  console.error(`There is no package "${unknown}"; there are ${Object.keys(makers).join(', ')}.`);
  process.exit(2);
}

try {
  await ensureDependencies();
  await step('Building', () => run(node24, ['esbuild.mjs', '--production']));
  rmSync(release, { recursive: true, force: true });
  mkdirSync(release);
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const [kind, make] of Object.entries(makers)) {
    if (wanted.length > 0 && !wanted.includes(kind)) continue;
    // One that cannot be made here, such as for a Node that is out of reach, keeps nobody from the others.
    await make(`${name}-${version}`).catch((error) => {
      console.error(`There is no ${kind}: ${error.message}`);
      process.exitCode = 1;
    });
  }
  writeChecksums();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function vsix(name) {
  // It is a package of npm, which is there by now.
  const { writeVsix } = await import('./lib/vsix.mjs');
  await step('The extension', () => writeVsix(root, shippedFiles(root), join(release, `${name}.vsix`)));
}

async function npm() {
  await step('The npm package', () =>
    runNpm(['pack', '--ignore-scripts', '--pack-destination', release, '--silent']),
  );
}

/** The command line as one file for Linux on such a machine, with its manual page and the licences of all that is in it. */
function executable(arch) {
  return async (name) => {
    const { writeExecutable } = await import('./lib/executable.mjs');
    const target = join(release, `${name}-linux-${arch}`);
    const { node, licence } = await step(`Node for linux-${arch}`, () => linuxNode(arch));
    await step(`The executable for linux-${arch}`, () => writeExecutable({ arch, node, target }));
    copyFileSync(join(root, 'docs/operator-mirror.1'), join(release, 'operator-mirror.1'));
    copyFileSync(join(root, 'docs/zh-cn/operator-mirror.1'), join(release, 'operator-mirror.zh_CN.1'));
    const notices = readFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const nodes = readFileSync(licence, 'utf8');
    const heading = `\n${'='.repeat(80)}\nNode.js, of which the executables are made\n\n`;
    writeFileSync(join(release, 'THIRD-PARTY-NOTICES.txt'), `${notices}${heading}${nodes}`);
  };
}

/** For `sha256sum --check`, wherever the files were carried. */
function writeChecksums() {
  const lines = readdirSync(release).map((file) => {
    const path = join(release, file);
    console.log(`${(statSync(path).size / 1e6).toFixed(1).padStart(8)} MB  ${path}`);
    return `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${file}\n`;
  });
  writeFileSync(join(release, 'SHA256SUMS'), lines.join(''));
}
