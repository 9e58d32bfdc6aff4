import type { LogMark } from '../../base/changeLog.ts';
import { memo } from '../../base/memo.ts';
import { t } from '../../base/sentences.ts';
import { repositoryOf, withoutTransport } from '../../documents/imageReference.ts';
import type { MappingPair } from '../../documents/mappingLine.ts';
import { isAtHop, isInRegistry } from '../../documents/transport.ts';
import { repositoryBehindHop } from '../../pulls/hop.ts';
import type { MirroredRepository } from '../../pulls/machineConfigText.ts';
import { usualRoles } from '../../pulls/nodePools.ts';
import {
  hasNoTagRedirects,
  type TagRedirect,
  tagRedirectOf,
  tagRedirectTo,
} from '../../pulls/tagRedirects.ts';
import { isCatalogIndex } from '../../workspace/catalogIndex.ts';
import { likelyRegistries } from '../../workspace/knownRegistries.ts';
import { originalsOf } from '../../workspace/originals.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { machineConfigFix } from '../machineConfigFix.ts';
import { redirectAllFix, redirectFix, type Wanted } from '../redirectFix.ts';
import type { Fix, RuleContext } from '../rule.ts';
import { wantedInFile } from './wantedInFile.ts';

/** What `isRedirectedByTag` asks of all repositories, as one value for `reads`: nothing while nothing redirects pulls by tag. */
export function tagRedirectsKey({ snapshot }: RuleContext): unknown {
  return hasNoTagRedirects(snapshot) ? undefined : snapshot.nodePools;
}

/** What it asks of single ones, for `follows`. */
export function tagRedirectChanges({ snapshot }: RuleContext): readonly LogMark[] {
  return hasNoTagRedirects(snapshot) ? [] : [snapshot.mirrorSets.changes];
}

/** The pools whose nodes are sent to a mirror for pulls of a pair's image by tag, wherever that leads, and the others. */
export function tagRedirectOfPair(pair: MappingPair, { snapshot }: RuleContext): TagRedirect {
  if (hasNoTagRedirects(snapshot)) return notRedirected;
  const originals = originalsOf(pair, snapshot.provenance);
  const all = originals.map((repository) => tagRedirectOf(snapshot, repository));
  if (all.length === 0) return redirectToPlace(pair, snapshot);
  return {
    redirected: (all[0]?.redirected ?? []).filter((role) =>
      all.every(({ redirected }) => redirected.includes(role)),
    ),
    missing: usualRoles.filter((role) => all.some(({ missing }) => missing.includes(role))),
  };
}

const notRedirected: TagRedirect = { redirected: [], missing: usualRoles };

/** Somebody chose a source for an image of which no mapping.txt tells where it comes from. */
function redirectToPlace({ source, destination }: MappingPair, snapshot: Snapshot): TagRedirect {
  if (!source.parsed.ok || !destination.parsed.ok) return notRedirected;
  const from = source.parsed.reference;
  const to = destination.parsed.reference;
  if (!isAtHop(from) || !isInRegistry(to) || to.registry === '') return notRedirected;
  return tagRedirectTo(snapshot, from.repository, repositoryOf(to));
}

/** True when nodes of all pools are sent to a mirror for pulls of a pair's image by tag, wherever that leads. */
export function isRedirectedByTag(pair: MappingPair, context: RuleContext): boolean {
  return tagRedirectOfPair(pair, context).missing.length === 0;
}

/**
 * The fixes that let pods which pull an image by tag find it at its destination: one for the image, and one for all
 * images of the file that `isPulledByTag` holds for. Where the cluster may be older than ImageTagMirrorSet, a file of
 * MachineConfigs for all of them.
 */
