import { type Position, type Range, touches } from '../base/range.ts';
import { type CatalogBundle, channelOf, packageOf } from '../catalog/model.ts';
import { type ImageSetChannel, type ImageSetOperator, isImageSet } from '../documents/imageSet.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import type { Facts } from '../workspace/facts.ts';
import { describeBundle, describeChannel, describePackage, packageSummaries } from './catalogWords.ts';

/** Markdown for a package, a channel or a version of an ImageSetConfiguration, from the catalog that it is in. */
export function imageSetHover(
  { path, content }: WorkspaceFile,
  facts: Facts,
  position: Position,
): { readonly range: Range; readonly text: string } | undefined {
  if (content.type !== 'yaml') return undefined;
  for (const resource of content.yaml.resources) {
    if (!isImageSet(resource)) continue;
    for (const operator of resource.operators) {
      const found = namedAt(operator, position);
      if (found === undefined) continue;
      const text = describe(operator, found, facts, path);
      return text === undefined ? undefined : { range: found.scalar.range, text };
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
  { catalog }: ImageSetOperator,
  { what, scalar, packageName, channelName }: Named,
  facts: Facts,
  path: string,
): string | undefined {
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
  return bundle && describeBundle(owner, bundle);
}
