import { repositoryOf } from '../../documents/imageReference.ts';
import type { MappingPair } from '../../documents/mapping.ts';
import { isCatalogIndex } from '../../workspace/catalogIndex.ts';
import { type LikelyRegistry, likelyRegistries, repositoryBehindHop } from '../../workspace/hop.ts';
import { originalsOf, redirectOf } from '../../workspace/redirects.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
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
  if (first === undefined) return guessedFixes(rule, pairs, context, isPulledByTag);
  const own = redirectFix(first, 0, context);
  if (own === undefined) return [];
  const all = wantedInFile(rule, context, (pair) =>
    isPulledByTag(pair) && !isRedirectedByTag(pair, context) ? wantedOf(pair, context) : [],
  );
  const title = `Redirect all ${all.length} repositories of this file that are pulled by tag`;
  return [own, ...redirectAllFix(title, all, 0, context)];
}

/** The same where no mapping.txt tells where the images came from: with the registries that are likely. */
function guessedFixes(
  rule: string,
  pairs: readonly MappingPair[],
  context: RuleContext,
  isPulledByTag: (pair: MappingPair) => boolean,
): Fix[] {
  const [guess] = pairs.flatMap((pair) => guessOf(pair, context) ?? []);
  if (guess === undefined) return [];
  const single = guess.likely.flatMap(({ registry, confirmed }) => {
    const fix = redirectFix(wantedFrom(guess, registry), 0, context);
    if (fix === undefined) return [];
    const proof = confirmed ? 'the tags of its images confirm it' : 'a guess';
    return [{ ...fix, id: `${fix.id} ${registry}`, title: `${fix.title} (${proof})` }];
  });
  const many = guess.likely.flatMap(({ registry }) => {
    const all = wantedInFile(`${rule} ${registry}`, context, (pair) =>
      isPulledByTag(pair) ? wantedLikely(pair, registry, context) : [],
    );
    const title = `Redirect all ${all.length} repositories of this file that are pulled by tag, from ${registry} where nothing tells`;
    return redirectAllFix(title, all, 0, context).map((fix) => ({ ...fix, id: `${fix.id} ${registry}` }));
  });
  return [...single, ...many];
}

function wantedLikely(pair: MappingPair, registry: string, context: RuleContext): Wanted[] {
  const guess = guessOf(pair, context);
  if (guess === undefined) return isRedirectedByTag(pair, context) ? [] : wantedOf(pair, context);
  const [confirmed, ...others] = guess.likely.filter((likely) => likely.confirmed);
  return [wantedFrom(guess, others.length === 0 ? (confirmed?.registry ?? registry) : registry)];
}

/** An image from a store of which nobody wrote down where it came from. */
interface Guess {
  /** What its repository is called below its registry. */
  readonly rest: string;
  readonly mirror: string;
  readonly likely: readonly LikelyRegistry[];
}

function guessOf(pair: MappingPair, { snapshot, path }: RuleContext): Guess | undefined {
  const mirror = mirrorOf(pair, snapshot, path);
  const { parsed } = pair.source;
  if (mirror === undefined || !parsed.ok || parsed.reference.transport !== 'file') return undefined;
  const stored = repositoryOf(parsed.reference).slice('file://'.length);
  if (snapshot.provenance.origin(stored).certainty !== 'unknown') return undefined;
  const prefixes = snapshot.mappingIndexes.flatMap((index) => index.indexRepository ?? []);
  const rest = repositoryBehindHop(stored, [mirror], prefixes);
  if (rest === undefined) return undefined;
  return { rest, mirror, likely: likelyRegistries(stored, rest, snapshot.mappingIndexes) };
}

function wantedFrom({ rest, mirror }: Guess, registry: string): Wanted {
  return { source: `${registry}/${rest}`, mirrors: [mirror], by: 'tag' };
}

function wantedOf(pair: MappingPair, { snapshot, path }: RuleContext): Wanted[] {
  const mirror = mirrorOf(pair, snapshot, path);
  if (mirror === undefined) return [];
  const mirrors = [mirror];
  return originalsOf(pair, snapshot.provenance).map((source) => ({ source, mirrors, by: 'tag' as const }));
}

/** The repository in a registry that a pair brings its image to; none for the catalog's own image. */
function mirrorOf(pair: MappingPair, snapshot: Snapshot, path: string): string | undefined {
  const { parsed } = pair.destination;
  if (!parsed.ok || parsed.reference.transport !== 'registry' || parsed.reference.registry === '')
    return undefined;
  return isCatalogIndex(pair, snapshot, path) ? undefined : repositoryOf(parsed.reference);
}
