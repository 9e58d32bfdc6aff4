import { t } from '../base/sentences.ts';
import { listed, nearestOf, paragraph } from '../base/words.ts';
import { missingDependencies } from './dependencies.ts';
import { type Catalog, type CatalogPackage, packageOf } from './model.ts';
import {
  type CatalogFilter,
  type Filtered,
  type FilteredChannel,
  filterCatalog,
  type PackageFilter,
} from './selectionFilter.ts';
import { imageProblems } from './selectionImages.ts';
import { makeProblem, type SelectionProblem } from './selectionProblem.ts';
import { packageProblems } from './validity.ts';
import { parseVersion } from './version.ts';
import { parseLooseVersion, satisfies } from './versionConstraint.ts';

/** What is wanted of one catalog: an entry of `mirror.operators` in an ImageSetConfiguration, or what somebody has ticked. */
export interface OperatorSelection {
  /** All of the named packages, or of the catalog; else the heads of channels and what ranges find. */
  readonly full: boolean;
  /** None: all packages. */
  readonly packages: readonly PackageSelection[];
}

export interface PackageSelection {
  readonly name: string;
  /** Empty: the catalog's own. */
  readonly defaultChannel?: string | undefined;
  readonly minVersion?: string | undefined;
  readonly maxVersion?: string | undefined;
  /** None: all channels. */
  readonly channels?: readonly ChannelSelection[] | undefined;
  /** Names of bundles, to be left alone; none: no choice by bundle. */
  readonly bundles?: readonly string[] | undefined;
}

export interface ChannelSelection {
  readonly name: string;
  readonly minVersion?: string | undefined;
  readonly maxVersion?: string | undefined;
}

/** A catalog as a selection leaves it. */
export interface Selection {
  /** Its bundles and packages name the channels that are left. What can be selected is there, also where `refused`. */
  readonly catalog: Catalog;
  /** True where oc-mirror v2 ends with an error and mirrors nothing; the problems say why. */
  readonly refused: boolean;
  readonly problems: readonly SelectionProblem[];
}

/**
 * Selects from a catalog exactly what oc-mirror v2 selects, and says what it does not: what gets lost on the way, and what is
 * needed besides. In one thing the catalog is another than oc-mirror's: no deprecation is left of what is gone, because `opm`
 * refuses such a catalog. Never throws; takes time in proportion to the catalog.
 */
export function selectFrom(catalog: Catalog, wanted: OperatorSelection): Selection {
  const configuration = configurationProblems(wanted);
  if (wanted.full && wanted.packages.length === 0) {
    return selection(catalog, [...configuration, ...imageProblems(catalog)]);
  }
  const filtered = filterCatalog(catalog, filterOf(wanted));
  return selection(filtered.catalog, [
    ...configuration,
    ...unknownNames(catalog, wanted),
    // What is no version is told already.
    ...filtered.problems.filter(({ code }) => code !== 'version'),
    ...defaultChannelsGone(filtered),
    ...filtered.channels.flatMap(offChain),
    ...(wanted.full ? filtered.catalog.packages.flatMap(unsound) : filtered.channels.flatMap(withoutBundle)),
    ...danglingDeprecations(filtered),
    ...imageProblems(filtered.catalog),
    ...missingDependencies(filtered.catalog, catalog),
  ]);
}

function selection(catalog: Catalog, found: readonly SelectionProblem[]): Selection {
  const messages = new Set<string>();
  const problems = found.filter(({ message }) => !messages.has(message) && messages.add(message));
  if (!problems.some((problem) => problem.refused)) problems.push(...nothingLeft(catalog));
  return { catalog, refused: problems.some((problem) => problem.refused), problems };
}

/** The filter that oc-mirror v2 makes of an entry of `operators`. */
export function filterOf({ full, packages }: OperatorSelection): CatalogFilter {
  return {
    full,
    keeps: 'head',
    packages: packages.map(
      ({
        name,
        defaultChannel = '',
        minVersion,
        maxVersion,
        channels = [],
        bundles = [],
      }): PackageFilter => ({
        name,
        defaultChannel,
        range: rangeOf(minVersion, maxVersion),
        channels: channels.map((one) => ({ name: one.name, range: rangeOf(one.minVersion, one.maxVersion) })),
        bundles,
      }),
    ),
  };
}

function rangeOf(minVersion = '', maxVersion = ''): string {
  return paragraph([
    ...(minVersion === '' ? [] : [`>=${minVersion}`]),
    ...(maxVersion === '' ? [] : [`<=${maxVersion}`]),
  ]);
}

