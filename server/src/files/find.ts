import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve, sep } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { unreadable } from './textFile.ts';

/** How a file is to be read: by its name, or because it was named outright. */
export type FileType = 'mapping' | 'yaml';

export interface FoundFile {
  readonly path: string;
  readonly type: FileType;
  /** True for a file that somebody named, and false for one that lies below a folder that was named. */
  readonly named: boolean;
  /** The folders that its links must not lead out of; undefined for a file that was named. */
  readonly inside: readonly string[] | undefined;
}

/** Folders in which nothing of ours is, and which may be large. */
const skippedFolders = new Set(['node_modules', '.git', '.svn', '.hg']);

/** Those that `oc apply -f DIR` reads; JSON is YAML. */
const manifestExtensions = new Set(['.yaml', '.yml', '.json']);

/** The type of a file by its name alone: what is looked for in folders. */
export function typeByName(path: string): FileType | undefined {
  const name = basename(path);
  if (name === 'mapping.txt' || name.endsWith('-mapping.txt')) return 'mapping';
  const extension = extname(name).toLowerCase();
  return manifestExtensions.has(extension) ? 'yaml' : undefined;
}

/** The type of a file that somebody named: then any `.txt` is a mapping. */
export function typeByChoice(path: string): FileType {
  return typeByName(path) ?? (extname(path).toLowerCase() === '.txt' ? 'mapping' : 'yaml');
}

/** True for what lies in a folder that is passed over, such as `node_modules`, below another folder. */
export function isPassedOver(path: string, folder: string): boolean {
  return relative(folder, path)
    .split(sep)
    .slice(0, -1)
    .some((name) => skippedFolders.has(name));
}

/** Told of a folder that may not be read; its files are not found. */
export type OnUnreadable = (error: UserError) => void;

/**
 * Finds files that may be ours at a path: the file itself, or all below a folder, sorted. Links to folders are
 * not followed, so that a ring of them ends. Folders below it that cannot be read hide their files alone.
 *
 * @param named all paths that somebody named: links may lead from one to the other
 * @throws UserError `unreadable` when there is nothing at the path, or nothing that can be read
 */
export async function findFiles(
  path: string,
  onUnreadable: OnUnreadable = () => {},
  named: readonly string[] = [path],
): Promise<FoundFile[]> {
  const kind = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (kind.isFile()) return [{ path, type: typeByChoice(path), named: true, inside: undefined }];
  if (!kind.isDirectory()) {
    throw new UserError('unreadable', t('{0} is neither a file nor a folder', path), {
      nextStep: t('name files or folders'),
    });
  }
  const found: FoundFile[] = [];
  await walk(path, found, { ...everything, inside: named }, ({ folder, error }) => {
    if (folder === path) throw error;
    onUnreadable(error);
  });
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** True for a folder; false for anything else, and for what is not there. */
export function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** How much of a folder is looked at when nobody named it: runs lie near the top, a whole disk may lie below. */
const mostContextFolders = 2000;
const deepestContext = 6;

/**
 * The files that give one below a context folder its meaning. The folder may be a home or a root: it is bounded.
 * `onUnreadable` hears of the folder itself, too: without it, less is known, and nothing fails.
 */
export async function findContext(
  folder: string,
  onUnreadable: OnUnreadable = () => {},
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  await walk(
    folder,
    found,
    { folders: mostContextFolders, depth: deepestContext, inside: [folder] },
    ({ error }) => onUnreadable(error),
  );
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const everything = { folders: Number.POSITIVE_INFINITY, depth: Number.POSITIVE_INFINITY };

/** Folders near the top come first, so that a bound cuts off what is far away. */
async function walk(
  top: string,
  found: FoundFile[],
  {
    folders: mostFolders,
    depth: mostDepth,
    inside,
  }: typeof everything & { readonly inside: readonly string[] },
  onUnreadable: (failure: { readonly folder: string; readonly error: UserError }) => void,
): Promise<void> {
  const waiting = [{ folder: top, depth: 0 }];
  for (let at = 0; at < waiting.length && at < mostFolders; at++) {
    const { folder, depth } = waiting[at] ?? { folder: top, depth: 0 };
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      // One that is gone by now has nothing to hide.
      if (folder === top || (error as { code?: string }).code !== 'ENOENT')
        onUnreadable({ folder, error: unreadable(folder, error) });
      return [];
    });
    const skipped = isStoreRepository(folder, entries) ? storeFolders : skippedFolders;
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (depth < mostDepth && !skipped.has(entry.name)) waiting.push({ folder: path, depth: depth + 1 });
        continue;
      }
      const type = typeByName(entry.name);
      if (type !== undefined && (entry.isFile() || (entry.isSymbolicLink() && (await isFile(path)))))
        found.push({ path, type, named: false, inside });
    }
  }
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (kind) => kind.isFile(),
    () => false,
  );
}

const storeFolders = new Set([...skippedFolders, 'blobs', 'manifests']);

/**
 * True for a repository in the store that `oc` writes below `v2/`: its `blobs` and `manifests` hold thousands of
 * files, none of them ours. Either name alone is an ordinary folder of somebody's project.
 */
function isStoreRepository(folder: string, entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map((entry) => entry.name));
  return names.has('blobs') && names.has('manifests') && resolve(folder).split(/[\\/]/).includes('v2');
}

/**
 * The folder that gives a single file its context: the nearest one above it that holds a file store (`v2/`) or
 * the output of a run (`manifests-*`). Undefined when there is none.
 */
export async function contextFolder(path: string): Promise<string | undefined> {
  let folder = dirname(resolve(path));
  for (;;) {
    // One that may not be read tells nothing, and those above it still may.
    const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    if (names.some((name) => name === 'v2' || name.startsWith('manifests-'))) return folder;
    const above = dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}
