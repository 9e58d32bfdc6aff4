import { repositoryOf } from '../../documents/imageReference.ts';
import type { MappingPair } from '../../documents/mapping.ts';
import { isCatalogIndex } from '../../workspace/catalogIndex.ts';
import { originalsOf, redirectOf } from '../../workspace/redirects.ts';
import { redirectAllFix, redirectFix, type Wanted } from '../redirectFix.ts';
import type { Fix, RuleContext } from '../rule.ts';
import { wantedInFile } from './wantedInFile.ts';

/** What `isRedirectedByTag` asks, for `reads`: nothing that changes while there is no mirror set for tags. */
export function tagRedirectsKey({ snapshot }: RuleContext): unknown {
  const { mirrorSets } = snapshot;
  return mirrorSets.tagged.size === 0 ? undefined : mirrorSets;
}

/** True when an ImageTagMirrorSet redirects pulls of a pair's image by tag, wherever that leads. */
export function isRedirectedByTag(pair: MappingPair, { snapshot }: RuleContext): boolean {
  if (snapshot.mirrorSets.tagged.size === 0) return false;
  const originals = originalsOf(pair, snapshot.provenance);
  return (
    originals.length > 0 &&
    originals.every((repository) => redirectOf(snapshot.mirrorSets, repository).tag.length > 0)
  );
}

/**
 * The fixes that let pods which pull an image by tag find it at its destination: one for the image, and one for all
 * images of the file that `isPulledByTag` holds for.
 */
export function tagRedirectFixes(
  rule: string,
  pairs: readonly MappingPair[],
  context: RuleContext,
  isPulledByTag: (pair: MappingPair) => boolean,
): Fix[] {
  const [first] = pairs.flatMap((pair) => wantedOf(pair, context));
  const own = first && redirectFix(first, 0, context);
  if (own === undefined) return [];
  const all = wantedInFile(rule, context, (pair) =>
    isPulledByTag(pair) && !isRedirectedByTag(pair, context) ? wantedOf(pair, context) : [],
  );
  const title = `Redirect all ${all.length} repositories of this file that are pulled by tag`;
  return [own, ...redirectAllFix(title, all, 0, context)];
}

function wantedOf(pair: MappingPair, { snapshot, path }: RuleContext): Wanted[] {
  const { parsed } = pair.destination;
  if (!parsed.ok || parsed.reference.transport !== 'registry' || parsed.reference.registry === '') return [];
  if (isCatalogIndex(pair, snapshot, path)) return [];
  const mirrors = [repositoryOf(parsed.reference)];
  return originalsOf(pair, snapshot.provenance).map((source) => ({ source, mirrors, by: 'tag' as const }));
}
