import type { CatalogChannel, CatalogEntry, CatalogPackage } from './model.ts';
import { newestFirst, parseVersion } from './version.ts';
import { parseVersionRange } from './versionRange.ts';

/** One upgrade: OLM puts `to` in the place of `from`. */
export interface UpgradeStep {
  /** The name of a bundle; for the first step, where the catalog does not have it, the version that was given. */
  readonly from: string;
  readonly to: string;
  /** Why it may: `to` replaces or skips `from`, or its skipRange has the version of `from`. */
  readonly by: 'replaces' | 'skips' | 'skipRange';
  /** The channel in which it may. */
  readonly channel: string;
}

/** A bundle that is installed or aimed at: its name, or its version where the catalog need not have it. */
export type Installed = { readonly name: string } | { readonly version: string };

/**
 * The fewest upgrades from what is installed to a target, as OLM may do them in these channels: usually the one that is
 * subscribed to, with more of them changing the channel on the way is allowed. Of paths that are as short the one with the newer
 * versions. Empty where the target is installed already, undefined where no path leads there.
 *
 * OLM itself does not plan: from what is installed it goes to whatever is nearest to the head. The path tells which bundles have
 * to be mirrored, and approved one by one.
 */
export function shortestUpgradePath(
  owner: CatalogPackage,
  channels: readonly CatalogChannel[],
  installed: Installed,
  target: string,
): readonly UpgradeStep[] | undefined {
  const versions = new Map(owner.bundles.map(({ name, version }) => [name, version]));
  const start = startOf(installed, versions);
  if (start.name === target) return [];
  const arrows = arrowsInto(channels, start, versions);

  // From the target back to what is installed, so that each entry is asked once for what upgrades to it.
  const next = new Map<string, UpgradeStep>();
  let reached = [target];
  const seen = new Set(reached);
  while (reached.length > 0 && !seen.has(start.name)) {
    const further: UpgradeStep[] = [];
    for (const to of reached) {
      for (const step of arrows(to)) {
        if (seen.has(step.from)) continue;
        seen.add(step.from);
        next.set(step.from, step);
        further.push(step);
      }
    }
    reached = further
      .map(({ from }) => from)
      .sort((a, b) => newestFirst(versions.get(a) ?? '', versions.get(b) ?? ''));
  }
  return pathFrom(start.name, next);
}

interface Start {
  /** Of its bundle, or its version where it has none here. */
  readonly name: string;
  readonly version: string;
}

function startOf(installed: Installed, versions: ReadonlyMap<string, string>): Start {
  if ('name' in installed) return { name: installed.name, version: versions.get(installed.name) ?? '' };
  const { version } = installed;
  for (const [name, own] of versions) if (own === version) return { name, version };
  return { name: version, version };
}

/** For a bundle, the upgrades that lead to it. Each range is held to all versions once. */
function arrowsInto(
  channels: readonly CatalogChannel[],
  start: Start,
  versions: ReadonlyMap<string, string>,
): (to: string) => UpgradeStep[] {
  const entries = new Map<string, { entry: CatalogEntry; channel: CatalogChannel }[]>();
  for (const channel of channels) {
    for (const entry of channel.entries) {
      const known = entries.get(entry.name);
      if (known === undefined) entries.set(entry.name, [{ entry, channel }]);
      else known.push({ entry, channel });
    }
  }
  const candidates = [...new Set([start.name, ...entries.keys()])].filter((name) => {
    const version = name === start.name ? start.version : versions.get(name);
    return version !== undefined && parseVersion(version) !== undefined;
  });
  const versionOf = (name: string) => (name === start.name ? start.version : (versions.get(name) ?? ''));
  const inRange = new Map<string, readonly string[]>();
  const namesInRange = (range: string): readonly string[] => {
    let names = inRange.get(range);
    if (names === undefined) {
      const parsed = parseVersionRange(range);
      names = parsed === undefined ? [] : candidates.filter((name) => parsed.holds(versionOf(name)));
      inRange.set(range, names);
    }
    return names;
  };
  return (to) =>
    (entries.get(to) ?? []).flatMap(({ entry, channel }) => {
      const step = (from: string, by: UpgradeStep['by']): UpgradeStep[] =>
        from === to ? [] : [{ from, to, by, channel: channel.name }];
      return [
        ...(entry.replaces === '' ? [] : step(entry.replaces, 'replaces')),
        ...entry.skips.flatMap((from) => step(from, 'skips')),
        ...(entry.skipRange === ''
          ? []
          : namesInRange(entry.skipRange).flatMap((from) => step(from, 'skipRange'))),
      ];
    });
}

function pathFrom(start: string, next: ReadonlyMap<string, UpgradeStep>): UpgradeStep[] | undefined {
  const path: UpgradeStep[] = [];
  for (let step = next.get(start); step !== undefined; step = next.get(step.to)) path.push(step);
  return path.length === 0 ? undefined : path;
}
