import { listed, shortName } from '../base/words.ts';
import type { MappingPair } from '../documents/mappingLine.ts';
import type { CatalogPulls, KnownCatalogs } from './knownCatalogs.ts';
import { originalsOf } from './originals.ts';
import type { Provenance } from './provenance.ts';

/** What tells how pods pull images: a `Snapshot`. */
export interface NamedPullFiles {
  readonly catalogs: KnownCatalogs;
  readonly provenance: Provenance;
}

/** How the catalogs that are open name the image of a mapping's pair. Nothing where none of them names its repository. */
export interface NamedPull {
  /** The catalogs by which pods pull it by the tag, in words; undefined where none says so. */
  readonly byTag: string | undefined;
  /** True where a catalog names it by its digest, and none by the tag: then no pod of an operator pulls the tag. */
  readonly byDigestOnly: boolean;
}

const nothing: NamedPull = { byTag: undefined, byDigestOnly: false };

/** @param tag the one by which pods may pull it */
export function namedPull(
  pair: MappingPair,
  tag: string,
  { catalogs, provenance }: NamedPullFiles,
): NamedPull {
  if (catalogs.all.length === 0 || !pair.source.parsed.ok) return nothing;
  const { digest } = pair.source.parsed.reference;
  const pulls = originalsOf(pair, provenance).flatMap((repository) => catalogs.pullsOf(repository) ?? []);
  const byTag = pulls.filter((one) => one.byTag(tag));
  if (byTag.length > 0) return { byTag: namesOf(byTag), byDigestOnly: false };
  return {
    byTag: undefined,
    byDigestOnly: digest !== undefined && pulls.some((one) => one.byDigest(digest)),
  };
}

function namesOf(pulls: readonly CatalogPulls[]): string {
  return listed([...new Set(pulls.flatMap(({ names }) => names))].map(shortName));
}
