import { shortDigest } from '../../base/digest.ts';
import { lineRange, type TextEdit } from '../../base/range.ts';
import { t } from '../../base/sentences.ts';
import { listed } from '../../base/words.ts';
import { formatReference, type ImageReference, placeOf } from '../../documents/imageReference.ts';
import { destinationOf, type MappingPair } from '../../documents/mappingLine.ts';
import { isOnDisk, unaskable } from '../../documents/transport.ts';
import { remedyForTagPulls } from '../../pulls/openShiftVersion.ts';
import { isCatalogIndex } from '../../workspace/catalogIndex.ts';
import { clusterVersion } from '../../workspace/clusterVersion.ts';
import type { Fix, RuleContext } from '../rule.ts';

/** Somebody who may know what a tag stands for. */
interface Side {
  readonly id: string;
  readonly reference: ImageReference;
}

/** A digest, and all who have it for the tag. */
interface Candidate {
  readonly digest: string;
  readonly sides: Side[];
}

/**
 * The fixes that replace a source's tag by a digest: one for each digest that the source, a destination or `v2/`
 * has for it, and one for each of them that has not answered yet. They may disagree, when the tag has moved since
 * the copy; which one is meant only a person knows, so none is preferred.
 *
 * @param pairs all pairs of one source that is named by a tag
 */
export function pinsOf(pairs: readonly MappingPair[], context: RuleContext): Fix[] {
  const source = pairs[0]?.source.parsed;
  if (source === undefined || !source.ok) return [];
  const candidates = new Map<string, Candidate>();
  const awaited: Fix[] = [];
  for (const side of sidesOf(source.reference, pairs)) {
    const fact = context.facts.image(side.reference, context.path);
    if (fact.state === 'pending') awaited.push(awaiting(side));
    if (fact.state !== 'known') continue;
    const { digest } = fact.value;
    const candidate = candidates.get(digest) ?? { digest, sides: [] };
    candidate.sides.push(side);
    candidates.set(digest, candidate);
  }
  const remedy = remedyOf(pairs, context);
  const known = [...candidates.values()].map((candidate) =>
    pinTo(candidate, source.reference, pairs, remedy),
  );
  return [...known, ...awaited];
}

function sidesOf(source: ImageReference, pairs: readonly MappingPair[]): Side[] {
  const sides = new Map<string, Side>();
  const counts = new Map<string, number>();
  const add = (reference: ImageReference, role: 'source' | 'destination') => {
    if (unaskable(reference) !== undefined || sides.has(formatReference(reference))) return;
    const name = isOnDisk(reference) ? 'store' : role;
    const others = counts.get(name) ?? 0;
    counts.set(name, others + 1);
    const id = `pin-to-${name}${others === 0 ? '' : `-${others + 1}`}`;
    sides.set(formatReference(reference), { id, reference });
  };
  add(source, 'source');
  for (const pair of pairs) {
    const destination = destinationOf(pair);
    if (destination !== undefined) add(destination, 'destination');
  }
  return [...sides.values()];
}

function awaiting({ id, reference }: Side): Fix {
  const version = reference.tag === undefined ? formatReference(reference) : `:${reference.tag}`;
  const title = t('Pin to the digest that {0} has for {1}', placeOf(reference), version);
  return { id, title, preferred: false, awaits: [reference], edits: () => [] };
}

/**
 * What pods still need: a pin alone redirects no pull. The catalog's own image needs nothing: the CatalogSource names it at
 * its new place.
 */
function remedyOf(pairs: readonly MappingPair[], context: RuleContext): string | undefined {
  if (pairs.some((pair) => isCatalogIndex(pair, context.snapshot, context.path))) return undefined;
  return remedyForTagPulls(clusterVersion(context));
}

function pinTo(
  { digest, sides }: Candidate,
  source: ImageReference,
  pairs: readonly MappingPair[],
  remedy: string | undefined,
): Fix {
  const [id = '', ...alsoKnownAs] = sides.map((side) => side.id);
  const places = [...new Set(sides.map(({ reference }) => placeOf(reference)))];
  const title = titleOf(shortDigest(digest), places, source.tag, remedy);
  return { id, alsoKnownAs, title, preferred: false, edits: () => pinEdits(pairs, source, digest) };
}

function titleOf(
  digest: string,
  places: readonly string[],
  tag: string | undefined,
  remedy: string | undefined,
): string {
  const all = listed(places);
  if (remedy === undefined || tag === undefined)
    return places.length === 1
      ? t('Pin to {0}… that {1} has', digest, all)
      : t('Pin to {0}… that {1} have', digest, all);
  return places.length === 1
    ? t('Pin to {0}… that {1} has (pods that pull :{2} still need {3})', digest, all, tag, remedy)
    : t('Pin to {0}… that {1} have (pods that pull :{2} still need {3})', digest, all, tag, remedy);
}

/** The tag of the source becomes the digest; destinations that took the tag from it get it written out. */
function pinEdits(pairs: readonly MappingPair[], source: ImageReference, digest: string): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const pair of pairs) {
    if (!pair.source.parsed.ok || !pair.destination.parsed.ok) continue;
    const { start } = pair.source.span;
    const { tag } = pair.source.parsed.spans;
    if (edits.length === 0 && tag !== undefined) {
      edits.push({ range: lineRange(0, start + tag.start - 1, start + tag.end), newText: `@${digest}` });
    }
    if (pair.destination.parsed.reference.tag === undefined) {
      const { end } = pair.destination.span;
      edits.push({ range: lineRange(0, end, end), newText: `:${source.tag}` });
    }
  }
  return edits;
}
