import { columnsOf, padded } from '../../base/columns.ts';
import { t } from '../../base/sentences.ts';
import { inClauses, listed, oneLine } from '../../base/words.ts';
import type { CatalogDifference, PackageDifference } from '../../catalog/difference.ts';
import { differenceLines } from '../../catalog/differenceLines.ts';
import { speakingBundle } from '../../catalog/front.ts';
import { headOf } from '../../catalog/graph.ts';
import {
  type Catalog,
  type CatalogBundle,
  type CatalogPackage,
  channelOf,
  deprecationOf,
} from '../../catalog/model.ts';
import { newestFirst } from '../../catalog/version.ts';
import { parseReference } from '../../documents/imageReference.ts';

/** A package as `catalog list --format json` gives it: users' scripts depend on every name here. */
export interface ListedPackage {
  readonly name: string;
  readonly defaultChannel: string;
  /** For people; empty where the catalog does not say. */
  readonly displayName: string;
  readonly provider: string;
  /** Of the head of the default channel; empty where that has none. */
  readonly version: string;
  readonly channels: readonly { readonly name: string; readonly head: string | null }[];
  readonly bundles: number;
}

export function listedCatalog({ packages }: Catalog): { readonly packages: readonly ListedPackage[] } {
  return {
    packages: packages.map((owner) => {
      const { name, defaultChannel, channels, bundles } = owner;
      const bundle = speakingBundle(owner);
      return {
        name,
        defaultChannel,
        displayName: bundle?.about?.displayName ?? '',
        provider: bundle?.about?.provider ?? '',
        version: versionOfHead(owner, defaultChannel),
        channels: channels.map((channel) => ({ name: channel.name, head: headOf(channel) ?? null })),
        bundles: bundles.length,
      };
    }),
  };
}

function versionOfHead(owner: CatalogPackage, channelName: string): string {
  const channel = channelOf(owner, channelName);
  const head = channel && headOf(channel);
  return owner.bundles.find(({ name }) => name === head)?.version ?? '';
}

/** All packages, a line for each. */
export function listText(catalog: Catalog): string {
  const { packages } = listedCatalog(catalog);
  const rows = packages.map(({ name, defaultChannel, displayName, provider, version }) => [
    name,
    defaultChannel,
    version,
    displayName !== '' && provider !== '' ? t('{0} by {1}', displayName, provider) : displayName,
  ]);
  const bundles = packages.reduce((sum, one) => sum + one.bundles, 0);
  return `${table([[t('PACKAGE'), t('DEFAULT CHANNEL'), t('VERSION'), t('WHAT IT IS')], ...rows])}\n${sums(packages.length, bundles)}\n`;
}

function sums(packages: number, bundles: number): string {
  if (packages === 1) return bundles === 1 ? t('1 package, 1 bundle') : t('1 package, {0} bundles', bundles);
  return t('{0} packages, {1} bundles', packages, bundles);
}

/** Packages with all their channels and versions. */
export function showText(packages: readonly CatalogPackage[]): string {
  return packages.map(packageText).join('\n');
}

function packageText(owner: CatalogPackage): string {
  const about = speakingBundle(owner)?.about;
  const facts = [
    [t('name'), about?.displayName ?? ''],
    [t('provider'), about?.provider ?? ''],
    [t('default channel'), owner.defaultChannel],
    [t('deprecated'), deprecationOf(owner, 'olm.package') ?? ''],
  ].filter(([, value]) => value !== '');
  const channels = owner.channels.map((channel) => {
    const deprecated = deprecationOf(owner, 'olm.channel', channel.name);
    return [
      `  ${channel.name}`,
      headOf(channel) ?? t('no head'),
      channel.entries.length === 1 ? t('1 version') : t('{0} versions', channel.entries.length),
      notes([
        channel.name === owner.defaultChannel ? t('default') : '',
        deprecated === undefined ? '' : t('deprecated: {0}', deprecated),
      ]),
    ];
  });
  const heads = headsByBundle(owner);
  const versions = [...owner.bundles]
    .sort((a, b) => newestFirst(a.version, b.version) || (a.name < b.name ? 1 : -1))
    .map((bundle) => versionRow(bundle, owner, heads));
  const head = speakingBundle(owner);
  const images = head === undefined ? [] : imageRows(head);
  return [
    `${oneLine(owner.name)}\n`,
    table(facts.map(([name = '', value = '']) => [`  ${name}`, value])),
    `${t('channels')}\n`,
    table(channels),
    `${t('versions, the newest first')}\n`,
    table(versions),
    ...(head === undefined ? [] : [`${t('images of {0}', oneLine(head.name))}\n`, table(images)]),
  ].join('');
}

