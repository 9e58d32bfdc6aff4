import type { Position } from '../base/range.ts';
import { exactReference, parseReference } from '../documents/imageReference.ts';
import { destinationKey } from '../documents/mappingLine.ts';
import { isAtHop } from '../documents/transport.ts';
import { catalogPlaces, mappingPlaces, scopePlaces, sourceCovers } from '../workspace/coverage.ts';
import {
  byPlace,
  type CatalogPlace,
  covers,
  type MappingPlace,
  nameOf,
  type Place,
  placeAt,
  repositoryName,
  type ScopePlace,
  scopeName,
} from '../workspace/places.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** What stands under a cursor, and where it comes from. */
export interface Definition {
  readonly origin: Place;
  readonly targets: readonly Place[];
}

/**
 * Where what stands at a position comes from, over all files:
 * - a mirror, or a catalog's image: the lines that bring images to it
 * - a source of a mirror set: the lines that bring images from it, on every hop
 * - the destination of a line: the entries that send pulls there, and catalogs that run it; else the next hop
 * - the source of a line: the line of the hop before; else the entries that redirect it
 */
export function definition(snapshot: Snapshot, path: string, position: Position): Definition | undefined {
  const file = snapshot.files.get(path);
  const origin = file && placeAt(file, position);
  const name = origin && nameOf(origin);
  if (origin === undefined || name === undefined) return undefined;
  return { origin, targets: targetsOf(snapshot, origin, name).sort(byPlace) };
}

function targetsOf(snapshot: Snapshot, origin: Place, name: string): Place[] {
  switch (origin.role) {
    case 'mirror':
      return linesTo(snapshot, origin, name);
    case 'mirror-source':
      return linesFrom(snapshot, name);
    case 'mapping-destination':
      return pullsOf(snapshot, origin, name);
    case 'mapping-source': {
      const before = mappingPlaces(snapshot, 'mapping-destination', (other) => other === name);
      return before.length > 0 ? before : redirectsOf(snapshot, name);
    }
    case 'catalog-image':
      return indexLines(snapshot, origin, name);
  }
}

/** Of a mirror that several sources share, the lines of this entry; all lines where none is this entry's. */
function linesTo(snapshot: Snapshot, { entry }: ScopePlace, mirror: string): Place[] {
  const lines = mappingPlaces(snapshot, 'mapping-destination', (name) => covers(mirror, name));
  const source = entry.source && scopeName(entry.source.value);
  const own = source === undefined ? [] : lines.filter(({ pair }) => sourceCovers(snapshot, source, pair));
  return own.length > 0 ? own : lines;
}

/** More hops than anybody makes; each takes a pass over all lines. */
const mostHops = 8;

/** A path that a hop left has lines on both sides: what brought images to it, and what brings them on. */
function linesFrom(snapshot: Snapshot, source: string): Place[] {
  const within = (name: string) => covers(source, name);
  const before = source.startsWith('file://') ? mappingPlaces(snapshot, 'mapping-destination', within) : [];
  const found = new Set<Place>(before);
  const passed = new Set<string>();
  let lines = mappingPlaces(snapshot, 'mapping-source', within);
  for (let hop = 0; hop < mostHops && lines.length > 0; hop++) {
    const next = new Set<string>();
    for (const line of lines) {
      found.add(line);
      const { parsed } = line.pair.destination;
      if (!parsed.ok || !isAtHop(parsed.reference)) continue;
      const name = repositoryName(parsed.reference);
      if (!passed.has(name) && !within(name)) next.add(name);
      passed.add(name);
    }
    lines = next.size === 0 ? [] : mappingPlaces(snapshot, 'mapping-source', (name) => next.has(name));
  }
  return [...found];
}

/** Entries that redirect pulls of a line's images to its destination, all entries of the mirror where none says so. */
function pullsOf(snapshot: Snapshot, { pair }: MappingPlace, destination: string): Place[] {
  const mirrors = scopePlaces(snapshot, ({ role, text }) => {
    const mirror = role === 'mirror' ? scopeName(text) : undefined;
    return mirror !== undefined && covers(mirror, destination);
  });
  const own = mirrors.filter(({ entry }) => {
    const source = entry.source && scopeName(entry.source.value);
    return source !== undefined && sourceCovers(snapshot, source, pair);
  });
  const catalogs = catalogPlaces(snapshot, (name) => name === destination);
  const pulls = [...(own.length > 0 ? own : mirrors), ...catalogs];
  return pulls.length > 0 ? pulls : mappingPlaces(snapshot, 'mapping-source', (name) => name === destination);
}

function redirectsOf(snapshot: Snapshot, name: string): Place[] {
  return scopePlaces(snapshot, ({ role, text }) => {
    const source = role === 'mirror-source' ? scopeName(text) : undefined;
    return source !== undefined && covers(source, name);
  });
}

/** The line for the very tag or digest; all lines of the repository where there is none. */
function indexLines(snapshot: Snapshot, { text }: CatalogPlace, name: string): Place[] {
  const lines = mappingPlaces(snapshot, 'mapping-destination', (destination) => destination === name);
  const parsed = parseReference(text);
  const exact = parsed.ok
    ? lines.filter(({ pair }) => destinationKey(pair) === exactReference(parsed.reference))
    : [];
  if (exact.length > 0) return exact;
  return lines.length > 0 ? lines : redirectsOf(snapshot, name);
}
