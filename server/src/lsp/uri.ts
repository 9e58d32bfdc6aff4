import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Clients encode URIs differently (`%3A` or `:`, `%40` or `@`), and files found on disk have no client's
 * encoding at all. A key is the decoded URI: equal for equal files, with `/` between folders.
 */
export function keyOf(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

/** The path on disk behind a URI; undefined for untitled text and virtual file systems. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

/** The URI of a file that no client has named: a key is decoded, and a URI is not. */
export function uriOfKey(key: string): string {
  if (!key.startsWith('file://')) return key;
  const path = key.slice('file://'.length);
  return uriOf(/^\/[A-Za-z]:/.test(path) ? path.slice(1) : path);
}
