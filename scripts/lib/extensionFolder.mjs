// The extension as VS Code finds it once installed: a folder with what ships, and nothing else.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './paths.mjs';
import { shippedFiles } from './shippedFiles.mjs';

/** Unpacks the extension as it is built below a folder for `--extensions-dir`; gives the extension's own folder. */
export function unpackExtension(extensionsDirectory) {
  const { publisher, name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const target = join(extensionsDirectory, `${publisher}.${name}-${version}`);
  rmSync(target, { recursive: true, force: true });
  // Copies, not links: VS Code may delete an extension's folder, and must never reach the repository.
  for (const file of shippedFiles(root)) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(join(root, file), join(target, file));
  }
  return target;
}

/** Adds what opens a page in a new window, by its absolute path, and a walkthrough by its id: `{ page, walkthrough }`. */
export function unpackFirstLook(extensionsDirectory, open) {
  const target = join(extensionsDirectory, 'operator-mirror.first-look-0.0.0');
  cpSync(join(root, 'scripts', 'lib', 'firstLook'), target, { recursive: true });
  writeFileSync(join(target, 'open.json'), JSON.stringify(open));
}
