import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { UserError } from '../base/errors.ts';
import { sentence, t } from '../base/sentences.ts';
import { isBelow } from '../disk/openFile.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import type { ImageSource } from './imageStore.ts';

/** Where `file://` references may be looked for. */
export interface StoreSearch {
  /** The folder that somebody named, absolute or relative to the workspace folder; empty to search. */
  readonly named: string;
  readonly workspaceFolders: () => readonly string[];
  /** False: nothing outside the workspace is read. */
  readonly trusted: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const trustOrInside = sentence('trust the workspace, or name a folder inside it');
/** Milliseconds for which a folder that was found stays found: thousands of references ask at a time. */
const remembered = 2000;
const mostRemembered = 1000;

/** Finds the folders that hold the `v2/` of `file://` references: those of a document are near it. */
export class StoreFolders {
  readonly #search: StoreSearch;
  readonly #found = new Map<string, { readonly at: number; readonly folder: Promise<string> }>();

  constructor(search: StoreSearch) {
    this.#search = search;
  }

  /** The store of a `file://` reference in a document of `folder`. @throws UserError as `find` */
  async open(reference: ImageReference, folder: string | undefined): Promise<ImageSource> {
    const found = await this.find(folder, reference.repository);
    // Most who might ask do not, and reading a store takes much that they need not load.
    const { openFolder } = await import('./openFolder.ts');
    return openFolder(reference, found);
  }

  /**
   * The folder for the documents in `folder`: the one that was named, else the nearest whose `v2/` has the first
   * component of the repository, itself or above. Other programs have a `v2/` too, and of a store that never had
   * anything of a run nobody can say what it lacks. Undefined stands for documents that are on no disk.
   * @throws UserError `noStore`, or `untrusted` for what is outside a workspace without trust
   */
  find(folder: string | undefined, repository: string): Promise<string> {
    const [top = ''] = repository.split('/', 1);
    const key = `${top} ${folder ?? ''}`;
    const now = this.#search.now();
    const known = this.#found.get(key);
    if (known !== undefined && now - known.at < remembered) return known.folder;
    const found = this.#find(folder, top);
    // Each keystroke in a path may be another first component.
    if (this.#found.size >= mostRemembered) this.#found.clear();
    this.#found.set(key, { at: now, folder: found });
    return found;
  }

  async #find(folder: string | undefined, top: string): Promise<string> {
    const { named, trusted } = this.#search;
    const home = this.#workspaceFolderOf(folder);
    const found =
      named === '' ? await nearest(folder, top, trusted ? undefined : home) : await this.#named(home);
    if (!trusted && home !== undefined) await confine(found, home);
    return found;
  }

  async #named(home: string | undefined): Promise<string> {
    const { named, trusted } = this.#search;
    if (!trusted && (isAbsolute(named) || home === undefined)) {
      throw new UserError(
        'untrusted',
        t('operatorMirror.files.folder names {0}, which may be anywhere', named),
        {
          nextStep: t(trustOrInside),
        },
      );
    }
    const folder = resolve(home ?? '.', named);
    if (await hasStore(folder)) return folder;
    throw new UserError('noStore', t('there is no v2/ in {0}', folder), {
      nextStep: t('correct operatorMirror.files.folder, or leave it empty to search beside the file'),
    });
  }

  /** The folder of the workspace that holds a document; without one the first, and for a lone file its own. */
  #workspaceFolderOf(folder: string | undefined): string | undefined {
    const folders = this.#search.workspaceFolders();
    if (folder === undefined) return folders[0];
    const holding = folders.filter((candidate) => isIn(folder, candidate));
    return holding.sort((a, b) => b.length - a.length)[0] ?? (folders[0] === undefined ? folder : folders[0]);
  }
}

/**
 * @param top what the `v2/` must hold
 * @param last the folder above which nothing is looked for
 */
async function nearest(folder: string | undefined, top: string, last: string | undefined): Promise<string> {
  const start = folder === undefined ? undefined : resolve(folder);
  for (let current = start; current !== undefined; current = above(current)) {
    if (last !== undefined && !isIn(current, last)) break;
    if (await isFolder(join(current, 'v2', top))) return current;
  }
  const message =
    start === undefined
      ? t('there is no v2/ folder with {0} near a text that is on no disk', top)
      : t('there is no v2/ folder with {0} in {1} or above it', top, start);
  throw new UserError('noStore', message, {
    nextStep: t('name the folder that holds it in operatorMirror.files.folder'),
  });
}

function above(folder: string): string | undefined {
  const parent = dirname(folder);
  return parent === folder ? undefined : parent;
}

/** True for a folder and for all below it. */
function isIn(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || isBelow(resolve(path), resolve(folder));
}

/** True when a folder holds a `v2/`. */
export function hasStore(folder: string): Promise<boolean> {
  return isFolder(join(folder, 'v2'));
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** @throws UserError `untrusted` when the `v2/` of a folder is not below `home`, wherever links lead */
async function confine(folder: string, home: string): Promise<void> {
  const store = join(folder, 'v2');
  if (isBelow(await realpath(store), await realpath(home))) return;
  throw new UserError('untrusted', t('{0} is outside the workspace, which is not trusted', store), {
    nextStep: t(trustOrInside),
  });
}
