// The extension as VS Code finds it once installed: a folder with what ships, and nothing else.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';

/** Unpacks the extension below a folder for `--extensions-dir`; gives the extension's own folder. */
export function unpackExtension(extensionsDirectory) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const target = join(extensionsDirectory, `${publisher}.${name}-${version}`);
  rmSync(target, { recursive: true, force: true });
  // Copies, not links: VS Code may delete an extension's folder, and must never reach the repository.
  for (const file of shippedFiles()) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
  copyNativeModule(target);
  return target;
}

/** Adds what opens a page and a file beside it in a new window: `{ page, file }`, absolute paths. */
export function unpackFirstLook(extensionsDirectory, open) {
  const target = join(extensionsDirectory, 'operator-mirror.first-look-0.0.0');
  cpSync(join(root, 'scripts', 'lib', 'firstLook'), target, { recursive: true });
  writeFileSync(join(target, 'open.json'), JSON.stringify(open));
}

/** The files that .vscodeignore lets through: it excludes everything, then names what is packaged after all. */
function shippedFiles() {
  return readFileSync(join(root, '.vscodeignore'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('!'))
    .flatMap((line) => filesLike(line.slice(1).trim()));
}

function filesLike(glob) {
  const folder = dirname(glob);
  const pattern = new RegExp(`^${glob.replace(/[.+()]/g, '\\$&').replaceAll('*', '[^/]*')}$`);
  return namesIn(join(root, folder))
    .map((name) => (folder === '.' ? name : `${folder}/${name}`))
    .filter((file) => pattern.test(file));
}

/** The module that is not bundled, unless its binary lies beside the bundles; its sources are left away. */
function copyNativeModule(target) {
  if (namesIn(join(target, 'dist')).some((name) => name.endsWith('.node'))) return;
  for (const part of ['package.json', 'lib', 'prebuilds']) {
    const path = join('node_modules', 'better-sqlite3', part);
    cpSync(join(root, path), join(target, path), { recursive: true });
  }
}

function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
