import type { CatalogChannel, CatalogEntry } from './model.ts';

/**
 * The upgrade graph of a channel, as `opm` and OLM read it: an arrow from each entry to what it replaces and to all that it
 * skips. `skipRange` draws no arrows: it lets other versions upgrade, and heads are found without it.
 */

/**
 * The names of the entries that no other one replaces or skips, sorted. A channel that `opm` accepts has exactly one; none
 * where all of them are in a circle.
 */
export function headsOf({ entries }: CatalogChannel): string[] {
  const reached = new Set<string>();
  for (const { replaces, skips } of entries) {
    if (replaces !== '') reached.add(replaces);
    for (const skipped of skips) reached.add(skipped);
  }
  return [...new Set(entries.map(({ name }) => name))].filter((name) => !reached.has(name)).sort();
}

/** The head of a channel: its only one, else the one that the index states; undefined where nothing tells. */
export function headOf(channel: CatalogChannel): string | undefined {
  const heads = headsOf(channel);
  if (heads.length === 1) return heads[0];
  const stated = channel.statedHead;
  return stated !== undefined && channel.entries.some(({ name }) => name === stated) ? stated : undefined;
}

/** What a walk down `replaces` from one entry finds. */
export interface ReplacesChain {
  /** From the first entry on, each once. */
  readonly entries: readonly CatalogEntry[];
  /** What the last entry replaces, where that is no entry of the channel; undefined where it replaces nothing. */
  readonly dangling: string | undefined;
  /** The names of a circle in which the chain ends, the first one again at its end; empty where it ends properly. */
  readonly cycle: readonly string[];
}

/**
 * Follows `replaces` from the entry of this name.
 * @param stopsAtSkipped the chain ends above what some entry skips, as it does when `opm validate` looks for stranded entries
 */
export function replacesChain(channel: CatalogChannel, from: string, stopsAtSkipped = false): ReplacesChain {
  const byName = entriesByName(channel);
  const skipped = stopsAtSkipped ? skippedNames(channel) : none;
  const places = new Map<string, number>();
  const entries: CatalogEntry[] = [];
  for (let entry = byName.get(from); entry !== undefined; ) {
    places.set(entry.name, entries.length);
    entries.push(entry);
    const { replaces } = entry;
    if (replaces === '' || skipped.has(replaces)) break;
    const place = places.get(replaces);
    if (place !== undefined) {
      return {
        entries,
        dangling: undefined,
        cycle: [...entries.slice(place).map(({ name }) => name), replaces],
      };
    }
    entry = byName.get(replaces);
    if (entry === undefined) return { entries, dangling: replaces, cycle: [] };
  }
  return { entries, dangling: undefined, cycle: [] };
}

/**
 * The names of entries that nobody can upgrade from: neither on the chain of `replaces` from the head nor skipped. Sorted.
 * Empty where the channel has no head of its own to begin from.
 */
export function strandedEntries(channel: CatalogChannel): string[] {
  const heads = headsOf(channel);
  const [head] = heads;
  if (head === undefined || heads.length > 1) return [];
  const onChain = new Set(replacesChain(channel, head, true).entries.map(({ name }) => name));
  const skipped = skippedNames(channel);
  const names = new Set(channel.entries.map(({ name }) => name));
  return [...names].filter((name) => !onChain.has(name) && !skipped.has(name)).sort();
}

/** Where the graph leaves the channel: entries that replace or skip what is no entry. */
export interface DanglingEdge {
  readonly entry: CatalogEntry;
  readonly kind: 'replaces' | 'skips';
  readonly target: string;
}

export function danglingEdges(channel: CatalogChannel): DanglingEdge[] {
  const byName = entriesByName(channel);
  return channel.entries.flatMap((entry): DanglingEdge[] => [
    ...(entry.replaces === '' || byName.has(entry.replaces)
      ? []
      : [{ entry, kind: 'replaces' as const, target: entry.replaces }]),
    ...entry.skips
      .filter((target) => !byName.has(target))
      .map((target) => ({ entry, kind: 'skips' as const, target })),
  ]);
}

/** Entries by name; of entries with one name the last, as `opm` keeps it. */
export function entriesByName({ entries }: CatalogChannel): Map<string, CatalogEntry> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}

const none: ReadonlySet<string> = new Set();

function skippedNames({ entries }: CatalogChannel): Set<string> {
  const skipped = new Set<string>();
  for (const { skips } of entries) for (const name of skips) skipped.add(name);
  return skipped;
}
