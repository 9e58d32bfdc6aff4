import { t } from '../base/sentences.ts';
import { channelNames } from './catalogBuilder.ts';
import { headsOf } from './graph.ts';
import type { Catalog, CatalogBundle, CatalogChannel, CatalogPackage, Deprecation } from './model.ts';
import { channelFaults, namesInRange } from './selectionChannel.ts';
import { makeProblem, type SelectionProblem } from './selectionProblem.ts';
import { emptyRange } from './selectionRange.ts';
import { parseVersion, type Version } from './version.ts';
import { parseConstraint, type VersionConstraint } from './versionConstraint.ts';

/**
 * What is to be left of a catalog, in the terms of the library that oc-mirror v2 filters with. `selection.ts` makes it of an
 * ImageSetConfiguration. https://github.com/sherine-k/catalog-filter
 */
export interface CatalogFilter {
  /** All entries of the channels that are left, without looking whether their graph is sound. */
  readonly full: boolean;
  /** None: all packages. Of packages with one name the last counts. */
  readonly packages: readonly PackageFilter[];
  /**
   * What a channel without a range keeps: `head` alone, as in oc-mirror, or the `whole` channel, which is the older of the
   * library's two filters. That one looks at the graph of channels with a range only, and refuses every empty channel.
   */
  readonly keeps: 'head' | 'whole';
}

export interface PackageFilter {
  readonly name: string;
  /** Empty: the catalog's own. */
  readonly defaultChannel: string;
  /** For each channel that has none of its own; empty: none. */
  readonly range: string;
  /** None: all channels. Of channels with one name the last counts. */
  readonly channels: readonly ChannelFilter[];
  /** Names of the only bundles that are to be left; none: no choice by bundle. */
  readonly bundles: readonly string[];
}

export interface ChannelFilter {
  readonly name: string;
  readonly range: string;
}

/** What a filter leaves, and what it loses. */
export interface Filtered {
  /** What can be kept is kept, also where something else is refused. */
  readonly catalog: Catalog;
  /** What oc-mirror v2 refuses, and ranges that find nothing. */
  readonly problems: readonly SelectionProblem[];
  /** What the filter did to each channel that it considered, package by package, in their order. */
  readonly channels: readonly FilteredChannel[];
  /** Deprecations of channels and bundles that are gone, which oc-mirror v2 leaves in the catalog and opm refuses. */
  readonly dangling: readonly { readonly package: string; readonly deprecation: Deprecation }[];
}

export interface FilteredChannel {
  readonly owner: CatalogPackage;
  /** As the catalog has it. */
  readonly channel: CatalogChannel;
  /** The range in words of the library, empty where there is none. */
  readonly range: string;
  /** The parsed range; undefined where there is none. */
  readonly constraint: VersionConstraint | undefined;
  /** Names of what is left of it, which need not all have a bundle; none where the channel is gone. */
  readonly kept: ReadonlySet<string>;
}

/** Filters a catalog. Never throws; takes time in proportion to the catalog and the filter. */
export function filterCatalog(catalog: Catalog, filter: CatalogFilter): Filtered {
  const wanted = new Map(filter.packages.map((one) => [one.name, one]));
  const owners =
    wanted.size === 0 && filter.keeps === 'head'
      ? catalog.packages
      : catalog.packages.filter(({ name }) => wanted.has(name));
  const filtered = owners.map((owner) => filterPackage(owner, wanted.get(owner.name), filter));
  // Where there is no channel at all, the library leaves bundles and deprecations alone.
  const hasChannels = filtered.some(({ names }) => names !== undefined);
  const finished = filtered.map((one) => finishPackage(one, filter, hasChannels));
  const packages = finished.map(({ owner }) => owner);
  return {
    catalog: {
      packages,
      others: catalog.others.filter(
        (document) =>
          document.package === '' ||
          wanted.has(document.package) ||
          (wanted.size === 0 && filter.keeps === 'head'),
      ),
      problems: [],
    },
    problems: filtered.flatMap(({ problems }) => problems),
    channels: filtered.flatMap(({ channels }) => channels),
    dangling: finished.flatMap(({ owner, dangling }) =>
      dangling.map((deprecation) => ({ package: owner.name, deprecation })),
    ),
  };
}

interface FilteredPackage {
  readonly owner: CatalogPackage;
  readonly defaultChannel: string;
  readonly channels: readonly FilteredChannel[];
  /** The channels that are left, with their entries. */
  readonly left: readonly CatalogChannel[];
  /** The names of entries that are left, over all channels; undefined where there was no channel to look at. */
  readonly names: ReadonlySet<string> | undefined;
  readonly problems: readonly SelectionProblem[];
}

