import { danglingEdges, entriesByName, headsOf, strandedEntries } from './graph.ts';
import type { CatalogChannel, CatalogEntry, CatalogPackage } from './model.ts';
import { newestFirst, parseVersion } from './version.ts';
import { parseVersionRange } from './versionRange.ts';

/**
 * The upgrade graph of a channel as it is drawn: a version in each row, what upgrades above what it upgrades, and otherwise the
 * newest first. Rows are named by their numbers.
 */
export interface UpgradeGraph {
  readonly rows: readonly GraphRow[];
  /** How many of the oldest have no row, because there would be too many. */
  readonly leftOut: number;
  /** How many are named that the channel does not have; only some of them have a row. */
  readonly missing: number;
}

export interface GraphRow {
  /** Of the bundle. */
  readonly name: string;
  /** What to call it: its version where it has one that no other row has. */
  readonly label: string;
  /** `missing`: another entry replaces or skips it, and the channel does not have it. */
  readonly state: 'head' | 'plain' | 'stranded' | 'missing';
  /** The row that it replaces, and −1 where it replaces none. */
  readonly replaces: number;
  readonly skips: readonly RowRun[];
  /** Empty where there is none. */
  readonly skipRange: string;
  /** The rows whose versions are in its skipRange. */
  readonly inRange: readonly RowRun[];
}

/** Rows that follow one another: the first and the last. */
export type RowRun = readonly [number, number];

/** Rows that somebody can still look through. */
const mostRows = 500;
/** Of them those that the channel does not have and that are only skipped; a bundle may skip hundreds that are long gone. */
const mostMissing = 10;

export function upgradeGraph(owner: CatalogPackage, channel: CatalogChannel): UpgradeGraph {
  const entries = entriesByName(channel);
  const versions = new Map(owner.bundles.map(({ name, version }) => [name, version]));
  const versionOf = (name: string) => versions.get(name) || versionInName(name);
  const { replaced, skipped: onlySkipped } = missingNames(channel);
  const newestSkipped = onlySkipped.sort((a, b) => newestFirst(versionOf(a), versionOf(b)));
  const missing = [...replaced, ...newestSkipped.slice(0, mostMissing)];
  const ordered = inOrder([...entries.keys(), ...missing], entries, versionOf);
  const names = ordered.slice(0, mostRows);
  const numbers = new Map(names.map((name, row) => [name, row]));
  const states = statesOf(channel, missing);
  const labels = labelsOf(names, versionOf);
  const rangeRows = rowsInRanges(names.map(versionOf));

  return {
    rows: names.map((name, row) => {
      const entry = entries.get(name);
      const skipRange = entry?.skipRange ?? '';
      const skipped = new Set(entry?.skips);
      return {
        name,
        label: labels[row] ?? name,
        state: states.get(name) ?? 'plain',
        replaces: numbers.get(entry?.replaces ?? '') ?? -1,
        skips: skipped.size === 0 ? [] : runsOf(names, (one) => one !== name && skipped.has(one)),
        skipRange,
        inRange: skipRange === '' ? [] : without(row, rangeRows(skipRange)),
      };
    }),
    leftOut: ordered.length - names.length,
    missing: replaced.length + onlySkipped.length,
  };
}

/** Names that lead out of the channel, each once: those that are replaced, and those that are skipped and nothing else. */
function missingNames(channel: CatalogChannel): { replaced: string[]; skipped: string[] } {
  const edges = danglingEdges(channel);
  const ofKind = (wanted: string) =>
    new Set(edges.flatMap(({ kind, target }) => (kind === wanted && target !== '' ? [target] : [])));
  const replaced = ofKind('replaces');
  return { replaced: [...replaced], skipped: [...ofKind('skips')].filter((name) => !replaced.has(name)) };
}

/** Bundles are usually called `NAME.vVERSION`; of one that is not there its name is all there is. */
function versionInName(name: string): string {
  const found = name.slice(name.indexOf('.') + 1).replace(/^v/, '');
  return parseVersion(found) === undefined ? '' : found;
}

/** Newest first, but nothing above what upgrades it. In a circle the newest comes first. */
function inOrder(
  names: readonly string[],
  entries: ReadonlyMap<string, CatalogEntry>,
  versionOf: (name: string) => string,
): string[] {
  const newest = [...new Set(names)].sort((a, b) => newestFirst(versionOf(a), versionOf(b)));
  const above = new Map<string, string[]>();
  for (const name of newest) {
    const entry = entries.get(name);
    for (const target of entry === undefined ? [] : [entry.replaces, ...entry.skips]) {
      const list = above.get(target);
      if (list === undefined) above.set(target, [name]);
      else list.push(name);
    }
  }
  const met = new Set<string>();
  const ordered: string[] = [];
  for (const start of newest) {
    if (met.has(start)) continue;
    met.add(start);
    const path = [{ name: start, next: 0 }];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const upper = above.get(at.name)?.[at.next++];
      if (upper === undefined) {
        ordered.push(at.name);
        path.pop();
      } else if (!met.has(upper)) {
        met.add(upper);
        path.push({ name: upper, next: 0 });
      }
    }
  }
  return ordered;
}

function statesOf(channel: CatalogChannel, missing: readonly string[]): Map<string, GraphRow['state']> {
  const states = new Map<string, GraphRow['state']>();
  for (const name of strandedEntries(channel)) states.set(name, 'stranded');
  for (const name of headsOf(channel)) states.set(name, 'head');
  for (const name of missing) states.set(name, 'missing');
  return states;
}

function labelsOf(names: readonly string[], versionOf: (name: string) => string): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const version = versionOf(name);
    counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return names.map((name) => {
    const version = versionOf(name);
    return version === '' || counts.get(version) !== 1 ? name : version;
  });
}

/** Finds the rows of a range; each range is held to all versions once. */
function rowsInRanges(versions: readonly string[]): (range: string) => readonly RowRun[] {
  const parsed = versions.map(parseVersion);
  const known = new Map<string, readonly RowRun[]>();
  return (text) => {
    let runs = known.get(text);
    if (runs === undefined) {
      const range = parseVersionRange(text);
      runs = runsOf(parsed, (version) => version !== undefined && range?.holdsParsed(version) === true);
      known.set(text, runs);
    }
    return runs;
  };
}

function runsOf<T>(items: readonly T[], belongs: (item: T, row: number) => boolean): RowRun[] {
  const runs: [number, number][] = [];
  let last: [number, number] | undefined;
  for (const [row, item] of items.entries()) {
    if (!belongs(item, row)) last = undefined;
    else if (last !== undefined) last[1] = row;
    else {
      last = [row, row];
      runs.push(last);
    }
  }
  return runs;
}

/** The runs without one row: a version need not upgrade itself. */
function without(row: number, runs: readonly RowRun[]): RowRun[] {
  return runs.flatMap(([first, last]): RowRun[] =>
    row < first || row > last
      ? [[first, last]]
      : [
          ...(first < row ? [[first, row - 1] as const] : []),
          ...(row < last ? [[row + 1, last] as const] : []),
        ],
  );
}
