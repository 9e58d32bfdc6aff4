/** Names of files as a snapshot has them: paths or decoded URIs, with `/` between folders. */

/** The folder that a file lies in, without `/` at its end; empty for a bare name. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** The file that a path means which is relative to a folder, with `.` and `..` followed; undefined beyond the root. */
export function resolvedPath(folder: string, path: string): string | undefined {
  const parts = path.startsWith('/') || folder === '' ? [] : folder.split('/');
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return `${path.startsWith('/') ? '/' : ''}${parts.join('/')}`;
}

/** The last component of a path. */
export function lastComponent(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Enough of a path to know the file by, for a message: the folder and the name. */
export function shortPath(path: string): string {
  return path.split('/').slice(-2).join('/');
}
