import type { CatalogEntry } from './model.ts';
import type { Sharing } from './sharing.ts';

/** A row of `channel_entry`: an arrow of the upgrade graph. */
export interface EntryRow {
  readonly id: number;
  readonly bundle: EntryBundle;
  /** The row that the arrow leads to. */
  readonly replaces: number | undefined;
  readonly depth: number;
}

/** The bundle of an entry, one object in all rows that name it. */
export interface EntryBundle {
  readonly name: string;
  /** Undefined where the bundle is not there. */
  readonly row: StatedEdges | undefined;
}

/** What a bundle says of its own place in upgrade graphs. */
export interface StatedEdges {
  readonly skips: readonly string[];
  readonly skipRange: string;
}

/**
 * The entries of a channel from its rows. A bundle that skips others has a row for each of them besides its first one, and
 * each of the skipped has one without an arrow; which arrow is `replaces`, only the bundle itself tells (it may skip more, in
 * other channels). The nearest to the head come first. Rows of bundles that are not there are left out, as `opm migrate` leaves them out.
 */
export function entriesOfRows(rows: readonly EntryRow[], sharing: Sharing): CatalogEntry[] {
  const bundleOfRow = new Map(rows.map(({ id, bundle }) => [id, bundle.name]));
  const targetsOf = new Map<EntryBundle, string[]>();
  for (const { bundle, replaces } of rows.toSorted((a, b) => a.depth - b.depth || a.id - b.id)) {
    let targets = targetsOf.get(bundle);
    if (targets === undefined) {
      targets = [];
      targetsOf.set(bundle, targets);
    }
    const target = replaces === undefined ? undefined : bundleOfRow.get(replaces);
    if (target !== undefined) targets.push(target);
  }
  const entries: CatalogEntry[] = [];
  for (const [{ name, row }, targets] of targetsOf) {
    if (row === undefined) continue;
    const skipped = row.skips.length === 0 ? nothing : new Set(row.skips);
    const replaces = targets.find((target) => !skipped.has(target));
    const others = targets.filter((target) => target !== replaces);
    entries.push({
      name,
      replaces: replaces ?? '',
      skips: sharing.list(others.length < 2 ? others : [...new Set(others)]),
      skipRange: row.skipRange,
    });
  }
  return entries;
}

const nothing: ReadonlySet<string> = new Set();
