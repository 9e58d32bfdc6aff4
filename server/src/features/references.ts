import type { Position } from '../base/range.ts';
import { catalogPlaces, mappingPlaces, scopePlaces } from '../workspace/coverage.ts';
import { byPlace, covers, nameOf, type Place, placeAt, scopeName } from '../workspace/places.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/**
 * All places of a repository in all files: where it is copied from and to, the scopes of mirror sets that hold for
 * it, and catalogs that run it. Of a scope, also everything below it. A path that a `file://` hop left in a mirror
 * set is the repository in the file store. No place is the
 * declaration: VS Code asks without it where there are two, and would jump from a mirror to itself.
 */
export function references(snapshot: Snapshot, path: string, position: Position): Place[] {
  const file = snapshot.files.get(path);
  const origin = file && placeAt(file, position);
  const name = origin && nameOf(origin);
  if (origin === undefined || name === undefined) return [];
  const isScope = origin.role === 'mirror-source' || origin.role === 'mirror';
  const wanted = (other: string) => other === name || (isScope && covers(name, other));
  const found: Place[] = [
    ...mappingPlaces(snapshot, 'mapping-source', wanted),
    ...mappingPlaces(snapshot, 'mapping-destination', wanted),
    ...scopePlaces(snapshot, ({ text }) => {
      const scope = scopeName(text);
      return scope !== undefined && (wanted(scope) || covers(scope, name));
    }),
    ...catalogPlaces(snapshot, wanted),
  ];
  return found.sort(byPlace);
}