function filterPackage(
  owner: CatalogPackage,
  wanted: PackageFilter | undefined,
  filter: CatalogFilter,
): FilteredPackage {
  const ranges = new Map(wanted?.channels.map(({ name, range }) => [name, range]));
  const named = owner.channels.filter(({ name }) => ranges.size === 0 || ranges.has(name));
  const problems: SelectionProblem[] = [];
  const versions = versionsOf(owner, problems);
  const defaultChannel = defaultChannelOf(owner, named, wanted, problems);

  const names = new Set<string>();
  const left: CatalogChannel[] = [];
  const gone = new Set<string>();
  const channels = named.map((channel): FilteredChannel => {
    const range = ranges.get(channel.name) || (filter.keeps === 'head' ? (wanted?.range ?? '') : '');
    const considered = { owner, channel, range, wanted, versions, filter };
    const { kept, constraint } = filterChannel(considered, problems);
    for (const name of kept) names.add(name);
    if (filter.full || (filter.keeps === 'whole' && range === '')) left.push(channel);
    else if (kept.size > 0) left.push(withEntries(channel, kept));
    else gone.add(channel.name);
    return { owner, channel, range, constraint, kept };
  });
  // The library keeps a chosen bundle even where it is in none of the channels that are left.
  if (filter.keeps === 'head' && named.length > 0) for (const name of wanted?.bundles ?? []) names.add(name);
  const looked = filter.full ? names.size > 0 : named.length > 0;
  return {
    owner,
    defaultChannel,
    channels,
    // A channel that comes twice is gone when one of the two is empty.
    left: gone.size === 0 ? left : left.filter(({ name }) => !gone.has(name)),
    names: looked ? names : undefined,
    problems,
  };
}

interface ConsideredChannel {
  readonly owner: CatalogPackage;
  readonly channel: CatalogChannel;
  readonly range: string;
  readonly wanted: PackageFilter | undefined;
  readonly versions: ReadonlyMap<string, Version>;
  readonly filter: CatalogFilter;
}

interface KeptNames {
  readonly kept: ReadonlySet<string>;
  readonly constraint: VersionConstraint | undefined;
}

const nothing: ReadonlySet<string> = new Set();

function filterChannel(considered: ConsideredChannel, problems: SelectionProblem[]): KeptNames {
  const { owner, channel, range, wanted, versions, filter } = considered;
  const bundles = filter.keeps === 'head' ? (wanted?.bundles ?? []) : [];
  const about = { package: owner.name, channel: channel.name };
  const refuse = (message: string, code: SelectionProblem['code']) => {
    problems.push(makeProblem(code, message, about, { refused: true }));
    return { kept: nothing, constraint: undefined };
  };
  if (range !== '' && (filter.full || bundles.length > 0)) {
    return refuse(
      filter.full
        ? t('{0}: full: true and a range of versions do not go together', owner.name)
        : t('{0}: single bundles and a range of versions do not go together', owner.name),
      'configuration',
    );
  }
  if (filter.full && bundles.length > 0) {
    return refuse(t('{0}: full: true and single bundles do not go together', owner.name), 'configuration');
  }
  const all = () => new Set(channel.entries.map(({ name }) => name));
  if (filter.full) return { kept: all(), constraint: undefined };

  if (bundles.length > 0) {
    const chosen = new Set(bundles);
    const left = { ...channel, entries: channel.entries.filter(({ name }) => chosen.has(name)) };
    const isDefault = channel.name === owner.defaultChannel;
    if (left.entries.length === 0) {
      return isDefault
        ? refuse(
            t(
              'None of the bundles is in {0}, the default channel of package {1}: oc-mirror v2 refuses the selection',
              channel.name,
              owner.name,
            ),
            'default-channel',
          )
        : { kept: nothing, constraint: undefined };
    }
    const [fault] = channelFaults(left, owner.name);
    return fault === undefined
      ? { kept: new Set(left.entries.map(({ name }) => name)), constraint: undefined }
      : refuse(t('{0}, once only the chosen bundles are left: oc-mirror v2 refuses it', fault), 'graph');
  }

  if (range === '' && filter.keeps === 'whole') return { kept: withTargets(channel), constraint: undefined };
  const constraint = range === '' ? undefined : parseConstraint(range);
  if (range !== '' && constraint === undefined) {
    return refuse(t('{0} is no range of versions ({1})', range, owner.name), 'version');
  }
  const faults = channelFaults(channel, owner.name);
  if (faults.length > 0) {
    for (const fault of faults) refuse(t('{0}: oc-mirror v2 refuses the catalog', fault), 'graph');
    return { kept: nothing, constraint: undefined };
  }
  if (constraint === undefined) return { kept: new Set(headsOf(channel)), constraint };
  const kept = namesInRange(channel, constraint, versions);
  if (kept.size === 0) {
    const isDefault = filter.keeps === 'whole' || channel.name === owner.defaultChannel;
    const isOwn = wanted?.channels.some((one) => one.name === channel.name && one.range !== '') === true;
    const problem = emptyRange({ owner, channel, range, constraint, versions, isDefault, isOwn });
    if (problem !== undefined) problems.push(problem);
  }
  return { kept, constraint };
}

/** All entries and what they replace and skip: the older filter keeps the bundles of all of them. */
function withTargets({ entries }: CatalogChannel): Set<string> {
  const names = new Set<string>();
  for (const { name, replaces, skips } of entries) {
    names.add(name);
    if (replaces !== '') names.add(replaces);
    for (const skipped of skips) names.add(skipped);
  }
  return names;
}

