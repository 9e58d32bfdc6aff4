import { isAbsolute } from 'node:path';
import type { NamedFile } from '../protocol/files.ts';
import { pathOf, uriOf, uriOfKey } from './uri.ts';

/** Turns keys of files into paths for people, and remembers which it has turned, so that words about them can be links. */
export class ShownFiles {
  readonly #uris = new Map<string, string>();

  /** A key of the snapshot, or a path on disk of what a client has read itself. */
  readonly show = (key: string): string => {
    const uri = isAbsolute(key) ? uriOf(key) : uriOfKey(key);
    const path = pathOf(uri) ?? key;
    this.#uris.set(path, uri);
    return path;
  };

  /** All files that have been shown. */
  named(): NamedFile[] {
    return [...this.#uris].map(([path, uri]) => ({ path, uri }));
  }
}
