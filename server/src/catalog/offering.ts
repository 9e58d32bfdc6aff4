import { headsOf, replacesChain } from './graph.ts';
import type { Catalog, CatalogChannel, CatalogEntry, CatalogPackage } from './model.ts';
import { newestFirst } from './version.ts';

/** A catalog with some of its bundles. */
export interface Offering {
  readonly catalog: Catalog;
  /** Bundles that go too, because nothing in their channels leads to them any more: what `opm` would call stranded. */
  readonly stranded: readonly { readonly package: string; readonly name: string }[];
}

/**
 * A catalog without bundles that cannot be offered, and as sound as it was. A channel without one of its entries would fall into
 * parts with a head each, which `opm` refuses, so that of a channel stays what its newest entry left still leads to; no upgrade is
 * made up that its maker did not plan. What is empty goes, and a package without its default channel gets that of its newest version.
 *
 * @param isOffered by package and name
 */
export function offering(catalog: Catalog, isOffered: (owner: string, bundle: string) => boolean): Offering {
  const stranded: { package: string; name: string }[] = [];
  const packages = catalog.packages.flatMap((owner) => {
    const isGone = (name: string) => !isOffered(owner.name, name);
    if (!owner.bundles.some(({ name }) => isGone(name))) return [owner];
    const left = packageWithout(owner, isGone);
    const names = new Set(left.bundles.map(({ name }) => name));
    for (const { name } of owner.bundles) {
      if (!isGone(name) && !names.has(name)) stranded.push({ package: owner.name, name });
    }
    return left.bundles.length === 0 ? [] : [left];
  });
  return { catalog: { ...catalog, packages }, stranded };
}

function packageWithout(owner: CatalogPackage, isGone: (name: string) => boolean): CatalogPackage {
  const channels = owner.channels
    .map((channel) => channelWithout(channel, isGone))
    .filter(({ entries }) => entries.length > 0);
  const channelsOf = (bundle: string) =>
    channels.filter(({ entries }) => entries.some(({ name }) => name === bundle)).map(({ name }) => name);
  const bundles = owner.bundles.flatMap((bundle) => {
    if (isGone(bundle.name)) return [];
    const inChannels = channelsOf(bundle.name);
    // What no channel names was there to be looked at, and stays.
    return inChannels.length === 0 && bundle.channels.length > 0 ? [] : [{ ...bundle, channels: inChannels }];
  });
  const left = { ...owner, channels, bundles };
  const bundleNames = new Set(bundles.map(({ name }) => name));
  const channelNames = new Set(channels.map(({ name }) => name));
  return {
    ...left,
    defaultChannel: channelNames.has(owner.defaultChannel) ? owner.defaultChannel : newestChannel(left),
    // opm refuses those of what is gone.
    deprecations: owner.deprecations.filter(({ schema, name }) =>
      schema === 'olm.bundle' ? bundleNames.has(name) : schema !== 'olm.channel' || channelNames.has(name),
    ),
  };
}

function channelWithout(channel: CatalogChannel, isGone: (name: string) => boolean): CatalogChannel {
  const entries = channel.entries.filter(({ name }) => !isGone(name));
  if (entries.length === channel.entries.length) return channel;
  const left = { ...channel, entries };
  const [head, ...more] = headsOf(channel);
  // One that opm refuses as it is gets no better and no worse.
  if (head === undefined || more.length > 0) return left;
  const newest = replacesChain(channel, head).entries.find(({ name }) => !isGone(name)) ?? entries[0];
  if (newest === undefined) return left;
  const reached = reachedFrom(left, newest);
  return {
    ...left,
    entries: entries.filter(({ name }) => reached.has(name)),
    statedHead: channel.statedHead === undefined ? undefined : newest.name,
  };
}

/** What somebody can upgrade from to an entry: the chain of `replaces` below it, and what that skips. */
function reachedFrom(channel: CatalogChannel, { name }: CatalogEntry): Set<string> {
  const chain = replacesChain(channel, name).entries;
  return new Set(chain.flatMap((entry) => [entry.name, ...entry.skips]));
}

/** The channel with the newest head; empty without any. */
function newestChannel({ channels, bundles }: CatalogPackage): string {
  const versions = new Map(bundles.map(({ name, version }) => [name, version]));
  const headVersion = (channel: CatalogChannel) => versions.get(headsOf(channel)[0] ?? '') ?? '';
  const sorted = channels.toSorted(
    (a, b) => newestFirst(headVersion(a), headVersion(b)) || (a.name < b.name ? -1 : 1),
  );
  return sorted[0]?.name ?? '';
}
