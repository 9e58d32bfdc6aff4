import { t } from '../base/sentences.ts';
import { listed, oneLine } from '../base/words.ts';
import { clusterRequirements } from '../catalog/clusterRequirements.ts';
import { dependenciesOf, wordsOf } from '../catalog/dependencies.ts';
import { speakingBundle } from '../catalog/front.ts';
import { headOf } from '../catalog/graph.ts';
import {
  type Catalog,
  type CatalogBundle,
  type CatalogChannel,
  type CatalogPackage,
  channelOf,
  deprecationOf,
} from '../catalog/model.ts';
import { packageProblems } from '../catalog/validity.ts';
import { newestFirst } from '../catalog/version.ts';
import { parseReference } from '../documents/imageReference.ts';
import type {
  OperatorAnswer,
  OperatorDependency,
  OperatorImage,
  OperatorQuestion,
} from '../protocol/operator.ts';
import { iconAddress } from './catalogIcon.ts';
import { graphAnswer } from './upgradeGraphAnswer.ts';

/** The longest text of an operator that a page has room for. */
const longestText = 50_000;
/** Names in a list of keywords or maintainers. */
const mostNames = 50;

/** What a page says of a package of a catalog. */
export function operatorAnswer(
  { catalog: name, package: packageName, version, channel }: OperatorQuestion,
  catalog: Catalog,
  owner: CatalogPackage,
): OperatorAnswer {
  const bundle = shownBundle(owner, version);
  const about = bundle?.about ?? speakingBundle(owner)?.about;
  const annotation = (key: string) => about?.annotations.get(key) ?? '';
  const graphChannel = shownChannel(owner, bundle, channel);
  const capability = capabilityOf(annotation('capabilities'));
  const icon = iconAddress(owner.icon);
  return {
    catalog: name,
    package: packageName,
    displayName: oneLine(about?.displayName ?? '') || packageName,
    provider: oneLine(about?.provider ?? ''),
    ...(icon === undefined ? {} : { icon }),
    summary: oneLine(annotation('description')).slice(0, longestText),
    description: (about?.description || owner.description).slice(0, longestText),
    version: bundle === undefined ? '' : labelOf(bundle),
    bundle: bundle?.name ?? '',
    versions: [...owner.bundles]
      .sort((a, b) => newestFirst(a.version, b.version))
      .map((one) => ({ version: labelOf(one), bundle: one.name })),
    warnings: warningsOf(owner, bundle),
    requirements: bundle === undefined ? [] : clusterRequirements(bundle),
    ...(capability === undefined ? {} : { capability }),
    installModes: about?.installModes ?? [],
    categories: splitNames(annotation('categories')),
    keywords: (about?.keywords ?? []).map(oneLine).slice(0, mostNames),
    links: linksOf(about?.links ?? [], annotation('repository')),
    maintainers: (about?.maintainers ?? []).slice(0, mostNames),
    channels: owner.channels.map((one) => {
      const deprecated = deprecationOf(owner, 'olm.channel', one.name);
      return {
        name: one.name,
        isDefault: one.name === owner.defaultChannel,
        head: labelIn(owner, headOf(one)),
        versions: one.entries.length,
        ...(deprecated === undefined ? {} : { deprecated }),
      };
    }),
    ...(graphChannel === undefined ? {} : { graph: graphAnswer(owner, graphChannel) }),
    dependencies: bundle === undefined ? [] : dependencyAnswers(bundle, catalog),
    provides: bundle?.provides ?? [],
    images: bundle === undefined ? [] : imagesOf(bundle),
  };
}

function shownBundle(owner: CatalogPackage, version: string | undefined): CatalogBundle | undefined {
  const named =
    version === undefined
      ? undefined
      : owner.bundles.find((bundle) => bundle.name === version || bundle.version === version);
  return named ?? speakingBundle(owner);
}

/** The one that is named, else the default channel where it has the version, else one that has it. */
function shownChannel(
  owner: CatalogPackage,
  bundle: CatalogBundle | undefined,
  named: string | undefined,
): CatalogChannel | undefined {
  const found = named === undefined ? undefined : channelOf(owner, named);
  if (found !== undefined) return found;
  const defaultChannel = channelOf(owner, owner.defaultChannel);
  const [first = ''] = bundle?.channels ?? [];
  if (defaultChannel !== undefined && (first === '' || bundle?.channels.includes(defaultChannel.name)))
    return defaultChannel;
  return channelOf(owner, first) ?? defaultChannel ?? owner.channels[0];
}

