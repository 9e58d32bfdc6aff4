import { memo } from '../base/memo.ts';
import { registryOf } from '../documents/imageReference.ts';
import type { MirrorSets } from './mirrorSets.ts';

/** Which registries mirror sets bring images to, and which they keep nodes from. */
export interface MirrorHosts {
  /** All mirrors, as the entries have them. */
  readonly mirrors: ReadonlySet<string>;
  /** `HOST[:PORT]` of mirrors. */
  readonly ofMirrors: ReadonlySet<string>;
  /** `HOST[:PORT]` of sources. */
  readonly ofSources: ReadonlySet<string>;
}

/** The hosts of all entries, also of those that nodes do not get. Whoever asks whether a registry is one of mirrors asks here. */
export const mirrorHostsOf: (sets: MirrorSets) => MirrorHosts = memo(({ groups }) => {
  const mirrors = new Set<string>();
  const ofSources = new Set<string>();
  for (const { source, entries } of groups.values()) {
    ofSources.add(registryOf(source));
    for (const { entry } of entries) for (const { value } of entry.mirrors) mirrors.add(value);
  }
  return { mirrors, ofMirrors: new Set([...mirrors].map(registryOf)), ofSources };
});
