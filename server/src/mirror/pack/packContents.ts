import * as z from 'zod';
import { isDigest } from '../../base/digest.ts';
import { parsedJson } from '../../base/json.ts';
import { t } from '../../base/sentences.ts';
import { digestOfName } from '../../stores/ocDirectoryNames.ts';
import { contentDigest, isStatePath, isTagPath } from './packPath.ts';

/**
 * What an archive carries, and what it builds on: the first entry of the archive, and a file beside its volumes. `pack --since`
 * reads it to know what the other side has, `unpack` to say what is missing before it writes anything.
 */
export interface PackContents {
  readonly version: 1;
  /** In the order in which they are in the archive. */
  readonly entries: readonly PackEntry[];
  /** Files that the images need and the archive does not carry: the other side has them from archives before this one. */
  readonly needed: readonly NeededFile[];
}

/** One file of a place on disk. Paths are relative to the place, with `/` between their parts. */
export type PackEntry = ContentFile | SameFile | TagLink | StateFile;

/** Content by its digest: a blob or a manifest. */
export interface ContentFile {
  readonly kind: 'content';
  readonly path: string;
  readonly digest: string;
  readonly size: number;
}

/** The same content under another name, which `oc`'s folders have for each repository. */
export interface SameFile {
  readonly kind: 'same';
  readonly path: string;
  readonly digest: string;
  /** The path of a file of this archive or of an earlier one. */
  readonly as: string;
}

/** A tag in a `v2/` folder: a symbolic link to the name of a manifest beside it. */
export interface TagLink {
  readonly kind: 'tag';
  readonly path: string;
  readonly target: string;
}

/** What changes from archive to archive: the index of a layout, and plans. */
export interface StateFile {
  readonly kind: 'state';
  readonly path: string;
  readonly digest: string;
  readonly size: number;
}

/** A file that has to be at the other side already. */
export interface NeededFile {
  readonly path: string;
  readonly size: number;
}

export type ReadContents =
  | { readonly ok: true; readonly contents: PackContents }
  | { readonly ok: false; readonly problem: string };

/** The list as text. The same list is the same text, by which archives get their names. */
export function contentsText(contents: PackContents): string {
  return `${JSON.stringify(contents)}\n`;
}

/** Files of the largest folder: a catalog of 20,000 images has some 200,000. */
const most = 2_000_000;
const path = z.string().min(1).max(4096);
const digest = z.string().refine(isDigest);
const size = z.int().min(0);

const contentsSchema = z.object({
  version: z.literal(1),
  entries: z
    .array(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('content'), path, digest, size }),
        z.object({ kind: z.literal('same'), path, digest, as: path }),
        z.object({ kind: z.literal('tag'), path, target: z.string().min(1).max(300) }),
        z.object({ kind: z.literal('state'), path, digest, size }),
      ]),
    )
    .max(most),
  needed: z.array(z.object({ path, size })).max(most),
});

/**
 * Reads what `contentsText` wrote, whoever wrote it: no path leads anywhere but to where places on disk have such files, and
 * content has the name of its digest. Never throws.
 */
export function readContents(text: string): ReadContents {
  const json = parsedJson(text);
  if (typeof json !== 'object' || json === null || !('version' in json)) {
    return { ok: false, problem: t('it is no list of contents') };
  }
  if (json.version !== 1) {
    return { ok: false, problem: t('it is the list of another version of operator-mirror') };
  }
  const parsed = contentsSchema.safeParse(json);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.map(String).join('.') ?? '';
    return { ok: false, problem: t('{0} is not what a list of contents has there', where) };
  }
  const contents: PackContents = parsed.data;
  const seen = new Set<string>();
  for (const entry of contents.entries) {
    if (seen.has(entry.path)) return { ok: false, problem: t('{0} is there twice', entry.path) };
    seen.add(entry.path);
    if (!isOfPlace(entry)) return stray(entry.path);
  }
  const other = contents.needed.find((file) => contentDigest(file.path) === undefined);
  return other === undefined ? { ok: true, contents } : stray(other.path);
}

function stray(path: string): ReadContents {
  return { ok: false, problem: t('{0} is no file of a mirror', path) };
}

/** True for an entry that is what its path says. */
function isOfPlace(entry: PackEntry): boolean {
  switch (entry.kind) {
    case 'content':
      return contentDigest(entry.path) === entry.digest;
    case 'same':
      return contentDigest(entry.path) === entry.digest && contentDigest(entry.as) === entry.digest;
    case 'tag':
      return isTagPath(entry.path) && digestOfName(entry.target) !== undefined;
    case 'state':
      return isStatePath(entry.path);
  }
}
