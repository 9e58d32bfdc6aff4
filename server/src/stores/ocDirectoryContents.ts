import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { leftTemporaries } from '../disk/ownTemporary.ts';
import { digestOfName, isLeftover, isTagName, leftoverTag } from './ocDirectoryNames.ts';
import { isMissing, reading } from './storeErrors.ts';

/** What a `v2/` folder has of one repository, by the names of its files. */
export interface OcRepository {
  /** `NAMESPACE/NAME`. */
  readonly repository: string;
  /** Sorted. */
  readonly tags: readonly string[];
  /** The digests that files in `manifests/` are named by, sorted. */
  readonly manifests: readonly string[];
  /** Files of copies that were stopped, sorted by path. */
  readonly leftovers: readonly OcLeftover[];
}

/** A file that a stopped copy left. */
export interface OcLeftover {
  readonly path: string;
  /** The tag that `oc` was about to write. */
  readonly tag: string | undefined;
}

/** Folders of the largest `v2/` that is looked through, and how deep they lie in each other. */
const mostFolders = 200_000;
const deepest = 64;

/**
 * All repositories of a `v2/` folder, sorted. Links to folders are not followed: neither `oc` nor anything here makes any.
 *
 * @param folder the one that holds `v2/`
 * @param below only the repository of this path and those below it; empty for all
 * @throws UserError `tooLarge`, `unreadable`
 */
export async function ocRepositories(
  folder: string,
  below: string,
  signal: AbortSignal,
): Promise<OcRepository[]> {
  const found: OcRepository[] = [];
  const root = join(folder, 'v2');
  const waiting = [below === '' ? [] : below.split('/')];
  let looked = 0;
  for (let parts = waiting.pop(); parts !== undefined; parts = waiting.pop()) {
    signal.throwIfAborted();
    looked++;
    if (looked > mostFolders || parts.length > deepest) {
      throw new UserError('tooLarge', t('{0} has more folders than any store', root), {
        nextStep: t('name the folder that oc wrote'),
      });
    }
    const names = (await entriesOf(join(root, ...parts)))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const isOwn = (name: string) => name === 'blobs' || name === 'manifests';
    if (parts.length > 0 && names.some(isOwn)) found.push(await repositoryOf(root, parts));
    for (const name of names) if (!isOwn(name)) waiting.push([...parts, name]);
  }
  return found.sort((a, b) => (a.repository < b.repository ? -1 : 1));
}

async function repositoryOf(root: string, parts: readonly string[]): Promise<OcRepository> {
  const folders = ['manifests', 'blobs'].map((kind) => join(root, ...parts, kind));
  const [manifests = [], blobs = []] = await Promise.all(folders.map(filesIn));
  const ownLeft = (await Promise.all(folders.map(leftTemporaries))).flat();
  // As in `OcDirectory.listTags`: a link is a tag, also one that looks like a digest.
  const isDigestFile = ({ name, isLink }: FileEntry) => !isLink && digestOfName(name) !== undefined;
  const leftovers = [
    ...manifests.map(({ name, path }) => ({ name, path, tag: leftoverTag(name) })),
    ...blobs.map(({ name, path }) => ({ name, path, tag: undefined })),
  ];
  return {
    repository: parts.join('/'),
    tags: manifests
      .filter((entry) => isTagName(entry.name) && !isDigestFile(entry))
      .map(({ name }) => name)
      .sort(),
    manifests: manifests
      .filter(isDigestFile)
      .flatMap(({ name }) => digestOfName(name) ?? [])
      .sort(),
    leftovers: [
      ...leftovers.filter(({ name }) => isLeftover(name)).map(({ path, tag }) => ({ path, tag })),
      ...ownLeft.map((path) => ({ path, tag: undefined })),
    ].sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

interface FileEntry {
  readonly name: string;
  readonly path: string;
  readonly isLink: boolean;
}

async function filesIn(folder: string): Promise<FileEntry[]> {
  return (await entriesOf(folder))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ name: entry.name, path: join(folder, entry.name), isLink: entry.isSymbolicLink() }));
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  return reading(folder, async () => {
    try {
      return await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  });
}
