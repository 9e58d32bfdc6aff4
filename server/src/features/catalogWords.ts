import { bold, code, prose } from '../base/markdown.ts';
import { memo } from '../base/memo.ts';
import { t } from '../base/sentences.ts';
import { inRow, paragraph } from '../base/words.ts';
import { frontOf, speakingBundle } from '../catalog/front.ts';
import { headOf } from '../catalog/graph.ts';
import {
  type Catalog,
  type CatalogBundle,
  type CatalogChannel,
  type CatalogPackage,
  deprecationOf,
} from '../catalog/model.ts';
import { newestFirst } from '../catalog/version.ts';
import { type ImageSizes, sizeWords, unsized } from './imageSizes.ts';

/** What people want to know of a package in a line, worked out once for a catalog. */
export interface PackageSummary {
  readonly owner: CatalogPackage;
  /** Its name for people; empty where it has none. */
  readonly title: string;
  readonly provider: string;
  readonly newest: string;
}

/** The packages of a catalog by their names, in their order. */
export const packageSummaries: (catalog: Catalog) => ReadonlyMap<string, PackageSummary> = memo(
  ({ packages }) => new Map(packages.map((owner) => [owner.name, summaryOf(owner)])),
);

function summaryOf(owner: CatalogPackage): PackageSummary {
  const { speaking, newest } = frontOf(owner);
  const about = speaking?.about;
  return { owner, title: about?.displayName ?? '', provider: about?.provider ?? '', newest };
}

/** The versions of a package, or of one of its channels, the newest first, each once. */
export function versionsOf(owner: CatalogPackage, channel?: CatalogChannel): string[] {
  const names = channel && new Set(channel.entries.map(({ name }) => name));
  const versions = owner.bundles.flatMap(({ name, version }) =>
    version === '' || names?.has(name) === false ? [] : [version],
  );
  return [...new Set(versions)].sort(newestFirst);
}

/** The version of the head of a channel; empty where there is none. */
export function headVersion(owner: CatalogPackage, channel: CatalogChannel): string {
  const head = headOf(channel);
  return owner.bundles.find(({ name }) => name === head)?.version ?? '';
}

/** Longer descriptions are cut: a hover is no page. */
const longestDescription = 300;

/** Markdown: what a package is. */
export function describePackage({ owner, title, provider, newest }: PackageSummary): string {
  const facts = [
    ...(provider === '' ? [] : [t('Provided by {0}.', prose(provider))]),
    ...(owner.defaultChannel === '' ? [] : [t('Default channel: {0}.', code(owner.defaultChannel))]),
    ...(newest === '' ? [] : [t('Newest version: {0}.', code(newest))]),
  ];
  return paragraphs([
    title === '' ? bold(code(owner.name)) : `${bold(code(owner.name))} ${prose(title)}`,
    deprecated(deprecationOf(owner, 'olm.package')),
    descriptionOf(owner),
    paragraph(facts),
  ]);
}

function descriptionOf(owner: CatalogPackage): string {
  const about = speakingBundle(owner)?.about;
  const text = about?.annotations.get('description') || owner.description || about?.description || '';
  const line = text.replace(/\s+/g, ' ').trim();
  return prose(line.length > longestDescription ? `${line.slice(0, longestDescription)}…` : line);
}

/** Markdown: what a channel is. */
export function describeChannel(owner: CatalogPackage, channel: CatalogChannel): string {
  const versions = versionsOf(owner, channel);
  const head = headVersion(owner, channel);
  const facts = [
    ...(channel.name === owner.defaultChannel ? [t('The default channel.')] : []),
    ...(head === '' ? [] : [t('Its head is {0}.', code(head))]),
    versions.length === 1 ? t('1 version.') : t('{0} versions.', versions.length),
  ];
  return paragraphs([
    `${bold(code(channel.name))} ${t('channel of {0}', code(owner.name))}`,
    deprecated(deprecationOf(owner, 'olm.channel', channel.name)),
    paragraph(facts),
    inRow(versions.slice(0, mostVersions).map(code)),
  ]);
}

const mostVersions = 10;

/** Markdown: what a version is, and how large where somebody knows. */
export function describeBundle(
  owner: CatalogPackage,
  bundle: CatalogBundle,
  sizes: ImageSizes = unsized([bundle]),
): string {
  return paragraphs([
    `${bold(code(bundle.version))} ${code(bundle.name)}`,
    deprecated(deprecationOf(owner, 'olm.bundle', bundle.name)),
    bundle.channels.length === 0 ? '' : t('In {0}.', inRow(bundle.channels.map(code))),
    t('{0}.', sizeWords(sizes)),
  ]);
}

function deprecated(message: string | undefined): string {
  return message === undefined ? '' : t('Deprecated: {0}', prose(message));
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
