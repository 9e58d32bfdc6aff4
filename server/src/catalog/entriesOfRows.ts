import type { CatalogEntry } from './model.ts';
import type { Sharing } from './sharing.ts';

/** A row of `channel_entry`: an arrow of the upgrade graph. */
export interface EntryRow {
  readonly id: number;
  readonly bundle: string;
  /** The row that the arrow leads to. */
  readonly replaces: number | undefined;
  readonly depth: number;
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
export function entriesOfRows(
  rows: readonly EntryRow[],
  statedOf: (bundle: string) => StatedEdges | undefined,
  sharing: Sharing,
): CatalogEntry[] {
  const bundleOfRow = new Map(rows.map(({ id, bundle }) => [id, bundle]));
  const rowsByBundle = new Map<string, EntryRow[]>();
  for (const row of [...rows].sort((a, b) => a.depth - b.depth || a.id - b.id)) {
    const known = rowsByBundle.get(row.bundle);
    if (known === undefined) rowsByBundle.set(row.bundle, [row]);
    else known.push(row);
  }
  return [...rowsByBundle].flatMap(([name, ownRows]) => {
    const stated = statedOf(name);
    if (stated === undefined) return [];
    const targets = ownRows.flatMap(({ replaces }) => {
      const target = replaces === undefined ? undefined : bundleOfRow.get(replaces);
      return target === undefined ? [] : [target];
    });
    const skipped = new Set(stated.skips);
    const replaces = targets.find((target) => !skipped.has(target));
    const skips = new Set(targets.filter((target) => target !== replaces));
    return [
      {
        name: sharing.text(name),
        replaces: replaces ?? '',
        skips: sharing.list([...skips]),
        skipRange: stated.skipRange,
      },
    ];
  });
}
