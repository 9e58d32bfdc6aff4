import { memoByName } from '../base/memo.ts';
import { folderOf } from '../base/paths.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import { findPullRule } from '../documents/pullRules.ts';
import { hostInFolder } from './mirrorPlaces.ts';
import type { MirrorSets } from './mirrorSets.ts';
import type { NodeRegistry } from './nodeRegistries.ts';

/** How a pod names an image: nodes use other mirrors for each. */
export type PullKind = 'digest' | 'tag';

/** Where nodes are sent for a repository because of mirror sets. */
export interface Redirect {
  /** The table that decides; undefined when none holds for the repository. */
  readonly registry: NodeRegistry | undefined;
  /** Repositories, `HOST/PATH`, in the order in which a node tries them. */
  readonly digest: readonly string[];
  readonly tag: readonly string[];
}

/** Worked out once for a repository: a mapping.txt has many lines of each. */
export const redirectOf: (sets: MirrorSets, repository: string) => Redirect = memoByName(findRedirect);

function findRedirect(sets: MirrorSets, repository: string): Redirect {
  const found = findPullRule(sets.rules, repository);
  const registry = found && sets.tables.get(found.rule.prefix);
  if (found === undefined || registry === undefined) return { registry: undefined, digest: [], tag: [] };
  const rest = repository.slice(found.length);
  const below = (mirrors: readonly string[]) => mirrors.map((mirror) => `${mirror}${rest}`);
  return { registry, digest: below(registry.digestMirrors), tag: below(registry.tagMirrors) };
}

/**
 * True when mirror sets are meant for the images at a destination: one in the folder of the mapping.txt has mirrors
 * in the same registry, or one elsewhere has them in the same namespace of it. What else is copied to a registry,
 * pods may name there directly.
 */
export function areMeantFor(
  sets: MirrorSets,
  { registry, repository }: ImageReference,
  mappingPath: string,
): boolean {
  const { hostsInFolders, namespaces } = sets.places;
  const [namespace = ''] = repository.split('/', 1);
  return (
    hostsInFolders.has(hostInFolder(registry, folderOf(mappingPath))) ||
    namespaces.has(registry) ||
    namespaces.has(`${registry}/${namespace}`)
  );
}

/** The sources that have exactly this repository for a mirror. */
export function sourcesWithMirror(sets: MirrorSets, mirror: string): readonly string[] {
  return sets.places.sources.get(mirror) ?? [];
}
