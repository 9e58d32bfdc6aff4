import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { digestOf } from '../content/contentDigest.ts';
import { largestManifest, parseManifest } from '../content/manifest.ts';
import { digestOfName, isTagName } from './ocDirectoryNames.ts';
import { damaged, isMissing, reading } from './storeErrors.ts';
import type { Parts, StoreFiles } from './storeFiles.ts';

/** A tag in a folder `manifests/`. */
export interface StoredTag {
  /**
   * What it is on disk.
   * - `link`: a symbolic link, as `oc` writes it
   * - `digest`: a file with the digest in it, as on a disk without links
   * - `manifest`: a copy of the manifest, as `cp -L` and many archives leave of a link
   */
  readonly form: 'link' | 'digest' | 'manifest';
  readonly path: string;
  readonly digest: string;
}

/** Bytes of the longest file that may hold a digest and no manifest. */
const longestDigest = 256;

/**
 * Reads what a tag points to, by whatever it is on disk; undefined when there is none.
 * @param has whether the store has the manifest of a digest, which is all that vouches for a copy
 * @throws UserError `damaged`
 */
export async function readTag(
  files: StoreFiles,
  parts: Parts,
  tag: string,
  has: (digest: string) => Promise<boolean>,
): Promise<StoredTag | undefined> {
  const folder = isTagName(tag) ? await files.resolve(parts) : undefined;
  if (folder === undefined) return undefined;
  const file = join(folder, tag);
  const found = await reading(file, () => lstat(file).catch(undefinedWhenMissing));
  if (found === undefined || found.isDirectory()) return undefined;
  const path = files.pathOf([...parts, tag]);
  if (found.isSymbolicLink()) {
    const target = await reading(file, () => readlink(file));
    // Only the name counts, as for `oc`: old versions wrote absolute links, and the folder may have moved since.
    const digest = digestOfName(target.split(/[\\/]/).at(-1) ?? '');
    if (digest === undefined) throw damaged(t('{0} is a link to {1}, which is no digest', path, target));
    return { form: 'link', path, digest };
  }
  const bytes = await files.read([...parts, tag], largestManifest);
  if (bytes === undefined || bytes === 'tooLong') throw neither(path);
  const named = bytes.length > longestDigest ? undefined : digestOfName(bytes.toString('latin1').trim());
  if (named !== undefined) return { form: 'digest', path, digest: named };
  if (parseManifest(bytes).kind === 'unsupported') throw neither(path);
  const digest = digestOf(bytes);
  if (await has(digest)) return { form: 'manifest', path, digest };
  throw damaged(t('{0} is a manifest with the digest {1}, which the store does not have', path, digest));
}

function neither(path: string): UserError {
  return damaged(t('{0} is neither a link nor a manifest', path));
}

function undefinedWhenMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
