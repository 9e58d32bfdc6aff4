import { prose } from '../base/markdown.ts';
import { t } from '../base/sentences.ts';
import { listed } from '../base/words.ts';
import { bundlesChosen, channelsOf } from '../catalog/choosing.ts';
import { dependenciesMissing, type Need, wordsOf } from '../catalog/dependencies.ts';
import { speakingBundle } from '../catalog/front.ts';
import { headOf } from '../catalog/graph.ts';
import { type CatalogBundle, type CatalogPackage, deprecationOf } from '../catalog/model.ts';
import type { PackageSelection } from '../catalog/selection.ts';
import { newestFirst } from '../catalog/version.ts';
import type { ChannelRow, ImageRow, PackageRow, VersionRow } from '../protocol/catalogs.ts';
import { iconAddress } from './catalogIcon.ts';
import { describeBundle, describeChannel, describePackage, packageSummaries } from './catalogWords.ts';
import { imagesOf } from './imageSizes.ts';

/** A package as the list of a catalog shows it. */
export function packageRow(owner: CatalogPackage): PackageRow {
  const bundle = speakingBundle(owner);
  const icon = iconAddress(owner.icon);
  return {
    name: owner.name,
    title: bundle?.about?.displayName ?? '',
    version: bundle?.version ?? '',
    badges: [
      ...badge(deprecationOf(owner, 'olm.package') !== undefined, t('deprecated')),
      ...bundleBadges(owner, bundle),
    ],
    ...(icon === undefined ? {} : { icon }),
  };
}

/** The channels of a package, the default one first, each with its versions, the newest first. */
export function channelRows(owner: CatalogPackage, chosen: PackageSelection | undefined): ChannelRow[] {
  const names = new Set(channelsOf(owner, chosen).map(({ name }) => name));
  const kept = bundlesChosen(owner, chosen);
  const bundles = new Map(owner.bundles.map((bundle) => [bundle.name, bundle]));
  const seen = new Set<string>();
  return owner.channels
    .filter(({ name }) => !seen.has(name) && seen.add(name))
    .toSorted((a, b) => Number(b.name === owner.defaultChannel) - Number(a.name === owner.defaultChannel))
    .map((channel): ChannelRow => {
      const head = headOf(channel);
      const chosenHere = kept.get(channel.name);
      const versions = channel.entries
        .flatMap(({ name }) => bundles.get(name) ?? [])
        .sort((a, b) => newestFirst(a.version, b.version))
        .map((bundle): VersionRow => {
          const isDeprecated = deprecationOf(owner, 'olm.bundle', bundle.name) !== undefined;
          return {
            bundle: bundle.name,
            version: bundle.version,
            isHead: bundle.name === head,
            badges: [...badge(isDeprecated, t('deprecated')), ...bundleBadges(owner, bundle)],
            isChosen: chosenHere?.has(bundle.name) === true,
          };
        });
      return {
        name: channel.name,
        isDefault: channel.name === owner.defaultChannel,
        head: versions.find(({ isHead }) => isHead)?.version ?? '',
        badges: badge(deprecationOf(owner, 'olm.channel', channel.name) !== undefined, t('deprecated')),
        isChosen: names.has(channel.name),
        versions,
      };
    });
}

/** The images of a bundle, its own first, each once. */
export function imageRows({ image, relatedImages }: CatalogBundle): ImageRow[] {
  const names = new Map<string, string>();
  if (image !== '') names.set(image, '');
  for (const related of relatedImages) {
    if (related.image !== '' && (names.get(related.image) ?? '') === '')
      names.set(related.image, related.name);
  }
  return [...names].map(([reference, name]) => ({
    reference,
    name: reference === image ? t('the bundle') : name,
    isByTag: isByTag(reference),
  }));
}

/** Markdown for a package, or for a channel or a bundle of it; undefined where it has none of this name. */
export function catalogTooltip(
  owner: CatalogPackage,
  { channel, bundle }: { readonly channel?: string | undefined; readonly bundle?: string | undefined },
): string | undefined {
  if (bundle !== undefined) {
    const found = owner.bundles.find(({ name }) => name === bundle);
    return found && [describeBundle(owner, found), ...bundleNotes(owner, found)].join('\n\n');
  }
  if (channel !== undefined) {
    const found = owner.channels.find(({ name }) => name === channel);
    return found && describeChannel(owner, found);
  }
  const summary = packageSummaries({ packages: [owner], others: [], problems: [] }).get(owner.name);
  const speaking = speakingBundle(owner);
  const kinds = [...new Set(speaking?.provides.map(({ kind }) => kind))].slice(0, mostKinds);
  return (
    summary &&
    [
      describePackage(summary),
      ...(kinds.length === 0 ? [] : [t('It brings {0}.', prose(listed(kinds)))]),
      ...(speaking === undefined ? [] : bundleNotes(owner, speaking)),
    ].join('\n\n')
  );
}

const mostKinds = 12;

function bundleNotes(owner: CatalogPackage, bundle: CatalogBundle): string[] {
  const byTag = imageRows(bundle).filter((row) => row.isByTag).length;
  const needs = needsBesides(owner, bundle).map((need) => prose(wordsOf(need)));
  return [
    ...(byTag === 0
      ? []
      : [
          byTag === 1
            ? t('1 image is by tag: no digest mirror serves it.')
            : t('{0} images are by tag: no digest mirror serves them.', byTag),
        ]),
    ...(needs.length === 0 ? [] : [t('It needs {0}.', listed(needs))]),
  ];
}

function bundleBadges(owner: CatalogPackage, bundle: CatalogBundle | undefined): string[] {
  if (bundle === undefined) return [];
  return [
    ...badge(imagesOf([bundle]).size > 0 && imageRows(bundle).some((row) => row.isByTag), t('by tag')),
    ...badge(needsBesides(owner, bundle).length > 0, t('needs others')),
  ];
}

/** What a bundle needs that it does not bring itself. */
function needsBesides(owner: CatalogPackage, bundle: CatalogBundle): Need[] {
  if (bundle.requires.length === 0) return [];
  const alone = { packages: [{ ...owner, bundles: [bundle] }], others: [], problems: [] };
  return dependenciesMissing(alone, alone).map(({ needs }) => needs);
}

function isByTag(image: string): boolean {
  return !image.includes('@');
}

function badge(isThere: boolean, words: string): string[] {
  return isThere ? [words] : [];
}