/** What oc-mirror v2 refuses before it has read any catalog. */
export function configurationProblems({ packages }: OperatorSelection): SelectionProblem[] {
  const refuse = (message: string, place: { package: string; channel?: string }) =>
    makeProblem('configuration', message, place, { refused: true });
  const problems: SelectionProblem[] = [];
  const seen = new Set<string>();
  for (const { name, minVersion, maxVersion, channels = [] } of packages) {
    const place = { package: name };
    if (name === '') problems.push(refuse(t('A package has no name: oc-mirror v2 refuses it'), place));
    else if (seen.has(name)) {
      problems.push(refuse(t('Package {0} is there twice: oc-mirror v2 refuses it', name), place));
    }
    seen.add(name);
    problems.push(...versionProblems(minVersion, maxVersion, place));
    const seenChannels = new Set<string>();
    for (const channel of channels) {
      const here = { package: name, channel: channel.name };
      if (channel.name === '') {
        problems.push(refuse(t('A channel of package {0} has no name: oc-mirror v2 refuses it', name), here));
      } else if (seenChannels.has(channel.name)) {
        problems.push(
          refuse(
            t('Channel {0} of package {1} is there twice: oc-mirror v2 refuses it', channel.name, name),
            here,
          ),
        );
      }
      seenChannels.add(channel.name);
      problems.push(...versionProblems(channel.minVersion, channel.maxVersion, here));
    }
    const isRanged = channels.some((one) => rangeOf(one.minVersion, one.maxVersion) !== '');
    if (isRanged && rangeOf(minVersion, maxVersion) !== '') {
      problems.push(
        refuse(
          t(
            'Package {0} has a range of its own and one in a channel: oc-mirror v2 refuses both together',
            name,
          ),
          place,
        ),
      );
    }
  }
  return problems;
}

function versionProblems(
  minVersion = '',
  maxVersion = '',
  place: { package: string; channel?: string },
): SelectionProblem[] {
  const refuse = (message: string, bound: 'minVersion' | 'maxVersion') =>
    makeProblem('version', message, { ...place, bound }, { refused: true });
  const isVersion = (text: string) => text === '' || parseLooseVersion(text) !== undefined;
  const problems: SelectionProblem[] = [];
  if (!isVersion(minVersion)) {
    problems.push(
      refuse(t('minVersion {0} is no version: oc-mirror v2 refuses it', minVersion), 'minVersion'),
    );
  }
  if (!isVersion(maxVersion)) {
    problems.push(
      refuse(t('maxVersion {0} is no version: oc-mirror v2 refuses it', maxVersion), 'maxVersion'),
    );
  }
  return problems;
}

/** For so many unknown names the nearest known one is looked for. */
const mostNearest = 100;
/** As many names as a sentence can hold. */
const mostNamed = 8;

function unknownNames(catalog: Catalog, { packages }: OperatorSelection): SelectionProblem[] {
  const names = catalog.packages.map(({ name }) => name);
  let looked = 0;
  const nearest = (name: string, known: readonly string[]) =>
    looked++ < mostNearest ? nearestOf(name, known) : undefined;
  return packages.flatMap(({ name, channels = [], bundles = [] }) => {
    const owner = packageOf(catalog, name);
    if (owner !== undefined) {
      return [...unknownChannels(owner, channels, nearest), ...unknownBundles(owner, bundles, nearest)];
    }
    if (name === '') return [];
    const near = nearest(name, names);
    const message =
      near === undefined
        ? t('Package {0} is not in this catalog: oc-mirror v2 drops it without a word', name)
        : t(
            'Package {0} is not in this catalog, which has {1}: oc-mirror v2 drops it without a word',
            name,
            near,
          );
    return [
      makeProblem(
        'unknown-package',
        message,
        { package: name },
        { suggestions: near === undefined ? [] : [near] },
      ),
    ];
  });
}

type Nearest = (name: string, known: readonly string[]) => string | undefined;

function unknownChannels(
  owner: CatalogPackage,
  channels: readonly ChannelSelection[],
  nearest: Nearest,
): SelectionProblem[] {
  const names = [...new Set(owner.channels.map(({ name }) => name))];
  const known = new Set(names);
  return channels.flatMap(({ name }) => {
    if (known.has(name) || name === '') return [];
    const near = nearest(name, names);
    const message =
      near !== undefined
        ? t('Package {0} has no channel {1}; it has {2}', owner.name, name, near)
        : names.length === 0
          ? t('Package {0} has no channel {1}, nor any other', owner.name, name)
          : names.length <= mostNamed
            ? t('Package {0} has no channel {1}; its channels are {2}', owner.name, name, listed(names))
            : t(
                'Package {0} has no channel {1}; among its {3} channels are {2}',
                owner.name,
                name,
                listed(names.slice(0, mostNamed)),
                names.length,
              );
    const suggestions = near === undefined ? names.slice(0, mostNamed) : [near];
    return [makeProblem('unknown-channel', message, { package: owner.name, channel: name }, { suggestions })];
  });
}

function unknownBundles(
  owner: CatalogPackage,
  bundles: readonly string[],
  nearest: Nearest,
): SelectionProblem[] {
  if (bundles.length === 0) return [];
  const names = owner.bundles.map(({ name }) => name);
  const known = new Set(names);
  return bundles.flatMap((name) => {
    if (known.has(name)) return [];
    const near = nearest(name, names);
    const message =
      near === undefined
        ? t('Package {0} has no bundle {1}', owner.name, name)
        : t('Package {0} has no bundle {1}; it has {2}', owner.name, name, near);
    const suggestions = near === undefined ? [] : [near];
    return [makeProblem('unknown-bundle', message, { package: owner.name, bundle: name }, { suggestions })];
  });
}