function labelOf({ name, version }: CatalogBundle): string {
  return version === '' ? name : version;
}

function labelIn(owner: CatalogPackage, name: string | undefined): string {
  if (name === undefined) return '';
  const bundle = owner.bundles.find((one) => one.name === name);
  return bundle === undefined ? name : labelOf(bundle);
}

/** Problems of a package that a page has room for. */
const mostProblems = 20;

function warningsOf(owner: CatalogPackage, bundle: CatalogBundle | undefined): string[] {
  const ofPackage = deprecationOf(owner, 'olm.package');
  const ofBundle = bundle && deprecationOf(owner, 'olm.bundle', bundle.name);
  return [
    ...(ofPackage === undefined ? [] : [t('The package is deprecated: {0}', oneLine(ofPackage))]),
    ...(ofBundle === undefined
      ? []
      : [
          t('Version {0} is deprecated: {1}', bundle === undefined ? '' : labelOf(bundle), oneLine(ofBundle)),
        ]),
    ...packageProblems(owner)
      .slice(0, mostProblems)
      .map(({ message }) => oneLine(message)),
  ];
}

const capabilityLevels = [
  'Basic Install',
  'Seamless Upgrades',
  'Full Lifecycle',
  'Deep Insights',
  'Auto Pilot',
];

/** https://sdk.operatorframework.io/docs/overview/operator-capabilities/ */
function capabilityOf(text: string): OperatorAnswer['capability'] {
  const wanted = text.toLowerCase().replaceAll(/[^a-z]/g, '');
  const index = capabilityLevels.findIndex((name) => name.toLowerCase().replaceAll(' ', '') === wanted);
  const name = capabilityLevels[index];
  return name === undefined ? undefined : { level: index + 1, name };
}

function splitNames(text: string): string[] {
  return text
    .split(',')
    .map(oneLine)
    .filter((name) => name !== '')
    .slice(0, mostNames);
}

/** The repository is one more link, unless it is among them. */
function linksOf(
  links: readonly { readonly name: string; readonly url: string }[],
  repository: string,
): OperatorAnswer['links'] {
  const all = links.map(({ name, url }) => ({ name: oneLine(name) || oneLine(url), url: url.trim() }));
  const known = all.some(({ url }) => url.replace(/\/$/, '') === repository.replace(/\/$/, ''));
  const more = repository === '' || known ? [] : [{ name: t('Source code'), url: repository.trim() }];
  return [...all, ...more].filter(({ url }) => url !== '').slice(0, mostNames);
}

function dependencyAnswers(bundle: CatalogBundle, catalog: Catalog): OperatorDependency[] {
  return dependenciesOf(bundle, catalog).map(({ needs, requirement, providers }) => {
    if (needs === undefined) {
      const words = requirement.type === 'olm.constraint' ? requirement.value : requirement.type;
      return {
        needs: t('a constraint: {0}', oneLine(words)),
        provided: t('A catalog alone does not tell whether it is met.'),
        providers: [],
      };
    }
    const packages = providers.map((one) => one.package);
    const [first] = providers;
    return {
      needs: oneLine(wordsOf(needs)),
      provided:
        first === undefined
          ? t('Nothing in this catalog provides it.')
          : first.package === bundle.package
            ? t('The package itself provides it.')
            : providers.length === 1
              ? t('Package {0} provides it, up to version {1}.', first.package, first.version)
              : t(
                  '{0} packages provide it: {1}.',
                  providers.length,
                  listed(packages.slice(0, mostProviders)),
                ),
      providers: packages.filter((one) => one !== bundle.package).slice(0, mostProviders),
    };
  });
}

const mostProviders = 8;

/** The bundle image first, each image once, with the names that the catalog has for it. */
function imagesOf(bundle: CatalogBundle): OperatorImage[] {
  const names = new Map<string, string[]>();
  if (bundle.image !== '') names.set(bundle.image, [t('the bundle')]);
  for (const { name, image } of bundle.relatedImages) {
    if (image === '') continue;
    const known = names.get(image);
    const word = oneLine(name);
    if (known === undefined) names.set(image, word === '' ? [] : [word]);
    else if (image !== bundle.image && word !== '' && !known.includes(word)) known.push(word);
  }
  return [...names].map(([image, words]) => {
    const parsed = parseReference(image);
    return { image, name: words.join(', '), pinned: parsed.ok && parsed.reference.digest !== undefined };
  });
}