function headsByBundle({ channels }: CatalogPackage): Map<string, string[]> {
  const heads = new Map<string, string[]>();
  for (const channel of channels) {
    const head = headOf(channel);
    if (head !== undefined) heads.set(head, [...(heads.get(head) ?? []), channel.name]);
  }
  return heads;
}

function versionRow(
  bundle: CatalogBundle,
  owner: CatalogPackage,
  heads: ReadonlyMap<string, readonly string[]>,
): string[] {
  const headOfChannels = heads.get(bundle.name) ?? [];
  const images = imagesOf(bundle);
  const byTag = images.filter(isByTag).length;
  const deprecated = deprecationOf(owner, 'olm.bundle', bundle.name);
  return [
    `  ${bundle.version === '' ? t('no version') : bundle.version}`,
    bundle.name,
    images.length === 1 ? t('1 image') : t('{0} images', images.length),
    notes([
      headOfChannels.length === 0 ? '' : t('head of {0}', listed(headOfChannels)),
      headOfChannels.includes(owner.defaultChannel) ? t('default') : '',
      bundle.channels.length === 0 ? t('in no channel') : '',
      byTag === 0 ? '' : t('{0} by tag', byTag),
      deprecated === undefined ? '' : deprecated === '' ? t('deprecated') : t('deprecated: {0}', deprecated),
    ]),
  ];
}

function imageRows(bundle: CatalogBundle): string[][] {
  const names = new Map(bundle.relatedImages.map(({ name, image }) => [image, name]));
  return imagesOf(bundle).map((image) => {
    const what = image === bundle.image ? t('the bundle') : (names.get(image) ?? '');
    // What is long comes last.
    return [`  ${notes([what, isByTag(image) ? t('by tag') : ''])}`, image];
  });
}

/** The bundle image first, each once. */
function imagesOf({ image, relatedImages }: CatalogBundle): string[] {
  return [...new Set([image, ...relatedImages.map((related) => related.image)])].filter((one) => one !== '');
}

function isByTag(image: string): boolean {
  const parsed = parseReference(image);
  return parsed.ok && parsed.reference.digest === undefined;
}

function notes(all: readonly string[]): string {
  return inClauses(all.filter((note) => note !== ''));
}

/** What came, what went, and what is another one. */
export function differenceText({ packages: { added, removed, changed } }: CatalogDifference): string {
  if (added.length + removed.length + changed.length === 0) return `${t('Nothing differs.')}\n`;
  return [
    ...added.map((name) => `+ ${oneLine(name)}\n`),
    ...removed.map((name) => `- ${oneLine(name)}\n`),
    ...changed.map(changeText),
  ].join('');
}

function changeText(change: PackageDifference): string {
  return `~ ${oneLine(change.name)}\n${differenceLines(change)
    .map((line) => `    ${oneLine(line)}\n`)
    .join('')}`;
}

/** The longest text that a column makes room for. */
const widest = 60;

/** Rows with their columns under each other; texts of others are made fit for a terminal. */
export function table(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(cell));
  const widths: number[] = [];
  for (const row of cells) {
    for (const [column, text] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, Math.min(columnsOf(text), widest));
    }
  }
  return cells
    .map(
      (row) =>
        `${row
          .map((text, column) => padded(text, widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** A cell begins with blanks where the row belongs to what stands above it. */
function cell(text: string): string {
  const indent = text.startsWith('  ') ? '  ' : '';
  return `${indent}${oneLine(text)}`;
}
