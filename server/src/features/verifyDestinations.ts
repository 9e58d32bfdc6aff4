import type { ImageReference } from '../documents/imageReference.ts';
import { arrivalOf, isOcMirrorCache, type MappingPair } from '../documents/mappingLine.ts';
import { unaskable } from '../documents/transport.ts';
import type { Facts } from '../workspace/facts.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** What is known of all destinations of a mapping.txt together. */
export interface Verification {
  readonly right: number;
  readonly missing: number;
  readonly different: number;
  readonly unknown: number;
}

/** The images that belong into registries and `v2/` folders, as they will be named there. */
export function destinations(snapshot: Snapshot, path: string): ImageReference[] {
  return pairsOf(snapshot, path).flatMap((pair) => arrivalOf(pair) ?? []);
}

/** Counts destinations by what is known of them. Where the source is by digest, the destination must have it. */
export function verification(
  { snapshot, facts }: { readonly snapshot: Snapshot; readonly facts: Facts },
  path: string,
): Verification {
  const counts = { right: 0, missing: 0, different: 0, unknown: 0 };
  for (const pair of pairsOf(snapshot, path)) {
    const destination = arrivalOf(pair);
    if (destination === undefined) continue;
    const fact = facts.peek(destination, path);
    const wanted = pair.source.parsed.ok ? pair.source.parsed.reference.digest : undefined;
    if (fact.state === 'missing') counts.missing++;
    else if (fact.state !== 'known') counts.unknown++;
    else if (wanted !== undefined && wanted !== fact.value.digest) counts.different++;
    else counts.right++;
  }
  return counts;
}

function pairsOf(snapshot: Snapshot, path: string): MappingPair[] {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'mapping') return [];
  return content.mapping.lines.flatMap(({ pairs }) =>
    pairs.filter((pair) => {
      const arrival = arrivalOf(pair);
      return arrival === undefined || (unaskable(arrival) === undefined && !isOcMirrorCache(arrival));
    }),
  );
}
