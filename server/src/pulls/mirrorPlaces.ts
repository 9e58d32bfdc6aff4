import { LayeredMap } from '../base/layeredMap.ts';
import { folderOf } from '../base/paths.ts';
import type { NodeRegistry } from './nodeRegistries.ts';

/** Where the mirrors are that nodes have. Immutable; an edit of an entry costs the entries for its source. */
export interface MirrorPlaces {
  /** `HOST FOLDER`, for the folders of the files that name the mirrors → how many do. */
  readonly hostsInFolders: LayeredMap<string, number>;
  /** `HOST/NAMESPACE`, and `HOST` for a mirror that is a whole registry → how many there are. */
  readonly namespaces: LayeredMap<string, number>;
  /** Mirrors → the sources that they are for. */
  readonly sources: LayeredMap<string, readonly string[]>;
}

export const noMirrorPlaces: MirrorPlaces = {
  hostsInFolders: LayeredMap.empty(),
  namespaces: LayeredMap.empty(),
  sources: LayeredMap.empty(),
};

/** What became of the table of a source. */
export interface RegistryChange {
  readonly source: string;
  readonly before: NodeRegistry | undefined;
  readonly registry: NodeRegistry | undefined;
}

/**
 * The places after tables have changed; and the hosts in folders and the namespaces that came with them or went, which say
 * something of all images there.
 */
export function withChanges(
  places: MirrorPlaces,
  changes: readonly RegistryChange[],
): { readonly places: MirrorPlaces; readonly appeared: readonly string[] } {
  const hosts = new Map<string, number>();
  const namespaces = new Map<string, number>();
  const sources = new Map<string, string[]>();
  const count = (source: string, table: NodeRegistry | undefined, by: 1 | -1) => {
    for (const { path, entry } of table?.entries ?? []) {
      const folder = folderOf(path);
      for (const { value: mirror } of entry.mirrors) {
        const [host = '', name] = mirror.split('/', 2);
        add(hosts, hostInFolder(host, folder), by);
        add(namespaces, name === undefined ? host : `${host}/${name}`, by);
        const list = sources.get(mirror) ?? [...(places.sources.get(mirror) ?? [])];
        sources.set(mirror, list);
        // All entries for a source come one after the other.
        if (by === 1 && list.at(-1) !== source) list.push(source);
        const at = by === -1 ? list.indexOf(source) : -1;
        if (at !== -1) list.splice(at, 1);
      }
    }
  };
  for (const { source, before, registry } of changes) {
    count(source, before, -1);
    count(source, registry, 1);
  }
  const inFolders = counted(places.hostsInFolders, hosts);
  const inNamespaces = counted(places.namespaces, namespaces);
  const lists = [...sources].map(([mirror, list]) => [mirror, list.length === 0 ? undefined : list] as const);
  return {
    places: {
      hostsInFolders: inFolders.counts,
      namespaces: inNamespaces.counts,
      sources: lists.length === 0 ? places.sources : places.sources.with(lists),
    },
    appeared: [...inFolders.appeared, ...inNamespaces.appeared],
  };
}

/** The name under which the mirrors of a host in the files of a folder count. */
export function hostInFolder(host: string, folder: string): string {
  return `${host} ${folder}`;
}

function add(counts: Map<string, number>, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}

/** Counts with others added, and the names that have another answer to whether there is any. */
function counted(before: LayeredMap<string, number>, added: ReadonlyMap<string, number>) {
  const changes = [...added]
    .filter(([, by]) => by !== 0)
    .map(([name, by]) => {
      const count = (before.get(name) ?? 0) + by;
      return [name, count === 0 ? undefined : count] as const;
    });
  const appeared = changes
    .filter(([name, count]) => (count === undefined) === before.has(name))
    .map(([name]) => name);
  return { counts: changes.length === 0 ? before : before.with(changes), appeared };
}
