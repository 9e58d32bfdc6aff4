import type { Chunk } from '../base/chunked.ts';
import { memo, memoWhileSame } from '../base/memo.ts';
import { type ImageReference, withDockerDefaults } from '../documents/imageReference.ts';
import type { MappingDocument } from '../documents/mapping.ts';
import { arrivalOf, type MappingLine, type MappingPair } from '../documents/mappingLine.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { Facts } from './facts.ts';
import type { Snapshot } from './snapshot.ts';

const keptReached = memoWhileSame<MappingDocument, ReadonlySet<string>>();

/**
 * The registries (`HOST[:PORT]`) to which the copy of a mapping.txt has got: somebody asked what has become of it, or at
 * least one of its images is known to be there. What another registry lacks is no fault yet: the file is about to be
 * copied there. A `v2/` folder needs no such proof, because it is asked only where it is.
 */
export function registriesReached(snapshot: Snapshot, path: string, facts: Facts): ReadonlySet<string> {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'mapping') return new Set();
  const { mapping } = content;
  return keptReached(mapping, [facts, facts.version, path], () =>
    facts.asked(path) ? destined(mapping) : facts.hasAnswers === false ? none : found(mapping, path, facts),
  );
}

/** The registries to which the copy of any mapping.txt of the workspace has got. */
export function allRegistriesReached(snapshot: Snapshot, facts: Facts): ReadonlySet<string> {
  const all = new Set<string>();
  for (const [path, { content }] of snapshot.files) {
    if (content.type !== 'mapping') continue;
    for (const registry of registriesReached(snapshot, path, facts)) all.add(registry);
  }
  return all;
}

/** Registries as text that rules can compare. */
export function keyOfRegistries(registries: ReadonlySet<string>): string {
  return [...registries].sort().join(' ');
}

const none: ReadonlySet<string> = new Set();

function destined(mapping: MappingDocument): ReadonlySet<string> {
  const all = new Set<string>();
  for (const chunk of mapping.lines.chunks) for (const registry of destinedIn(chunk)) all.add(registry);
  return all;
}

function found(mapping: MappingDocument, path: string, facts: Facts): ReadonlySet<string> {
  const all = new Set<string>();
  for (const chunk of mapping.lines.chunks)
    for (const registry of foundIn(chunk, path, facts)) all.add(registry);
  return all;
}

/** What a chunk of lines says stays true while it is the same object, so that an edit costs one chunk. */
const destinedIn = memo(({ items }: Chunk<MappingLine>): ReadonlySet<string> => {
  const registries = new Set<string>();
  for (const { pairs } of items) {
    for (const pair of pairs) {
      const arrival = arrivalIn(pair);
      if (arrival !== undefined) registries.add(arrival.registry);
    }
  }
  return registries;
});

const keptFound = memoWhileSame<Chunk<MappingLine>, ReadonlySet<string>>();

/** The registries of a chunk in which an image of its lines is known to be. Nothing is looked up for it. */
function foundIn(chunk: Chunk<MappingLine>, path: string, facts: Facts): ReadonlySet<string> {
  return keptFound(chunk, [facts, facts.version, path], () => findIn(chunk, path, facts));
}

function findIn(chunk: Chunk<MappingLine>, path: string, facts: Facts): ReadonlySet<string> {
  const registries = new Set<string>();
  const possible = destinedIn(chunk).size;
  for (const { pairs } of chunk.items) {
    if (registries.size === possible) break;
    for (const pair of pairs) {
      const arrival = arrivalIn(pair);
      if (arrival === undefined || registries.has(arrival.registry)) continue;
      if (facts.peek(arrival, path).state === 'known') registries.add(arrival.registry);
    }
  }
  return registries;
}

function arrivalIn(pair: MappingPair): ImageReference | undefined {
  const arrival = arrivalOf(pair);
  return arrival !== undefined && isInRegistry(arrival) ? withDockerDefaults(arrival) : undefined;
}
