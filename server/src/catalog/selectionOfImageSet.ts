import type { ImageSetChannel, ImageSetOperator } from '../documents/imageSet.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
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

function channelSelection({ name, minVersion, maxVersion }: ImageSetChannel): ChannelSelection {
  return { name: textOf(name), minVersion: textOf(minVersion), maxVersion: textOf(maxVersion) };
}

function textOf(scalar: YamlScalar | undefined): string {
  return scalar?.value ?? '';
}
