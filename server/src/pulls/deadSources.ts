import { memoByPair } from '../base/memo.ts';
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

/** True for an entry whose source is a path left by a `file://` hop. Worked out once: sets have thousands of entries. */
export function isDead(entry: MirrorEntry, provenance: Origins): boolean {
  return entry.source !== undefined && isLeftByHop(provenance, entry);
}

const isLeftByHop = memoByPair(
  (provenance: Origins, { source }: MirrorEntry) =>
    localOrigin(source?.value ?? '', provenance) !== undefined,
);
