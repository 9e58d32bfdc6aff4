import type { MirrorEntry, MirrorSet } from '../documents/mirrorSet.ts';
import { localOrigin } from './hop.ts';
import type { Origins } from './origins.ts';

/** How many sources of mirror sets a `file://` hop left, so that no pull ever matches them. */
export interface DeadSources {
  readonly dead: number;
  /** How many sources there are. */
  readonly all: number;
}

/** Counts the sources of sets that redirect nothing, whatever their mirrors are. */
export function deadSources(sets: readonly MirrorSet[], provenance: Origins): DeadSources {
  let dead = 0;
  let all = 0;
  for (const { entries } of sets)
    for (const entry of entries) {
      if (entry.source === undefined) continue;
      all++;
      if (isDead(entry, provenance)) dead++;
    }
  return { dead, all };
}

const known = new WeakMap<Origins, WeakMap<MirrorEntry, boolean>>();

/** True for an entry whose source is a path left by a `file://` hop. Worked out once: sets have thousands of entries. */
export function isDead(entry: MirrorEntry, provenance: Origins): boolean {
  if (entry.source === undefined) return false;
  let ofEntries = known.get(provenance);
  if (ofEntries === undefined) {
    ofEntries = new WeakMap();
    known.set(provenance, ofEntries);
  }
  let dead = ofEntries.get(entry);
  if (dead === undefined) {
    dead = localOrigin(entry.source.value, provenance) !== undefined;
    ofEntries.set(entry, dead);
  }
  return dead;
}