function withEntries(channel: CatalogChannel, kept: ReadonlySet<string>): CatalogChannel {
  const entries = channel.entries.filter(({ name }) => kept.has(name));
  if (entries.length === channel.entries.length) return channel;
  const { statedHead } = channel;
  return {
    ...channel,
    entries,
    statedHead: statedHead !== undefined && kept.has(statedHead) ? statedHead : undefined,
  };
}

/** The library wants a version by semver of each bundle of a package, also of those that it does not keep. */
function versionsOf(owner: CatalogPackage, problems: SelectionProblem[]): Map<string, Version> {
  const versions = new Map<string, Version>();
  for (const { name, version } of owner.bundles) {
    const parsed = parseVersion(version);
    if (parsed !== undefined) {
      versions.set(name, parsed);
      continue;
    }
    const message =
      version === ''
        ? t('Bundle {0} of package {1} has no version: oc-mirror v2 refuses the catalog', name, owner.name)
        : t(
            'Bundle {0} of package {1} has version {2}, which is none by semver: oc-mirror v2 refuses the catalog',
            name,
            owner.name,
            version,
          );
    problems.push(makeProblem('catalog', message, { package: owner.name, bundle: name }, { refused: true }));
  }
  return versions;
}

function defaultChannelOf(
  owner: CatalogPackage,
  named: readonly CatalogChannel[],
  wanted: PackageFilter | undefined,
  problems: SelectionProblem[],
): string {
  if (wanted === undefined || !owner.declared) return owner.defaultChannel;
  const chosen = wanted.defaultChannel || owner.defaultChannel;
  const names = named.map(({ name }) => name);
  if (chosen !== '' && !names.includes(chosen)) {
    const message = defaultChannelMessage(owner, chosen, wanted.defaultChannel !== '', names.length > 0);
    const about = { package: owner.name, channel: chosen };
    problems.push(makeProblem('default-channel', message, about, { refused: true, suggestions: names }));
  }
  return chosen;
}

function defaultChannelMessage(
  owner: CatalogPackage,
  chosen: string,
  isSet: boolean,
  isAny: boolean,
): string {
  const { name } = owner;
  if (!isAny) {
    return t(
      'No channel of {0} is selected, not even its default channel {1}: oc-mirror v2 refuses this',
      name,
      chosen,
    );
  }
  if (isSet) {
    return t(
      'defaultChannel of {0} is {1}, which is not selected: oc-mirror v2 refuses this; set it to a channel that is',
      name,
      chosen,
    );
  }
  return owner.channels.some((channel) => channel.name === chosen)
    ? t(
        'The default channel of {0}, {1}, is not selected: oc-mirror v2 refuses this; set defaultChannel to one that is',
        name,
        chosen,
      )
    : t(
        'The catalog says that the default channel of {0} is {1}, and has no such channel: oc-mirror v2 refuses this; set defaultChannel to one that is there',
        name,
        chosen,
      );
}

function finishPackage(
  { owner, defaultChannel, channels, left, names }: FilteredPackage,
  filter: CatalogFilter,
  hasChannels: boolean,
): { readonly owner: CatalogPackage; readonly dangling: readonly Deprecation[] } {
  const isKept = (name: string) => names?.has(name) ?? (filter.keeps === 'whole' || !hasChannels);
  const inChannels = channelNames(left);
  const bundles = withoutRepeats(owner.bundles, filter.keeps === 'head' && hasChannels)
    .filter(({ name }) => isKept(name))
    .map((bundle) => withChannels(bundle, inChannels.get(bundle.name) ?? noChannels));
  const bundleNames = new Set(bundles.map(({ name }) => name));
  const leftNames = new Set(left.map(({ name }) => name));
  const named = new Set(channels.map(({ channel }) => channel.name));
  const deprecations: Deprecation[] = [];
  const dangling: Deprecation[] = [];
  for (const one of owner.deprecations) {
    const isThere =
      one.schema === 'olm.bundle'
        ? (names?.has(one.name) ?? bundleNames.has(one.name))
        : one.schema !== 'olm.channel' || leftNames.has(one.name);
    const isSeen = one.schema === 'olm.bundle' ? names !== undefined : named.size > 0 && !named.has(one.name);
    if (isThere) deprecations.push(one);
    else if (!isSeen) dangling.push(one);
  }
  return { owner: { ...owner, defaultChannel, channels: left, bundles, deprecations }, dangling };
}

const noChannels: readonly string[] = [];

function withChannels(bundle: CatalogBundle, channels: readonly string[]): CatalogBundle {
  const isSame =
    bundle.channels.length === channels.length &&
    bundle.channels.every((name, index) => name === channels[index]);
  return isSame ? bundle : { ...bundle, channels };
}

/** Of bundles with one name the library keeps the first. */
function withoutRepeats(bundles: readonly CatalogBundle[], applies: boolean): readonly CatalogBundle[] {
  if (!applies) return bundles;
  const seen = new Set<string>();
  return bundles.filter(({ name }) => !seen.has(name) && seen.add(name) !== undefined);
}
