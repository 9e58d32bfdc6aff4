// What ships: the same files in a VSIX and in an npm package.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What npm packs without being told to. */
const always = ['LICENSE', 'README.md', 'package.json'];

/**
 * The files that `files` of package.json names, and those that npm adds, sorted, from the root of the repository. A pattern there
 * is a path, in which `*` stands for any part of a name.
 * @throws Error for a pattern under which there is nothing: it was not built, or its name has changed
 */
export function shippedFiles(root) {
  const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const found = [...always, ...files].flatMap((pattern) => {
    const matching = filesLike(root, pattern);
    if (matching.length === 0) throw new Error(`package.json packs ${pattern}, and there is no such file.`);
    return matching;
  });
  return [...new Set(found)].sort();
}

function filesLike(root, pattern) {
  const [name, ...folders] = pattern.split('/').reverse();
  const below = folders
    .reverse()
    .reduce((found, part) => found.flatMap((folder) => namesLike(root, folder, part, 'isDirectory')), ['']);
  return below.flatMap((folder) => namesLike(root, folder, name, 'isFile'));
}

/** Paths of the entries of a folder that are like a part of a pattern, and of a kind. */
function namesLike(root, folder, part, kind) {
  const expression = new RegExp(`^${part.replace(/[.+()]/g, '\\$&').replaceAll('*', '.*')}$`);
  return entriesIn(join(root, folder))
    .filter((entry) => entry[kind]() && expression.test(entry.name))
    .map((entry) => (folder === '' ? entry.name : `${folder}/${entry.name}`));
}

function entriesIn(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
