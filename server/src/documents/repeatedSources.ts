import type { Chunked } from '../base/chunked.ts';
import type { MirrorEntry } from './mirrorSet.ts';

/** Entries by their source. Most sources have one entry, and no array of their own. */
interface Sources {
  readonly all: Map<string, MirrorEntry | MirrorEntry[]>;
  readonly repeated: Map<string, readonly MirrorEntry[]>;
}

/** Of the newest list that edits have made; an older one is looked through again. */
const kept = new WeakMap<Chunked<MirrorEntry>, Sources>();

/** The sources that several entries of a list have, with these entries in any order. */
export function repeatedSources(entries: Chunked<MirrorEntry>): ReadonlyMap<string, readonly MirrorEntry[]> {
  let sources = kept.get(entries);
  if (sources === undefined) {
    sources = { all: new Map(), repeated: new Map() };
    for (const entry of entries) add(sources, entry);
    kept.set(entries, sources);
  }
  return sources.repeated;
}

/** Tells that one entry became another, so that the list after that need not be looked through again. */
export function handOnSources(
  before: Chunked<MirrorEntry>,
  after: Chunked<MirrorEntry>,
  removed: MirrorEntry,
  added: MirrorEntry,
): void {
  const sources = kept.get(before);
  if (sources === undefined) return;
  kept.delete(before);
  remove(sources, removed);
  add(sources, added);
  kept.set(after, sources);
}

function add({ all, repeated }: Sources, entry: MirrorEntry): void {
  const { value = '' } = entry.source ?? {};
  if (value === '') return;
  const others = all.get(value);
  if (others === undefined) {
    all.set(value, entry);
    return;
  }
  const entries = Array.isArray(others) ? others : [others];
  entries.push(entry);
  all.set(value, entries);
  repeated.set(value, entries);
}

function remove({ all, repeated }: Sources, entry: MirrorEntry): void {
  const { value = '' } = entry.source ?? {};
  const entries = all.get(value);
  if (!Array.isArray(entries)) {
    if (entries === entry) all.delete(value);
    return;
  }
  const at = entries.indexOf(entry);
  if (at !== -1) entries.splice(at, 1);
  const [first] = entries;
  if (entries.length > 1 || first === undefined) return;
  all.set(value, first);
  repeated.delete(value);
}
