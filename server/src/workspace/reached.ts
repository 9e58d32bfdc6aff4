import type { Chunk } from '../base/chunked.ts';
import { type ImageReference, withDockerDefaults } from '../documents/imageReference.ts';
import { arrivalOf, type MappingDocument, type MappingLine, type MappingPair } from '../documents/mapping.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { Facts } from './facts.ts';
import type { Snapshot } from './snapshot.ts';

/** Registries, and what they were found from. */
interface Reached {
  readonly facts: Facts;
  readonly version: number;
  readonly path: string;
  readonly registries: ReadonlySet<string>;
}

const keptReached = new WeakMap<MappingDocument, Reached>();

/**
 * The registries (`HOST[:PORT]`) to which the copy of a mapping.txt has got: somebody asked what has become of it, or at
 * least one of its images is known to be there. What another registry lacks is no fault yet: the file is about to be
 * copied there. A `v2/` folder needs no such proof, because it is asked only where it is.
 */
export function registriesReached(snapshot: Snapshot, path: string, facts: Facts): ReadonlySet<string> {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'mapping') return new Set();
  const { mapping } = content;
  const kept = keptReached.get(mapping);
  if (kept?.facts === facts && kept.version === facts.version && kept.path === path) return kept.registries;
  const registries = facts.asked(path) ? destined(mapping) : found(mapping, path, facts);
  keptReached.set(mapping, { facts, version: facts.version, path, registries });
  return registries;
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
const keptDestined = new WeakMap<Chunk<MappingLine>, ReadonlySet<string>>();

function destinedIn(chunk: Chunk<MappingLine>): ReadonlySet<string> {
  const kept = keptDestined.get(chunk);
  if (kept !== undefined) return kept;
  const all = new Set(
    chunk.items.flatMap(({ pairs }) => pairs.flatMap((pair) => arrivalIn(pair)?.registry ?? [])),
  );
  keptDestined.set(chunk, all);
  return all;
}

const keptFound = new WeakMap<Chunk<MappingLine>, Reached>();

/** The registries of a chunk in which an image of its lines is known to be. Nothing is looked up for it. */
function foundIn(chunk: Chunk<MappingLine>, path: string, facts: Facts): ReadonlySet<string> {
  const kept = keptFound.get(chunk);
  if (kept?.facts === facts && kept.version === facts.version && kept.path === path) return kept.registries;
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
  keptFound.set(chunk, { facts, version: facts.version, path, registries });
  return registries;
}

function arrivalIn(pair: MappingPair): ImageReference | undefined {
  const arrival = arrivalOf(pair);
  return arrival !== undefined && isInRegistry(arrival) ? withDockerDefaults(arrival) : undefined;
}
