/** Names of files as a snapshot has them: paths or decoded URIs, with `/` between folders. */

/** The folder that a file lies in, without `/` at its end; empty for a bare name. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** The last component of a path. */
export function lastComponent(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Enough of a path to know the file by, for a message: the folder and the name. */
export function shortPath(path: string): string {
  return path.split('/').slice(-2).join('/');
}
