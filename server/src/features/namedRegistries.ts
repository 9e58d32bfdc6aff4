import { isHost, type ParsedReference, parseReference } from '../documents/imageReference.ts';
import { isOcMirrorCache } from '../documents/mappingLine.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { isLocalPath } from '../pulls/hop.ts';
import { type Place, placesIn } from '../workspace/places.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** A registry that files name, and the keys of those files. */
export interface NamedRegistry {
  readonly host: string;
  readonly sources: number;
  readonly mirrors: number;
  readonly files: readonly { readonly key: string; readonly places: number }[];
}

/** More files than anybody looks through to find out why a registry is named. */
const mostFiles = 20;

/**
 * The registries that files of the workspace name: those that images are brought to first, then those that are named most. It goes
 * through all files: ask it when somebody looks.
 */
export function namedRegistries({ files }: Pick<Snapshot, 'files'>): NamedRegistry[] {
  const counts = new Map<string, { sources: number; mirrors: number; files: Map<string, number> }>();
  for (const [key, file] of files) {
    for (const { host, isMirror } of hostsIn(file)) {
      const count = counts.get(host) ?? { sources: 0, mirrors: 0, files: new Map() };
      counts.set(host, count);
      if (isMirror) count.mirrors++;
      else count.sources++;
      count.files.set(key, (count.files.get(key) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([host, { sources, mirrors, files: named }]) => {
      const most = [...named].sort(([a, often], [b, oftener]) => oftener - often || (a < b ? -1 : 1));
      return {
        host,
        sources,
        mirrors,
        files: most.slice(0, mostFiles).map(([key, places]) => ({ key, places })),
      };
    })
    .sort((a, b) => b.mirrors - a.mirrors || b.sources - a.sources || (a.host < b.host ? -1 : 1));
}

function* hostsIn(file: WorkspaceFile): Iterable<{ readonly host: string; readonly isMirror: boolean }> {
  for (const place of placesIn(file)) {
    const host = hostOf(place);
    if (host === undefined) continue;
    // A source that is its own last mirror is no place that images are brought to.
    if (place.role === 'mirror' && place.text === place.entry.source?.value) continue;
    yield { host, isMirror: place.role === 'mirror' || place.role === 'mapping-destination' };
  }
}

/** Undefined for what is in no registry that anybody could ask: a path on a disk, a wildcard, what nobody can read. */
function hostOf(place: Place): string | undefined {
  switch (place.role) {
    case 'mapping-source':
      return registryOf(place.pair.source.parsed);
    case 'mapping-destination':
      return registryOf(place.pair.destination.parsed);
    case 'catalog-image':
      return registryOf(parseReference(place.text));
    case 'mirror-source':
    case 'mirror': {
      if (isLocalPath(place.text)) return undefined;
      const [host = ''] = place.text.split('/', 1);
      return isHost(host) ? host : undefined;
    }
  }
}

function registryOf(parsed: ParsedReference): string | undefined {
  if (!parsed.ok || !isInRegistry(parsed.reference) || isOcMirrorCache(parsed.reference)) return undefined;
  // A short name says of no registry that it is meant.
  return parsed.reference.registry || undefined;
}
