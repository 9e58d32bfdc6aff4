import { t } from '../base/sentences.ts';
import { inRow, listed } from '../base/words.ts';
import { headsOf, replacesChain, strandedEntries } from './graph.ts';
import {
  type Catalog,
  type CatalogChannel,
  type CatalogPackage,
  type CatalogProblem,
  channelOf,
  type Deprecation,
} from './model.ts';
import { saidProblem } from './readProblem.ts';
import { parseVersionRange } from './versionRange.ts';

/**
 * What is wrong with a catalog: what its reader found, and what its documents say together. `opm validate` refuses a catalog
 * exactly where one of the problems is an error, and stops at its first; here are all of them. A SQLite index is held to the same,
 * although nobody validates those.
 */
export function validity(catalog: Catalog): CatalogProblem[] {
  return [...catalog.problems.map(saidProblem), ...catalog.packages.flatMap(packageProblems)];
}

/** The problems that one package has by itself, without those of its reader: for a package that is looked at or selected. */
export function packageProblems(owner: CatalogPackage): CatalogProblem[] {
  // Readers say of each document that it names no package.
  if (owner.name === '') return [];
  const messages = [
    ...packageMessages(owner).map((message) => ({ message })),
    ...repeatedChannels(owner),
    ...owner.channels.flatMap((channel) =>
      channelMessages(channel, owner).map((message) => ({ message, channel: channel.name })),
    ),
    ...bundleProblems(owner),
    ...deprecationMessages(owner).map((message) => ({ message })),
  ];
  return messages.map((problem) => ({ severity: 'error', package: owner.name, ...problem }));
}

function packageMessages(owner: CatalogPackage): string[] {
  const { name, declared, channels, defaultChannel } = owner;
  if (!declared) {
    return [t('Nothing declares package {0}, and channels, bundles or deprecations are of it', name)];
  }
  if (channels.length === 0) return [t('Package {0} has no channel', name)];
  if (defaultChannel === '') return [t('Package {0} has no default channel', name)];
  return channelOf(owner, defaultChannel) === undefined
    ? [t('Package {0} has no channel {1}, which is its default channel', name, defaultChannel)]
    : [];
}

function repeatedChannels({ name, channels }: CatalogPackage) {
  return repeated(channels.map((channel) => channel.name)).map((channel) => ({
    message: t('Package {0} has channel {1} twice', name, channel),
    channel,
  }));
}

function channelMessages(channel: CatalogChannel, { name: owner, bundles }: CatalogPackage): string[] {
  const { name, entries } = channel;
  if (entries.length === 0) return [t('Channel {0} of package {1} has no entry', name, owner)];
  const known = new Set(bundles.map((bundle) => bundle.name));
  const absent = entries.filter((entry) => !known.has(entry.name)).map((entry) => entry.name);
  return [
    ...repeated(entries.map((entry) => entry.name)).map((entry) =>
      t('Channel {0} of package {1} has entry {2} twice', name, owner, entry),
    ),
    ...[...new Set(absent)].map((entry) =>
      t('Channel {0} of package {1} has entry {2}, and there is no such bundle', name, owner, entry),
    ),
    ...entries.flatMap((entry) => [
      ...(entry.skipRange === '' || parseVersionRange(entry.skipRange) !== undefined
        ? []
        : [
            t(
              'skipRange {0} of {1} in channel {2} is no range of versions',
              entry.skipRange,
              entry.name,
              name,
            ),
          ]),
      ...(entry.skips.includes('') ? [t('{0} in channel {1} skips an empty name', entry.name, name)] : []),
    ]),
    ...graphMessages(channel, owner),
  ];
}

/** More names in one sentence help nobody. */
const mostNames = 10;

function graphMessages(channel: CatalogChannel, owner: string): string[] {
  const { name } = channel;
  const heads = headsOf(channel);
  const [head] = heads;
  if (head === undefined) {
    return [
      t(
        'Channel {0} of package {1} has no head: each entry is replaced or skipped by another one',
        name,
        owner,
      ),
    ];
  }
  if (heads.length > 1) {
    return [t('Channel {0} of package {1} has {2} heads: {3}', name, owner, heads.length, someOf(heads))];
  }
  const { cycle } = replacesChain(channel, head, true);
  if (cycle.length > 0) {
    return [
      t('Channel {0} of package {1} goes in a circle: {2}', name, owner, cycle.slice(0, 20).join(' → ')),
    ];
  }
  const stranded = strandedEntries(channel);
  if (stranded.length === 0) return [];
  return [
    stranded.length === 1
      ? t('Channel {0} of package {1} has an entry that nothing upgrades: {2}', name, owner, someOf(stranded))
      : t(
          'Channel {0} of package {1} has {2} entries that nothing upgrades: {3}',
          name,
          owner,
          stranded.length,
          someOf(stranded),
        ),
  ];
}

function someOf(names: readonly string[]): string {
  return names.length <= mostNames ? listed(names) : `${inRow(names.slice(0, mostNames))}, …`;
}

function bundleProblems({ name: owner, bundles }: CatalogPackage) {
  const inNone = bundles.filter(({ channels }) => channels.length === 0);
  const byVersion = new Map<string, Set<string>>();
  for (const { name, version, channels } of bundles) {
    if (version === '' || channels.length === 0) continue;
    const named = byVersion.get(version);
    if (named === undefined) byVersion.set(version, new Set([name]));
    else named.add(name);
  }
  return [
    ...repeated(bundles.map(({ name }) => name)).map((bundle) => ({
      message: t('Package {0} has bundle {1} twice', owner, bundle),
      bundle,
    })),
    ...inNone.map(({ name }) => ({
      message: t('No channel of package {0} has bundle {1}', owner, name),
      bundle: name,
    })),
    ...[...byVersion]
      .filter(([, names]) => names.size > 1)
      .map(([version, names]) => ({
        message: t('Package {0} has version {1} more than once: {2}', owner, version, someOf([...names])),
      })),
  ];
}

function deprecationMessages(owner: CatalogPackage): string[] {
  const { name, deprecations } = owner;
  const channels = new Set(owner.channels.map((channel) => channel.name));
  const bundles = new Set(owner.bundles.map((bundle) => bundle.name));
  const problemOf = (one: Deprecation): string[] => {
    switch (one.schema) {
      case 'olm.package':
        return one.name === ''
          ? []
          : [t('The deprecation of package {0} names {1}, and must have no name', name, one.name)];
      case 'olm.channel':
        return channels.has(one.name)
          ? []
          : [t('Package {0} deprecates channel {1}, which it does not have', name, one.name)];
      case 'olm.bundle':
        return bundles.has(one.name)
          ? []
          : [t('Package {0} deprecates bundle {1}, which it does not have', name, one.name)];
      default:
        return [
          t('Package {0} deprecates {1} of schema {2}, which nobody knows', name, one.name, one.schema),
        ];
    }
  };
  return [
    ...deprecations.flatMap(problemOf),
    ...repeated(deprecations.map((one) => `${one.schema} ${one.name}`.trim())).map((what) =>
      t('Package {0} deprecates {1} twice', name, what),
    ),
  ];
}

/** What comes more than once, each once. */
function repeated(names: readonly string[]): string[] {
  const seen = new Set<string>();
  const again = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) again.add(name);
    seen.add(name);
  }
  return [...again];
}
