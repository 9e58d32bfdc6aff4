import type { Chunked } from '../base/chunked.ts';
import { formatReference, type ImageReference, repositoryOf } from '../documents/imageReference.ts';
import type { MappingLine, MappingPair } from '../documents/mappingLine.ts';
import { digestTag, mountRepository } from '../documents/naming.ts';
import { isAtHop } from '../documents/transport.ts';

/** How many lines round a place are looked at: neighbours were written by the same tool for the same registry. */
const sampleSize = 40;

/** How the destinations of a mapping.txt are made from its sources, as `oc adm catalog mirror` does it. */
interface Convention {
  readonly transport: ImageReference['transport'];
  readonly registry: string;
  /** The path that all destinations begin with. */
  readonly prefix: string;
  /** What the sources have in front that the destinations do not: the root of a file store. */
  readonly dropped: string;
  /** As in `mountRepository`. */
  readonly maxComponents: number;
}

/**
 * The destination that a source would have if it were written as the lines round it are; undefined where they follow
 * no rule that is known.
 */
export function conventionalDestination(
  source: ImageReference,
  lines: Chunked<MappingLine>,
  near: number,
): string | undefined {
  const pairs = sample(lines, near);
  const votes = new Map<string, { readonly convention: Convention; count: number }>();
  for (const pair of pairs) {
    for (const convention of conventionsOf(pair)) {
      const key = JSON.stringify(convention);
      const vote = votes.get(key);
      if (vote === undefined) votes.set(key, { convention, count: 1 });
      else vote.count++;
    }
  }
  // Of as many votes, the first one stands nearest, and was the likelier guess there.
  const [best] = [...votes.values()]
    .filter(({ convention }) => pathBelow(source.repository, convention.dropped) !== undefined)
    .sort((a, b) => b.count - a.count);
  if (best === undefined) return undefined;
  const { transport, registry, prefix, dropped, maxComponents } = best.convention;
  const path = pathBelow(source.repository, dropped);
  if (path === undefined) return undefined;
  const repository = mountRepository(prefix, path, maxComponents);
  const tag = writesTags(pairs) ? tagOf(source) : undefined;
  return formatReference({ transport, registry, repository, tag, digest: undefined });
}

/** The pairs nearest to a line, nearest first; the line itself is being written. */
function sample(lines: Chunked<MappingLine>, near: number): MappingPair[] {
  const pairs: MappingPair[] = [];
  for (let distance = 1; distance <= 500 && pairs.length < sampleSize; distance++) {
    for (const line of [lines.at(near - distance), lines.at(near + distance)])
      pairs.push(...(line?.pairs ?? []).slice(0, 1));
  }
  return pairs;
}

/** All rules by which one line may have been written, likelier ones first. */
function conventionsOf({ source, destination }: MappingPair): Convention[] {
  if (!source.parsed.ok || !destination.parsed.ok) return [];
  const from = source.parsed.reference;
  const { transport, registry, repository } = destination.parsed.reference;
  const components = repository.split('/').slice(0, 8);
  const limits = isAtHop({ transport }) ? [0] : [2, 0, 3, 4];
  const sourceParts = from.repository.split('/').slice(0, 8);
  const mayDrop = isAtHop(from) ? sourceParts.length : 1;
  const found: Convention[] = [];
  for (let drop = 0; drop < mayDrop; drop++) {
    const dropped = sourceParts.slice(0, drop).join('/');
    const path = pathBelow(from.repository, dropped) ?? '';
    for (let length = 0; length < components.length; length++) {
      const prefix = components.slice(0, length).join('/');
      for (const maxComponents of limits) {
        if (mountRepository(prefix, path, maxComponents) !== repository) continue;
        found.push({ transport, registry, prefix, dropped, maxComponents });
      }
    }
  }
  return found;
}

function pathBelow(path: string, root: string): string | undefined {
  if (root === '') return path;
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
}

function writesTags(pairs: readonly MappingPair[]): boolean {
  const tagged = pairs.filter(
    ({ destination: { parsed } }) => parsed.ok && parsed.reference.tag !== undefined,
  ).length;
  return tagged * 2 >= pairs.length;
}

/** `oc` names what it copies by digest after the digest, and keeps all other tags. */
function tagOf(source: ImageReference): string | undefined {
  if (source.digest === undefined) return source.tag;
  return source.tag ?? digestTag(`${repositoryOf(source)}@${source.digest}`);
}
