// The licences of what is bundled, which its makers want to travel with it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folders below `node_modules` of the packages that a build put into its bundles.
 * @param metafile of esbuild
 */
export function bundledPackages(metafile) {
  const folders = Object.keys(metafile.inputs).map((file) => packageFolder(file));
  return new Set(folders.filter((folder) => folder !== undefined));
}

/** Of `node_modules/a/node_modules/@b/c/d.js` it is `node_modules/a/node_modules/@b/c`. */
function packageFolder(file) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

/**
 * The text that ships: of each package its name, version, licence, and the words of its licence file.
 * @param folders of packages, from the root of the repository
 * @param root the repository
 * @throws Error for a package that says nothing of a licence, or has no file with it
 */
export function thirdPartyNotices(folders, root = '.') {
  const notices = [...folders].map((folder) => noticeOf(join(root, folder)));
  const sorted = [...new Set(notices)].sort();
  return `Operator Mirror contains the following works of others.\n${sorted.join('')}`;
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((candidate) => /^(?:licen[cs]e|copying)(?:[.-]|$)/i.test(candidate));
  if (typeof license !== 'string' || file === undefined) {
    throw new Error(
      `${name} ${version} is bundled and says nothing of its licence: leave it out, or ask its makers.`,
    );
  }
  const words = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
  return `\n${'='.repeat(80)}\n${name} ${version} (${license})${contained[name] ?? ''}\n\n${words}\n`;
}

/** What a package contains and its licence file does not speak of. */
const contained = {
  'better-sqlite3': '\nIt contains SQLite, which is in the public domain: https://sqlite.org/copyright.html',
};
