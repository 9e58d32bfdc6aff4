import { looksLikeRegistry, repositoryOf } from '../documents/imageReference.ts';
import { isMirrorSet, type MirrorEntry } from '../documents/mirrorSet.ts';
import { catalogImageOf } from '../documents/resources.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Names that the files of a workspace already have, for somebody who writes one more. They are read off the indexes of
 * the mappings one by one, so that who has enough of them stops; a name may come several times.
 */

/** Repositories of registries that images come from: sources of mappings, first hops included, and of mirror sets. */
export function* knownSources(snapshot: Snapshot): Generator<string> {
  for (const index of snapshot.mappingIndexes) {
    for (const key of index.bySource.keys()) if (isInRegistry(key)) yield key;
  }
  for (const { source } of entriesOf(snapshot)) yield* written(source);
}

/** Where mappings bring the images of a source, through a file store where there is one, and what sets mirror it to. */
export function mirrorsOf(snapshot: Snapshot, source: string): Set<string> {
  const mirrors = new Set<string>();
  const waiting = [source];
  const seen = new Set(waiting);
  for (const repository of waiting) {
    for (const destination of destinationsOf(snapshot, repository)) {
      if (isInRegistry(destination)) mirrors.add(destination);
      else if (!seen.has(destination)) {
        seen.add(destination);
        waiting.push(destination);
      }
    }
  }
  if (mirrors.size === 0) addParents(snapshot, source, mirrors);
  for (const entry of entriesOf(snapshot)) {
    if (entry.source?.value !== source) continue;
    for (const mirror of entry.mirrors) for (const value of written(mirror)) mirrors.add(value);
  }
  return mirrors;
}

/** For a source that is a namespace: what the destinations of repositories below it have in front of the same path. */
function addParents(snapshot: Snapshot, source: string, mirrors: Set<string>): void {
  for (const index of snapshot.mappingIndexes) {
    for (const key of index.bySource.keys()) {
      if (!key.startsWith(`${source}/`)) continue;
      const path = key.slice(source.length);
      for (const destination of destinationsOf(snapshot, key)) {
        if (isInRegistry(destination) && destination.endsWith(path))
          mirrors.add(destination.slice(0, -path.length));
      }
    }
  }
}

/** Repositories of registries that images are brought to: destinations of mappings and mirrors of sets. */
export function* knownDestinations(snapshot: Snapshot): Generator<string> {
  for (const index of snapshot.mappingIndexes) {
    for (const key of index.byDestinationRepository.keys()) if (isInRegistry(key)) yield key;
  }
  for (const { mirrors } of entriesOf(snapshot)) for (const mirror of mirrors) yield* written(mirror);
}

/** Catalog images at their destinations, as mappings write them, and those that catalogs name already. */
export function* knownCatalogImages(snapshot: Snapshot): Generator<string> {
  for (const index of snapshot.mappingIndexes) {
    for (const key of index.byDestinationRepository.keys()) {
      if (!isInRegistry(key) || !soundsLikeCatalog(key)) continue;
      for (const line of index.byDestinationRepository.get(key)) {
        for (const { destination } of line.pairs) yield destination.text;
      }
    }
  }
  for (const { content } of snapshot.files.values()) {
    if (content.type !== 'yaml') continue;
    for (const resource of content.yaml.resources) yield* written(catalogImageOf(resource));
  }
}

/** Catalog images are called `redhat-operator-index`, `my-catalog` and the like; nothing else tells them by name. */
function soundsLikeCatalog(repository: string): boolean {
  return /(?:index|catalog)[^/]*$/.test(repository);
}

function* destinationsOf(snapshot: Snapshot, repository: string): Generator<string> {
  for (const index of snapshot.mappingIndexes) {
    for (const line of index.bySource.get(repository)) {
      for (const { source, destination } of line.pairs) {
        if (!source.parsed.ok || !destination.parsed.ok) continue;
        if (repositoryOf(source.parsed.reference) === repository)
          yield repositoryOf(destination.parsed.reference);
      }
    }
  }
}

function* entriesOf(snapshot: Snapshot): Generator<MirrorEntry> {
  for (const { content } of snapshot.files.values()) {
    if (content.type !== 'yaml') continue;
    for (const resource of content.yaml.resources) if (isMirrorSet(resource)) yield* resource.entries;
  }
}

/** What is being written may be empty yet. */
function* written(scalar: YamlScalar | undefined): Generator<string> {
  if (scalar !== undefined && scalar.value !== '') yield scalar.value;
}

function isInRegistry(repository: string): boolean {
  const slash = repository.indexOf('/');
  return slash > 0 && !repository.includes('://') && looksLikeRegistry(repository.slice(0, slash));
}
