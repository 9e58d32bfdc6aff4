import type { UserError } from '../../base/errors.ts';
import type { PackContents, PackEntry } from './packContents.ts';

/** What there is to pack of a place on disk. */
export interface Packable {
  readonly contents: PackContents;
  /** What its files of the kind `state` hold, by their paths. */
  readonly states: ReadonlyMap<string, Buffer>;
  /** Images that the other side has once it has this and all before. */
  readonly images: number;
  /** Images that are left out because something of them is missing or damaged. */
  readonly incomplete: readonly IncompleteImage[];
}

export interface IncompleteImage {
  readonly name: string;
  readonly error: UserError;
}

/** The paths of content that the other side has once it has unpacked an archive. */
export function heldBy({ entries, needed }: PackContents): Set<string> {
  const carried = entries.flatMap(({ kind, path }) => (kind === 'content' || kind === 'same' ? [path] : []));
  return new Set([...carried, ...needed.map(({ path }) => path)]);
}

/** Content of a place, by where it is: of `files` that which the other side does not have, and of the rest that it must be there. */
export function carried(
  files: Iterable<{ readonly path: string; readonly digest: string; readonly size: number }>,
  since: PackContents | undefined,
): Pick<PackContents, 'entries' | 'needed'> {
  const held = since === undefined ? new Set<string>() : heldBy(since);
  const entries: PackEntry[] = [];
  const needed: PackContents['needed'][number][] = [];
  for (const { path, digest, size } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (held.has(path)) needed.push({ path, size });
    else entries.push({ kind: 'content', path, digest, size });
  }
  return { entries, needed };
}
