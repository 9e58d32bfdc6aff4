// Where things are. Everything in scripts/ uses Node's own modules only, so that it runs before `npm ci`.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldestNode = 20;
if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  console.error(`Node ${oldestNode} or newer is needed; this is ${process.version}.`);
  process.exit(1);
}

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Node 24, which comes as the dev dependency `node`. */
export const node24 = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

/** What is expensive to get is kept outside the work tree, so that a fresh clone does not pay for it again. */
export function cacheDirectory() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'operator-mirror', 'test');
}

/** The first executable of that name on PATH, or undefined. */
export function which(name) {
  return everyOnPath(name)[0];
}

/** All executables of that name on PATH, in order. */
export function everyOnPath(name) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  // Debian keeps some servers where the PATH of an ordinary user does not look.
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return directories
    .filter(Boolean)
    .flatMap((directory) => endings.map((ending) => join(directory, name + ending)))
    .filter((path) => existsSync(path));
}
