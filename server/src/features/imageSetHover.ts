import { prose } from '../base/markdown.ts';
import { type Position, type Range, touches } from '../base/range.ts';
import { t } from '../base/sentences.ts';
import { type CatalogBundle, channelOf, packageOf } from '../catalog/model.ts';
import { type ImageSetChannel, type ImageSetOperator, isImageSet } from '../documents/imageSet.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import type { Facts } from '../workspace/facts.ts';
import { describeBundle, describeChannel, describePackage, packageSummaries } from './catalogWords.ts';
import { imageSetParts, type SelectedPart, selectedBy } from './imageSetParts.ts';
import { sizesOf, sizeWords } from './imageSizes.ts';

/** Markdown for a package, a channel or a version of an ImageSetConfiguration, from the catalog that it is in. */
export function imageSetHover(
  file: WorkspaceFile,
  facts: Facts,
  position: Position,
): { readonly range: Range; readonly text: string } | undefined {
  const { path, content } = file;
  if (content.type !== 'yaml') return undefined;
  for (const resource of content.yaml.resources) {
    if (!isImageSet(resource)) continue;
    for (const operator of resource.operators) {
      const found = namedAt(operator, position);
      if (found === undefined) continue;
      const text = describe(operator, found, facts, path);
      if (text === undefined) return undefined;
      const note = selectionNote(file, found, facts);
      return { range: found.scalar.range, text: note === '' ? text : `${text}\n\n${note}` };
    }
  }
  return undefined;
}

interface Named {
  readonly what: 'package' | 'channel' | 'version';
  readonly scalar: YamlScalar;
  readonly packageName: string;
  /** Where a version is in a channel; empty in the package itself. */
  readonly channelName: string;
}

function namedAt({ packages }: ImageSetOperator, position: Position): Named | undefined {
  for (const owner of packages) {
    const packageName = owner.name?.value ?? '';
    const channels = owner.channels.flatMap((channel) =>
      scalarsOf(channel, 'channel', channel.name?.value ?? ''),
    );
    const defaultChannel =
      owner.defaultChannel === undefined ? [] : [['channel', owner.defaultChannel, ''] as const];
    for (const [what, scalar, channelName] of [
      ...scalarsOf(owner, 'package', ''),
      ...defaultChannel,
      ...channels,
    ]) {
      if (touches(scalar.range, position)) return { what, scalar, packageName, channelName };
    }
  }
  return undefined;
}

function scalarsOf(
  { name, minVersion, maxVersion }: ImageSetChannel,
  what: 'package' | 'channel',
  channel: string,
): (readonly [Named['what'], YamlScalar, string])[] {
  return [
    ...(name === undefined ? [] : [[what, name, channel] as const]),
    ...(minVersion === undefined ? [] : [['version', minVersion, channel] as const]),
    ...(maxVersion === undefined ? [] : [['version', maxVersion, channel] as const]),
  ];
}

function describe(
  operator: ImageSetOperator,
  { what, scalar, packageName, channelName }: Named,
  facts: Facts,
  path: string,
): string | undefined {
  const { catalog } = operator;
  const fact = catalog === undefined ? undefined : facts.catalog(catalog.value, path);
  const owner = fact?.state === 'known' ? packageOf(fact.value, packageName) : undefined;
  if (fact?.state !== 'known' || owner === undefined) return undefined;
  if (what === 'package') {
    const summary = packageSummaries(fact.value).get(packageName);
    return summary && describePackage(summary);
  }
  if (what === 'channel') {
    const channel = channelOf(owner, scalar.value);
    return channel && describeChannel(owner, channel);
  }
  const named = owner.bundles.filter(({ version }) => version === scalar.value.replace(/^v/, ''));
  const isInChannel = ({ channels }: CatalogBundle) => channelName === '' || channels.includes(channelName);
  const bundle = named.find(isInChannel) ?? named[0];
  return (
    bundle &&
    describeBundle(
      owner,
      bundle,
      sizesOf(bundle, () => [bundle], facts, path),
    )
  );
}

/** Behind what a package is: what of it is selected here. */
function selectionNote(file: WorkspaceFile, { what, scalar }: Named, facts: Facts): string {
  const part = what === 'package' ? imageSetParts(file).find(({ name }) => name === scalar) : undefined;
  const selected = part && selectedBy(part, facts, file.path);
  return selected?.state === 'known' ? describeSelected(selected) : '';
}

/** What an entry selects, for a hover on the name of its catalog; empty where nobody knows. */
export function catalogNote(file: WorkspaceFile, facts: Facts, position: Position): string {
  const part = imageSetParts(file).find(
    ({ name, package: wanted }) => wanted === undefined && touches(name.range, position),
  );
  const selected = part && selectedBy(part, facts, file.path);
  if (selected === undefined) return '';
  if (selected.state === 'pending') return t('The catalog is being opened; hover again in a moment.');
  if (selected.state !== 'known') return t('The catalog is not known: {0}', prose(selected.reason));
  const count = selected.catalog.packages.length;
  const has = count === 1 ? t('The catalog has 1 package.') : t('The catalog has {0} packages.', count);
  return `${has} ${describeSelected(selected)}`;
}

function describeSelected({ bundles, sizes }: SelectedPart): string {
  return bundles.length === 1
    ? t('Selected here: 1 bundle, {0}.', sizeWords(sizes))
    : t('Selected here: {0} bundles, {1}.', bundles.length, sizeWords(sizes));
}
