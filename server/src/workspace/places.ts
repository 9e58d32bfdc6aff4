import {
  comparePositions,
  lineRange,
  type Position,
  type Range,
  shiftRange,
  touches,
} from '../base/range.ts';
import { type ImageReference, parseReference, repositoryOf } from '../documents/imageReference.ts';
import type { MappingLine, MappingPair } from '../documents/mappingLine.ts';
import {
  entryIndexAt,
  entryLine,
  isMirrorSet,
  type MirrorEntry,
  type MirrorSet,
} from '../documents/mirrorSet.ts';
import { canonicalRepository } from '../documents/pullSpec.ts';
import type { Resource } from '../documents/resources.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { FileContent, WorkspaceFile } from '../documents/workspaceFile.ts';
import type { YamlScalar } from '../documents/yamlNode.ts';
import { isLocalPath } from '../pulls/hop.ts';

interface AnyPlace {
  readonly path: string;
  /** In the file as it is now, quotes included. */
  readonly range: Range;
  /** What is meant, without quotes. */
  readonly text: string;
}

/** A source or destination of a mapping.txt. */
export interface MappingPlace extends AnyPlace {
  readonly role: 'mapping-source' | 'mapping-destination';
  readonly pair: MappingPair;
}

/** A source or mirror of a mirror set: it stands for all repositories at or below it. */
export interface ScopePlace extends AnyPlace {
  readonly role: 'mirror-source' | 'mirror';
  readonly scalar: YamlScalar;
  readonly entry: MirrorEntry;
  readonly set: MirrorSet;
}

/** The catalog image that a resource names. */
export interface CatalogPlace extends AnyPlace {
  readonly role: 'catalog-image';
  readonly scalar: YamlScalar;
}

/** A place where a file names images. */
export type Place = MappingPlace | ScopePlace | CatalogPlace;

/** The place at a position of a file; its ends are part of it. A mirror that is a template names nothing yet. */
export function placeAt(file: WorkspaceFile, position: Position): Place | undefined {
  const place = anyPlaceAt(file, position);
  return place?.role === 'mirror' && place.scalar.type === 'template' ? undefined : place;
}

/** `placeAt`, also for a mirror that is a template. */
export function anyPlaceAt({ path, content }: WorkspaceFile, position: Position): Place | undefined {
  for (const place of placesNear(path, content, position)) if (touches(place.range, position)) return place;
  return undefined;
}

/** The places of the line or the entry at a position. */
function* placesNear(path: string, content: FileContent, position: Position): Generator<Place> {
  if (content.type === 'mapping') {
    const line = content.mapping.lines.at(position.line);
    if (line !== undefined) yield* placesOfLine(path, line, position.line);
    return;
  }
  for (const resource of content.yaml.resources) {
    if (isMirrorSet(resource)) {
      const index = entryIndexAt(resource, position.line);
      if (index !== -1) yield* placesOfEntry(path, resource, index);
    } else yield* placesOfResource(path, resource);
  }
  // What an alias names may be written anywhere.
  if (content.yaml.aliased) yield* placesIn({ path, content });
}

/** All places of a file. What an alias names again is there once, with the place where it is written. */
export function* placesIn({ path, content }: WorkspaceFile): Generator<Place> {
  if (content.type === 'mapping') {
    for (const [number, line] of content.mapping.lines.entries()) yield* placesOfLine(path, line, number);
    return;
  }
  const seen = new Set<string>();
  for (const resource of content.yaml.resources) {
    for (const place of placesOfResource(path, resource)) {
      const { line, character } = place.range.start;
      const at = `${line}:${character}`;
      if (seen.has(at)) continue;
      seen.add(at);
      yield place;
    }
  }
}

/** The places of a mapping line; a source of several destinations is one place. */
export function* placesOfLine(path: string, line: MappingLine, number: number): Generator<MappingPlace> {
  let source = -1;
  for (const pair of line.pairs) {
    if (pair.source.span.start !== source) yield mappingPlace(path, number, pair, 'mapping-source');
    source = pair.source.span.start;
    yield mappingPlace(path, number, pair, 'mapping-destination');
  }
}

function mappingPlace(
  path: string,
  line: number,
  pair: MappingPair,
  role: 'mapping-source' | 'mapping-destination',
): MappingPlace {
  const { span, text } = role === 'mapping-source' ? pair.source : pair.destination;
  return { path, role, range: lineRange(line, span.start, span.end), text, pair };
}

function* placesOfResource(path: string, resource: Resource): Generator<ScopePlace | CatalogPlace> {
  if (isMirrorSet(resource)) {
    yield* placesOfSet(path, resource);
    return;
  }
  const scalar = 'image' in resource ? resource.image : undefined;
  if (scalar !== undefined)
    yield { path, role: 'catalog-image', range: scalar.range, text: scalar.value, scalar };
}

function* placesOfSet(path: string, set: MirrorSet): Generator<ScopePlace> {
  for (let index = 0; index < set.entries.length; index++)
    for (const place of placesOfEntry(path, set, index))
      if (place.role !== 'mirror' || place.scalar.type !== 'template') yield place;
}

function* placesOfEntry(path: string, set: MirrorSet, index: number): Generator<ScopePlace> {
  const entry = set.entries.at(index);
  if (entry === undefined) return;
  const line = entryLine(set, index) ?? 0;
  const placed = (role: ScopePlace['role'], relative: YamlScalar): ScopePlace => {
    const scalar = { ...relative, range: shiftRange(relative.range, line) };
    return { path, role, range: scalar.range, text: scalar.value, scalar, entry, set };
  };
  if (entry.source !== undefined) yield placed('mirror-source', entry.source);
  for (const mirror of entry.mirrors) yield placed('mirror', mirror);
}

/**
 * The repository or scope that a place names, the same for all its spellings: Docker's defaults filled in, and
 * `file://` before a path in a file store, also where a mirror set has it without. Undefined for what is no name.
 */
export function nameOf(place: Place): string | undefined {
  switch (place.role) {
    case 'mapping-source':
    case 'mapping-destination': {
      const { parsed } = place.role === 'mapping-source' ? place.pair.source : place.pair.destination;
      return parsed.ok ? repositoryName(parsed.reference) : undefined;
    }
    case 'catalog-image': {
      const parsed = parseReference(place.text);
      return parsed.ok ? repositoryName(parsed.reference) : undefined;
    }
    default:
      return scopeName(place.text);
  }
}

/** `nameOf` for a source or mirror of a mirror set. */
export function scopeName(text: string): string | undefined {
  if (text === '') return undefined;
  return isLocalPath(text) ? `file://${text}` : text;
}

/** `nameOf` for a reference. */
export function repositoryName(reference: ImageReference): string {
  return isInRegistry(reference) ? canonicalRepository(reference) : repositoryOf(reference);
}

/** True when a name is a scope or lies below it. Wildcards are `*.DOMAIN`, for all hosts of a domain. */
export function covers(scope: string, name: string): boolean {
  if (!scope.startsWith('*.')) return name === scope || name.startsWith(`${scope}/`);
  const slash = name.indexOf('/');
  const [host = ''] = (slash === -1 ? name : name.slice(0, slash)).split(':');
  return host.endsWith(scope.slice(1));
}

export function byPlace(a: Place, b: Place): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return comparePositions(a.range.start, b.range.start);
}
