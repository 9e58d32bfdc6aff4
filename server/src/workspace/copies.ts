import {
  exactReference,
  formatReference,
  type ImageReference,
  repositoryOf,
} from '../documents/imageReference.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import { arrivalOf, type MappingLine } from '../documents/mappingLine.ts';
import { canonicalRepository } from '../documents/pullSpec.ts';
import { isAtHop, isInRegistry } from '../documents/transport.ts';
import type { Copy } from '../pulls/copy.ts';
import type { Origin } from '../pulls/origins.ts';
import { lineNumbers } from './lineNumbers.ts';
import { mappingIndex } from './mappingIndex.ts';
import type { Snapshot } from './snapshot.ts';

/** What is followed: the image itself, or another one of its repository. */
interface Followed extends Pick<Copy, 'exact' | 'certain'> {
  readonly image: ImageReference;
}

/** From the internet to a disk, to another disk, and to the registry. */
const mostHops = 4;

/**
 * Where the mapping.txt files of a workspace bring an image, over file stores where it takes several runs. Lines for
 * the very image come first, then one for each other place that its repository goes to. Ask it for a single image: it
 * looks up the lines of one repository for each hop.
 */
export function copiesOf(snapshot: Snapshot, image: ImageReference): Copy[] {
  const copies: Copy[] = [];
  const seen = new Set<string>();
  let waiting: Followed[] = [{ image, exact: true, certain: true }];
  for (let hop = 0; hop < mostHops && waiting.length > 0; hop++) {
    const next = new Map<string, Followed>();
    for (const followed of waiting) {
      for (const { path, line, destination, exact, certain } of linesFrom(snapshot, followed, hop === 0)) {
        if (isAtHop(destination)) {
          // The next hop may name it by the digest that it has kept.
          const kept = { ...destination, digest: exact ? followed.image.digest : undefined };
          const key = `${certain} ${exact} ${exact ? exactReference(kept) : repositoryOf(kept)}`;
          next.set(key, { image: kept, exact, certain });
        }
        if (!isInRegistry(destination)) continue;
        const key = exact ? `${certain} ${formatReference(destination)}` : repositoryOf(destination);
        if (seen.has(key)) continue;
        seen.add(key).add(repositoryOf(destination));
        copies.push({ path, line, destination, exact, certain });
      }
    }
    waiting = [...next.values()];
  }
  return copies.sort((a, b) => Number(b.exact) - Number(a.exact) || Number(b.certain) - Number(a.certain));
}

/** The lines that bring the images of a repository on. */
function* linesFrom(snapshot: Snapshot, followed: Followed, isFirst: boolean): Generator<Copy> {
  const { files, provenance } = snapshot;
  const { image } = followed;
  const names = new Set([repositoryOf(image)]);
  if (isInRegistry(image)) names.add(canonicalRepository(image));
  for (const { path, content } of files.values()) {
    if (content.type !== 'mapping') continue;
    const index = mappingIndex(content.mapping);
    // What a first hop calls the repository, where its mapping.txt is not at hand: the registry is not in the path.
    const root = isFirst && isInRegistry(image) ? index.indexRepository : undefined;
    const behind = root === undefined ? [] : [`file://${root}/${image.repository}`];
    for (const name of [...names, ...behind]) {
      const isSure = names.has(name) || isFrom(provenance.origin(name.slice('file://'.length)), image);
      for (const [line, number] of inOrder(index.bySource.get(name), content.mapping)) {
        for (const pair of line.pairs) {
          const { parsed } = pair.source;
          const destination = arrivalOf(pair);
          if (!parsed.ok || destination === undefined || repositoryOf(parsed.reference) !== name) continue;
          yield {
            path,
            line: number,
            destination,
            exact: followed.exact && isSameVersion(parsed.reference, image),
            certain: followed.certain && isSure,
          };
        }
      }
    }
  }
}

/** True where all images of a place are known to come from the repository of an image. */
function isFrom({ certainty, repositories }: Origin, image: ImageReference): boolean {
  return (
    certainty === 'certain' && repositories.length === 1 && repositories[0] === canonicalRepository(image)
  );
}

/** Lines with their numbers, in the order of the text and not in that in which they were written. */
function inOrder(lines: readonly MappingLine[], mapping: MappingDocument): [MappingLine, number][] {
  if (lines.length === 0) return [];
  const numbers = lineNumbers(mapping);
  return lines
    .map((line): [MappingLine, number] => [line, numbers.get(line) ?? 0])
    .sort(([, a], [, b]) => a - b);
}

/** By digest where both have one, else by tag. */
function isSameVersion(a: ImageReference, b: ImageReference): boolean {
  if (a.digest !== undefined && b.digest !== undefined) return a.digest === b.digest;
  return a.digest === b.digest && (a.tag ?? 'latest') === (b.tag ?? 'latest');
}
