import { headOf } from './graph.ts';
import { type CatalogChannel, type CatalogPackage, channelOf } from './model.ts';
import { type ChannelSelection, type PackageSelection, selectFrom } from './selection.ts';
import { newestFirst } from './version.ts';

/** What of a package has a box that somebody can tick: all of it, a channel, or a bundle in a channel. */
export interface Choosable {
  readonly channel?: string | undefined;
  /** The name of a bundle; only with a channel. */
  readonly bundle?: string | undefined;
}

/**
 * A choice from a package after somebody has ticked a box of it or taken a tick away; undefined where nothing of it is chosen any
 * more. An ImageSetConfiguration knows packages, channels and ranges of versions, so ticking an older version takes the ones
 * between along, and what is chosen without the default channel gets another default channel.
 */
export function choose(
  owner: CatalogPackage,
  before: PackageSelection | undefined,
  { channel, bundle }: Choosable,
  on: boolean,
): PackageSelection | undefined {
  if (channel === undefined) return on ? { name: owner.name } : undefined;
  const found = channelOf(owner, channel);
  if (found === undefined) return before;
  const channels = channelsOf(owner, before);
  const others = channels.filter(({ name }) => name !== channel);
  const now = channels.find(({ name }) => name === channel);
  const next =
    bundle === undefined
      ? on
        ? (now ?? { name: channel })
        : undefined
      : chooseVersion(owner, found, now, bundle, on);
  if (bundle !== undefined && next === now) return before;
  const chosen = next === undefined ? others : inOrder(owner, [...others, next]);
  return chosen.length === 0 ? undefined : withDefault(owner, chosen);
}

/** The channels that are chosen, also where the whole package is. */
export function channelsOf(
  owner: CatalogPackage,
  chosen: PackageSelection | undefined,
): readonly ChannelSelection[] {
  if (chosen === undefined) return [];
  const { channels = [] } = chosen;
  if (channels.length > 0) return channels;
  return [...new Set(owner.channels.map(({ name }) => name))].map((name) => ({ name }));
}

/** The names of the bundles that a choice takes of its package, channel by channel. */
export function bundlesChosen(
  owner: CatalogPackage,
  chosen: PackageSelection | undefined,
): ReadonlyMap<string, ReadonlySet<string>> {
  if (chosen === undefined) return new Map();
  const alone = { packages: [owner], others: [], problems: [] };
  const [left] = selectFrom(alone, { full: false, packages: [chosen] }).catalog.packages;
  return new Map(
    (left?.channels ?? []).map(({ name, entries }) => [name, new Set(entries.map((entry) => entry.name))]),
  );
}

function chooseVersion(
  owner: CatalogPackage,
  channel: CatalogChannel,
  now: ChannelSelection | undefined,
  bundle: string,
  on: boolean,
): ChannelSelection | undefined {
  const inChannel = new Set(channel.entries.map(({ name }) => name));
  const bundles = owner.bundles.filter(({ name, version }) => inChannel.has(name) && version !== '');
  const version = bundles.find(({ name }) => name === bundle)?.version;
  if (version === undefined) return now;
  const kept = now === undefined ? undefined : bundlesChosen(owner, { name: owner.name, channels: [now] });
  const names = kept?.get(channel.name) ?? new Set();
  const versions = bundles.flatMap((one) =>
    names.has(one.name) && one.name !== bundle ? [one.version] : [],
  );
  const newest = bundles.find(({ name }) => name === headOf(channel))?.version;
  // Where a version goes from the middle of a range, the older ones go with it.
  const left = on
    ? [...versions, version]
    : versions.every((other) => newestFirst(other, version) > 0)
      ? versions
      : versions.filter((other) => newestFirst(other, version) < 0);
  const [highest, ...more] = left.sort(newestFirst);
  return highest === undefined ? undefined : rangeOf(channel.name, more.at(-1) ?? highest, highest, newest);
}

/** A range from the oldest to the newest of some versions: up to the head it needs no end, and the head alone no range. */
function rangeOf(name: string, oldest: string, highest: string, head: string | undefined): ChannelSelection {
  if (highest !== head) return { name, minVersion: oldest, maxVersion: highest };
  return oldest === head ? { name } : { name, minVersion: oldest };
}

function inOrder(owner: CatalogPackage, channels: readonly ChannelSelection[]): ChannelSelection[] {
  const places = new Map(owner.channels.map(({ name }, place) => [name, place]));
  return channels.toSorted((a, b) => (places.get(a.name) ?? 0) - (places.get(b.name) ?? 0));
}

/** oc-mirror v2 refuses a package whose default channel is not among its channels, unless another one is named. */
function withDefault(owner: CatalogPackage, channels: readonly ChannelSelection[]): PackageSelection {
  const { name, defaultChannel } = owner;
  if (defaultChannel === '' || channels.some((one) => one.name === defaultChannel)) return { name, channels };
  return { name, defaultChannel: channels.at(-1)?.name ?? '', channels };
}