export function tagRedirectFixes(
  rule: string,
  pairs: readonly MappingPair[],
  context: RuleContext,
  isPulledByTag: (pair: MappingPair) => boolean,
): Fix[] {
  const [first] = pairs.flatMap((pair) => wantedOf(pair, context));
  if (first === undefined) return guessedFixes(rule, pairs, context, isPulledByTag);
  const all = wantedInFile(rule, context, (pair) =>
    isPulledByTag(pair) && !isRedirectedByTag(pair, context) ? wantedOf(pair, context) : [],
  );
  const own = redirectFix(first, 0, context);
  const title = t('Redirect all {0} repositories of this file that are pulled by tag', all.length);
  const sets = own === undefined ? [] : [own, ...redirectAllFix(title, all, 0, context)];
  return [...sets, ...machineConfigFixes(all, context)];
}

function machineConfigFixes(wanted: readonly Wanted[], context: RuleContext, guess?: string): Fix[] {
  const fix = machineConfigFix(byRepository(wanted), context, guess);
  return fix === undefined ? [] : [fix];
}

/** Each repository once, with all its places. Each finding of a file asks it of the same list. */
const byRepository = memo((wanted: readonly Wanted[]): readonly MirroredRepository[] => {
  const all = new Map<string, Set<string>>();
  for (const { source, mirrors } of wanted) {
    const places = all.get(source) ?? new Set();
    for (const mirror of mirrors) places.add(mirror);
    all.set(source, places);
  }
  return [...all].map(([source, mirrors]) => ({ source, mirrors: [...mirrors] }));
});

/** The same where no mapping.txt tells where the images came from: with the registries that are likely. */
function guessedFixes(
  rule: string,
  pairs: readonly MappingPair[],
  context: RuleContext,
  isPulledByTag: (pair: MappingPair) => boolean,
): Fix[] {
  const [guess] = pairs.flatMap((pair) => guessOf(pair, context) ?? []);
  if (guess === undefined) return [];
  const single = guess.likely.flatMap((registry) => {
    const fix = redirectFix(wantedFrom(guess, registry), 0, context);
    if (fix === undefined) return [];
    return [{ ...fix, id: `${fix.id} ${registry}`, title: t('{0} (a guess)', fix.title) }];
  });
  const many = guess.likely.flatMap((registry) => {
    const all = wantedInFile(`${rule} ${registry}`, context, (pair) =>
      isPulledByTag(pair) && !isRedirectedByTag(pair, context) ? wantedLikely(pair, registry, context) : [],
    );
    const title = t(
      'Redirect all {0} repositories of this file that are pulled by tag, from {1} where nothing tells',
      all.length,
      registry,
    );
    const sets = redirectAllFix(title, all, 0, context);
    return [
      ...sets.map((fix) => ({ ...fix, id: `${fix.id} ${registry}` })),
      ...machineConfigFixes(all, context, registry),
    ];
  });
  return [...single, ...many];
}

function wantedLikely(pair: MappingPair, registry: string, context: RuleContext): Wanted[] {
  const guess = guessOf(pair, context);
  if (guess === undefined) return wantedOf(pair, context);
  return guess.likely.length === 0 ? [] : [wantedFrom(guess, registry)];
}

/** An image from a store of which nobody wrote down where it came from. */
interface Guess {
  /** What its repository is called below its registry. */
  readonly rest: string;
  readonly mirror: string;
  /** Empty where the tags of images beside it speak against all. */
  readonly likely: readonly string[];
}

function guessOf(pair: MappingPair, { snapshot, path }: RuleContext): Guess | undefined {
  const mirror = mirrorOf(pair, snapshot, path);
  const { parsed } = pair.source;
  if (mirror === undefined || !parsed.ok || !isAtHop(parsed.reference)) return undefined;
  const stored = withoutTransport(parsed.reference);
  if (snapshot.provenance.origin(stored).certainty !== 'unknown') return undefined;
  const rest = repositoryBehindHop(stored, [mirror], snapshot.catalogRepositories);
  if (rest === undefined) return undefined;
  const isRefuted = snapshot.mappingIndexes.some(({ tagOrigins }) => tagOrigins.get(stored).refuted > 0);
  return { rest, mirror, likely: isRefuted ? [] : likelyRegistries(rest) };
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
  if (!parsed.ok || !isInRegistry(parsed.reference) || parsed.reference.registry === '') return undefined;
  return isCatalogIndex(pair, snapshot, path) ? undefined : repositoryOf(parsed.reference);
}
