import type { ImageSetChannel, ImageSetOperator, ImageSetPackage } from '../documents/imageSet.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import { type Catalog, packageOf } from './model.ts';
import type { ChannelSelection, OperatorSelection } from './selection.ts';

/** What an entry of `operators` wants of its catalog. What of it is a template counts as not written. */
export function selectionOf({ full, packages }: ImageSetOperator): OperatorSelection {
  return {
    full,
    packages: packages.map((wanted) => ({
      ...channelSelection(wanted),
      defaultChannel: textOf(wanted.defaultChannel),
      channels: wanted.channels.map(channelSelection),
    })),
  };
}

/** The channels that a package selects from by name: those that it names and the catalog has, or without any all of them. */
export function channelsOf({ name, channels }: ImageSetPackage, catalog: Catalog): string[] {
  const there = packageOf(catalog, textOf(name))?.channels.map((channel) => channel.name) ?? [];
  const named = new Set(channels.map((channel) => textOf(channel.name)));
  return [...new Set(there)].filter((one) => named.size === 0 || named.has(one));
}

function channelSelection({ name, minVersion, maxVersion }: ImageSetChannel): ChannelSelection {
  return { name: textOf(name), minVersion: textOf(minVersion), maxVersion: textOf(maxVersion) };
}

function textOf(scalar: YamlScalar | undefined): string {
  return scalar?.value ?? '';
}
