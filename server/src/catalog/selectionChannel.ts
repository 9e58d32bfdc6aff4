import { t } from '../base/sentences.ts';
import { listed } from '../base/words.ts';
import { entriesByName, headsOf } from './graph.ts';
import type { CatalogChannel, CatalogEntry } from './model.ts';
import type { Version } from './version.ts';
import { satisfies, type VersionConstraint } from './versionConstraint.ts';

/**
 * Why oc-mirror v2 cannot select from a channel, in words for a person; none where it can. It wants one head, no circle and no
 * entry twice. Stranded entries do not disturb it: it does not see them.
 */
export function channelFaults(channel: CatalogChannel, owner: string): string[] {
  const { name, entries } = channel;
  if (entries.length === 0) return [t('Channel {0} of package {1} has no entry', name, owner)];
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.name)) {
      faults.push(t('Channel {0} of package {1} has the entry {2} twice', name, owner, entry.name));
      continue;
    }
    seen.add(entry.name);
    if (entry.replaces === entry.name) {
      faults.push(t('{2} replaces itself in channel {0} of package {1}', name, owner, entry.name));
    }
    if (entry.skips.includes(entry.name)) {
      faults.push(t('{2} skips itself in channel {0} of package {1}', name, owner, entry.name));
    }
  }
  const heads = headsOf(channel);
  const [head] = heads;
  if (head === undefined) {
    if (faults.length === 0) {
      faults.push(
        t('Channel {0} of package {1} has no head, because each of its entries is replaced', name, owner),
      );
    }
  } else if (heads.length > 1) {
    faults.push(
      t(
        'Channel {0} of package {1} has {3} heads, {2}',
        name,
        owner,
        listed(heads.slice(0, 5)),
        heads.length,
      ),
    );
  } else if (faults.length === 0 && goesInCircles(channel, head)) {
    faults.push(t('The upgrades of channel {0} of package {1} go in a circle', name, owner));
  }
  return faults;
}

/** True where not all arrows of the graph are used up by taking entries away from the head on. */
function goesInCircles(channel: CatalogChannel, head: string): boolean {
  const targets = new Map(channel.entries.map((entry) => [entry.name, targetsOf(entry)]));
  const arrows = new Map<string, number>();
  for (const names of targets.values()) {
    for (const name of names) arrows.set(name, (arrows.get(name) ?? 0) + 1);
  }
  const free = [head];
  for (let name = free.pop(); name !== undefined; name = free.pop()) {
    for (const target of targets.get(name) ?? []) {
      const left = (arrows.get(target) ?? 0) - 1;
      arrows.set(target, left);
      if (left > 0) continue;
      arrows.delete(target);
      free.push(target);
    }
  }
  return arrows.size > 0;
}

function targetsOf({ replaces, skips }: CatalogEntry): Set<string> {
  return new Set(replaces === '' ? skips : [replaces, ...skips]);
}

/**
 * The names that a range keeps of a channel which has no faults, as oc-mirror v2 decides: the shortest run of the `replaces`
 * chain that holds every version in range which the chain reaches, with all links in between, whether they are in range or not, and
 * of what these skip only what is in range. An entry that is not on the chain and not skipped is lost.
 * @param versions of the bundles of the package, by name; what has none is in no range
 */
export function namesInRange(
  channel: CatalogChannel,
  range: VersionConstraint,
  versions: ReadonlyMap<string, Version>,
): Set<string> {
  const known = new Map<string, boolean>();
  const isIn = (name: string) => {
    let answer = known.get(name);
    if (answer === undefined) {
      const version = versions.get(name);
      answer = version !== undefined && satisfies(range, version);
      known.set(name, answer);
    }
    return answer;
  };
  const chain = chainOf(channel);
  const counts = countsFromTail(chain, isIn);

  // The head is the lowest link that has everything in range at or below it, the tail the first that has nothing.
  const most = counts[0] ?? 0;
  const empty = counts.indexOf(0);
  const tail = empty === -1 ? chain.length : empty;
  const head = counts.lastIndexOf(most, tail);

  const kept = new Set<string>();
  for (const { name, skips } of chain.slice(head, tail)) {
    kept.add(name);
    for (const skipped of skips) if (isIn(skipped)) kept.add(skipped);
  }
  return kept;
}

interface Link {
  readonly name: string;
  readonly skips: readonly string[];
}

/** From the head along `replaces`; the last link need not be an entry of the channel. */
function chainOf(channel: CatalogChannel): Link[] {
  const byName = entriesByName(channel);
  const chain: Link[] = [];
  const seen = new Set<string>();
  for (let name = headsOf(channel)[0] ?? ''; name !== '' && !seen.has(name); ) {
    seen.add(name);
    const entry = byName.get(name);
    chain.push({ name, skips: entry?.skips ?? [] });
    name = entry?.replaces ?? '';
  }
  return chain;
}

/** For each link how many versions in range are at or below it, each version counted where it is met first from the tail. */
function countsFromTail(chain: readonly Link[], isIn: (name: string) => boolean): number[] {
  const seen = new Set<string>();
  const counts = new Array<number>(chain.length).fill(0);
  for (let index = chain.length - 1; index >= 0; index--) {
    const { name, skips } = chain[index] as Link;
    for (const one of [name, ...skips]) if (isIn(one)) seen.add(one);
    counts[index] = seen.size;
  }
  return counts;
}
