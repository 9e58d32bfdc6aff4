import { isDockerHub, looksLikeRegistry, parseReference, repositoryOf } from '../documents/imageReference.ts';
import type { MappingLine, MappingPair } from '../documents/mappingLine.ts';
import { scopesOf } from '../documents/pullRules.ts';
import { mappingIndex } from './mappingIndex.ts';
import {
  type CatalogPlace,
  covers,
  type MappingPlace,
  placesIn,
  placesOfLine,
  repositoryName,
  type ScopePlace,
} from './places.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * How the files of a workspace meet: mapping lines by the repositories of their ends, entries of mirror sets by their
 * scopes, and catalog images. All take one pass over what there is, and keep nothing.
 */

/** Sources or destinations of mapping lines whose repository is wanted; names are those of `nameOf`. */
export function mappingPlaces(
  { files }: Snapshot,
  role: MappingPlace['role'],
  wanted: (name: string) => boolean,
): MappingPlace[] {
  const places: MappingPlace[] = [];
  for (const { path, content } of files.values()) {
    if (content.type !== 'mapping') continue;
    const index = mappingIndex(content.mapping);
    const groups = role === 'mapping-source' ? index.bySource : index.byDestinationRepository;
    const found = new Map<MappingLine, Set<string>>();
    for (const key of groups.keys()) {
      if (key === '' || !wanted(nameOfKey(key))) continue;
      for (const line of groups.get(key)) found.set(line, (found.get(line) ?? new Set()).add(key));
    }
    if (found.size === 0) continue;
    for (const [number, line] of content.mapping.lines.entries()) {
      const keys = found.get(line);
      if (keys === undefined) continue;
      for (const place of placesOfLine(path, line, number))
        if (place.role === role && keys.has(indexKey(place))) places.push(place);
    }
  }
  return places;
}

/** Sources or mirrors of mirror sets that are wanted. */
export function scopePlaces(snapshot: Snapshot, wanted: (place: ScopePlace) => boolean): ScopePlace[] {
  return yamlPlaces(snapshot).filter(
    (place): place is ScopePlace => place.role !== 'catalog-image' && wanted(place),
  );
}

/** Catalog images whose repository is wanted. */
export function catalogPlaces(snapshot: Snapshot, wanted: (name: string) => boolean): CatalogPlace[] {
  return yamlPlaces(snapshot).filter((place): place is CatalogPlace => {
    if (place.role !== 'catalog-image') return false;
    const parsed = parseReference(place.text);
    return parsed.ok && wanted(repositoryName(parsed.reference));
  });
}

/** True when a scope covers what a mapping line brings: by the line's source, or by what pods call it. */
export function sourceCovers(
  { provenance }: Snapshot,
  scope: string,
  { source: { parsed } }: MappingPair,
): boolean {
  if (!parsed.ok) return false;
  if (covers(scope, repositoryName(parsed.reference))) return true;
  return provenance.trueSources(parsed.reference).some((name) => covers(scope, name));
}

/** Those of some scopes that sources of mapping lines lie in. */
export function scopesWithLines({ mappingIndexes }: Snapshot, scopes: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  if (scopes.size === 0) return found;
  for (const index of mappingIndexes) {
    for (const key of index.bySource.keys()) {
      if (key.startsWith('file://')) continue;
      for (const scope of scopesOf(nameOfKey(key))) if (scopes.has(scope)) found.add(scope);
    }
  }
  return found;
}

function yamlPlaces({ files }: Snapshot): (ScopePlace | CatalogPlace)[] {
  const places: (ScopePlace | CatalogPlace)[] = [];
  for (const file of files.values()) {
    if (file.content.type !== 'yaml') continue;
    for (const place of placesIn(file)) if ('scalar' in place) places.push(place);
  }
  return places;
}

/** The key of the index that a place stands in. */
function indexKey({ role, pair }: MappingPlace): string {
  const { parsed } = role === 'mapping-source' ? pair.source : pair.destination;
  return parsed.ok ? repositoryOf(parsed.reference) : '';
}

/** A repository as mapping.txt has it, by the name that all its spellings share. Nearly all have but one. */
function nameOfKey(key: string): string {
  const host = key.slice(0, Math.max(key.indexOf('/'), 0));
  if (key.includes('://') || (looksLikeRegistry(host) && !isDockerHub(host))) return key;
  const parsed = parseReference(key);
  return parsed.ok ? repositoryName(parsed.reference) : key;
}
