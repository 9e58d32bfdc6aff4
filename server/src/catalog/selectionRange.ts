import { t } from '../base/sentences.ts';
import { listed } from '../base/words.ts';
import type { CatalogChannel, CatalogPackage } from './model.ts';
import { makeProblem, type SelectionProblem } from './selectionProblem.ts';
import { compareVersions, type Version, versionText } from './version.ts';
import { lowerBound, satisfies, takesPrereleases, type VersionConstraint } from './versionConstraint.ts';

/** A channel in which a range found nothing. */
export interface EmptyRange {
  readonly owner: CatalogPackage;
  readonly channel: CatalogChannel;
  /** In words. */
  readonly range: string;
  readonly constraint: VersionConstraint;
  /** Of the bundles of the package, by name. */
  readonly versions: ReadonlyMap<string, Version>;
  /** It is the default channel of the catalog: then oc-mirror v2 refuses the selection, else it drops the channel. */
  readonly isDefault: boolean;
  /** The range is the channel's own, and not one that the package has for all of its channels. */
  readonly isOwn: boolean;
}

/** As many versions as a sentence can name. */
const mostNamed = 6;

/**
 * What is said of a range that finds nothing: with the versions that there are, and the `minVersion` that finds those which are only
 * there as pre-releases. Undefined where a package's range leaves an old channel behind, as it is meant to.
 */
export function emptyRange(empty: EmptyRange): SelectionProblem | undefined {
  const { owner, channel, range, constraint, isDefault, isOwn } = empty;
  const versions = versionsIn(empty);
  const minimum = minimumOfPrereleases(constraint, versions);
  if (!isDefault && !isOwn && minimum === undefined) return undefined;
  const names = versions.map(versionText);
  const places = [channel.name, owner.name, range] as const;
  const cause =
    names.length === 0
      ? t('Channel {0} of package {1} has no bundles, so that the range {2} finds nothing.', ...places)
      : minimum !== undefined
        ? t(
            'Channel {0} of package {1} has only pre-releases in the range {2}, such as {3}, and a range takes those when it names one itself: minVersion {4} finds them.',
            ...places,
            names[0] ?? '',
            minimum,
          )
        : names.length <= mostNamed
          ? t(
              'Channel {0} of package {1} has no version in the range {2}; it has {3}.',
              ...places,
              listed(names),
            )
          : t(
              'Channel {0} of package {1} has no version in the range {2}; of its {4} versions the newest are {3}.',
              ...places,
              listed(names.slice(0, mostNamed)),
              names.length,
            );
  const consequence = isDefault
    ? t('It is the default channel, and oc-mirror v2 refuses to leave it empty.')
    : t('oc-mirror v2 drops the channel without a word.');
  return makeProblem(
    'empty-range',
    `${cause} ${consequence}`,
    { package: owner.name, channel: channel.name },
    {
      severity: isDefault ? 'error' : 'warning',
      refused: isDefault,
      suggestions: minimum === undefined ? names.slice(0, mostNamed) : [minimum],
    },
  );
}

/** The versions of a channel, the newest first, each once. */
function versionsIn({ channel, versions }: EmptyRange): Version[] {
  const found = new Map<string, Version>();
  for (const { name } of channel.entries) {
    const version = versions.get(name);
    if (version !== undefined) found.set(versionText(version), version);
  }
  return [...found.values()].sort((a, b) => compareVersions(b, a));
}

/** The `minVersion` with which the range finds pre-releases that it passes over; undefined where it passes over none. */
function minimumOfPrereleases(
  constraint: VersionConstraint,
  versions: readonly Version[],
): string | undefined {
  if (takesPrereleases(constraint)) return undefined;
  const alternatives = constraint.alternatives.map((one) => ({ ...one, takesPrereleases: true }));
  const lowest = lowerBound(constraint);
  const minimum = lowest === undefined ? '0.0.0-0' : `${lowest.numbers.join('.')}-0`;
  // `>=4.8.0` itself is above 4.8.0-rc.1, `>=4.8.0-0` is not.
  const isAbove = (version: Version) =>
    lowest === undefined || compareVersions(version, { ...lowest, prerelease: ['0'] }) >= 0;
  const upper = alternatives.map((one) => ({
    ...one,
    comparisons: one.comparisons.filter(({ operator }) => operator !== '>='),
  }));
  return versions.some((version) => isAbove(version) && satisfies({ alternatives: upper }, version))
    ? minimum
    : undefined;
}