/** A default channel that a range has emptied, where the configuration had set another than the catalog's. */
function defaultChannelsGone({ catalog, problems, channels }: Filtered): SelectionProblem[] {
  const named = new Set(channels.map(({ owner, channel }) => `${owner.name}\n${channel.name}`));
  const ranged = new Set(
    channels.flatMap(({ owner, constraint }) => (constraint === undefined ? [] : [owner.name])),
  );
  const refused = new Set(
    problems.filter((one) => one.refused).map((one) => `${one.package}\n${one.channel}`),
  );
  return catalog.packages.flatMap((owner) => {
    const { name, defaultChannel } = owner;
    const key = `${name}\n${defaultChannel}`;
    const left = owner.channels.map((one) => one.name);
    if (defaultChannel === '' && left.length === 0 && ranged.has(name)) {
      const message = t(
        'Nothing is left of package {0}: its range finds nothing in any of its channels',
        name,
      );
      return [makeProblem('empty-range', message, { package: name })];
    }
    if (left.includes(defaultChannel) || !named.has(key) || refused.has(key)) return [];
    const message = t(
      'Package {0} is left without its default channel {1}, in which the range finds nothing: opm refuses such a catalog',
      name,
      defaultChannel,
    );
    return [
      makeProblem(
        'default-channel',
        message,
        { package: name, channel: defaultChannel },
        { suggestions: left },
      ),
    ];
  });
}

/** Versions in the range that the selection does not reach from the head of the channel. */
function offChain({ owner, channel, constraint, range, kept }: FilteredChannel): SelectionProblem[] {
  if (constraint === undefined) return [];
  const inChannel = new Set(channel.entries.map(({ name }) => name));
  const lost = owner.bundles.filter(({ name, version }) => {
    if (kept.has(name) || !inChannel.has(name)) return false;
    const parsed = parseVersion(version);
    return parsed !== undefined && satisfies(constraint, parsed);
  });
  if (lost.length === 0) return [];
  const names = lost.map(({ name }) => name);
  const places = [range, channel.name, owner.name] as const;
  const message =
    names.length === 1
      ? t(
          '{3} is in the range {0} and gets lost: no chain of replaces leads to it in channel {1} of package {2}',
          ...places,
          names[0] ?? '',
        )
      : t(
          '{4} bundles are in the range {0} and get lost, because no chain of replaces leads to them in channel {1} of package {2}: {3}',
          ...places,
          listed(names.slice(0, mostNamed)),
          names.length,
        );
  const place = { package: owner.name, channel: channel.name, bundle: names[0] };
  return [
    makeProblem('off-chain', message, place, { severity: 'warning', suggestions: names.slice(0, mostNamed) }),
  ];
}

/** Entries that are kept and have no bundle: `opm` refuses the catalog. */
function withoutBundle({ owner, channel, kept }: FilteredChannel): SelectionProblem[] {
  const bundles = new Set(owner.bundles.map(({ name }) => name));
  return channel.entries.flatMap(({ name }) => {
    if (!kept.has(name) || bundles.has(name)) return [];
    const message = t(
      '{0} is selected in channel {1} of package {2} and has no bundle in the catalog: opm refuses what is left',
      name,
      channel.name,
      owner.name,
    );
    const place = { package: owner.name, channel: channel.name, bundle: name };
    return [makeProblem('catalog', message, place)];
  });
}

/** What is wrong with a package that is taken as it is: nobody looks before `opm` does. */
function unsound(owner: CatalogPackage): SelectionProblem[] {
  return packageProblems(owner).map(({ message, channel, bundle }) => {
    const place = { package: owner.name, channel, bundle };
    return makeProblem(
      'catalog',
      t('{0}: oc-mirror v2 mirrors it all the same, and opm refuses what it made', message),
      place,
    );
  });
}

function danglingDeprecations({ dangling }: Filtered): SelectionProblem[] {
  return dangling.map(({ package: owner, deprecation }) => {
    const message =
      deprecation.schema === 'olm.channel'
        ? t(
            'Channel {0} of package {1} is deprecated and not selected: oc-mirror v2 leaves the deprecation in its catalog, which opm then refuses',
            deprecation.name,
            owner,
          )
        : t(
            'Bundle {0} of package {1} is deprecated and not selected: oc-mirror v2 leaves the deprecation in its catalog, which opm then refuses',
            deprecation.name,
            owner,
          );
    const place = {
      package: owner,
      ...(deprecation.schema === 'olm.channel'
        ? { channel: deprecation.name }
        : { bundle: deprecation.name }),
    };
    return makeProblem('deprecation', message, place);
  });
}

function nothingLeft({ packages }: Catalog): SelectionProblem[] {
  if (packages.some(({ bundles }) => bundles.length > 0)) return [];
  const message = t('Nothing of this catalog is selected: oc-mirror v2 ends with "no related images found"');
  return [makeProblem('nothing', message, {}, { refused: true })];
}
