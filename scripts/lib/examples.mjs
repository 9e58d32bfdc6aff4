// A copy of examples/ to work on, so that the repository stays clean.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { examplePort } from './exampleRegistry.mjs';
import { root } from './paths.mjs';

/** Copies examples/ to `target`, which is emptied first, and lets references name the given port. */
export function copyExamples(target, port = examplePort) {
  const source = join(root, 'examples');
  if (!existsSync(source)) throw new Error(`There is no folder ${source}.`);
  rmSync(target, { recursive: true, force: true });
  cpSync(source, target, { recursive: true });
  if (port !== examplePort) for (const file of filesBelow(target)) replacePort(file, port);
}

/** What to look at first in such a copy: the page that explains it, and the walkthrough. */
export function firstLook(folder) {
  const { publisher, name, contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [{ id }] = contributes.walkthroughs;
  return { page: join(folder, 'README.md'), walkthrough: `${publisher}.${name}#${id}` };
}

function replacePort(file, port) {
  // Latin-1 keeps every byte as it is, whatever the file holds.
  const text = readFileSync(file, 'latin1');
  const replaced = text.replaceAll(`localhost:${examplePort}`, `localhost:${port}`);
  if (replaced !== text) writeFileSync(file, replaced, 'latin1');
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
