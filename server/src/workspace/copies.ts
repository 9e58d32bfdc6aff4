import { formatReference, type ImageReference, repositoryOf } from '../documents/imageReference.ts';
import { destinationOf, type MappingLine } from '../documents/mapping.ts';
import { canonicalRepository, type MappingIndex } from './mappingIndex.ts';
import type { Snapshot } from './snapshot.ts';

/** Where a mapping.txt of the workspace brings an image. */
export interface Copy {
  /** The path of the mapping.txt that brings it to a registry. */
  readonly path: string;
  /** Zero-based. */
  readonly line: number;
  /** In the registry that it ends in. */
  readonly destination: ImageReference;
  /** True when the line is for this very tag or digest, false for another of the same repository. */
  readonly exact: boolean;
}

/** More hops than anybody makes. */
const mostHops = 4;

/**
 * Where the mapping.txt files of a workspace bring an image, over file stores where it takes several runs. Lines for
 * the very image come first, then one for each other place that its repository goes to.
 */
export function copiesOf(snapshot: Snapshot, image: ImageReference): Copy[] {
  const copies: Copy[] = [];
  const seen = new Set<string>();
  let sources = [canonicalRepository(image)];
  for (let hop = 0; hop < mostHops && sources.length > 0; hop++) {
    const next: string[] = [];
    for (const [path, index, lines] of mappings(snapshot)) {
      for (const source of [...sources, ...(hop === 0 ? behindHop(index, image) : [])]) {
        for (const line of index.bySource.get(source)) {
          for (const pair of line.pairs) {
            if (!pair.source.parsed.ok) continue;
            const destination = destinationOf(pair);
            if (destination === undefined) continue;
            const from = pair.source.parsed.reference;
            if (destination.transport === 'file') next.push(`file://${repositoryOf(destination).slice(7)}`);
            if (destination.transport !== 'registry') continue;
            const exact = image.digest === undefined ? from.tag === image.tag : from.digest === image.digest;
            const key = exact ? formatReference(destination) : repositoryOf(destination);
            if (seen.has(key)) continue;
            seen.add(key).add(repositoryOf(destination));
            copies.push({ path, line: lines.indexOf(line), destination, exact });
          }
        }
      }
    }
    sources = [...new Set(next)];
  }
  return copies.sort((a, b) => Number(b.exact) - Number(a.exact));
}

function* mappings(snapshot: Snapshot): Generator<[string, MappingIndex, readonly MappingLine[]]> {
  let at = 0;
  for (const { path, content } of snapshot.files.values()) {
    const index = content.type === 'mapping' ? snapshot.mappingIndexes[at++] : undefined;
    if (content.type === 'mapping' && index !== undefined) yield [path, index, content.mapping.lines];
  }
}

/** What a first hop calls the repository, where its mapping.txt is not at hand: the registry is not in the path. */
function behindHop({ indexRepository }: MappingIndex, { repository }: ImageReference): string[] {
  return indexRepository === undefined ? [] : [`file://${indexRepository}/${repository}`];
}
