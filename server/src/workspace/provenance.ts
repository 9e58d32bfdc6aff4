import { canonicalRepository, type MappingIndex } from './mappingIndex.ts';

/**
 * Where the images of a path in a file store came from, as the mapping.txt files of first hops tell:
 * - `certain`: one or several repositories; several when registries met in one path
 * - `disputed`: two mapping.txt files disagree, and these are all that any of them names
 * - `unknown`: no mapping.txt names the path
 */
export interface Origin {
  readonly certainty: 'certain' | 'disputed' | 'unknown';
  /** Repositories with their registry, sorted. */
  readonly repositories: readonly string[];
}

const unknown: Origin = { certainty: 'unknown', repositories: [] };

/**
 * The true sources behind a `file://` hop. `oc adm catalog mirror` drops the source registry from the path, so
 * nothing but the first hop's mapping.txt (or the catalog itself) says where an image came from.
 */
export class Provenance {
  readonly #hops: readonly { readonly index: MappingIndex; readonly version: number }[];
  readonly #origins = new Map<string, Origin>();

  constructor(indexes: readonly MappingIndex[]) {
    this.#hops = indexes.map((index) => ({ index, version: index.firstHopVersion }));
  }

  /** True while these are all the first hops there are, and none of them has changed. */
  isCurrent(indexes: readonly MappingIndex[]): boolean {
    return (
      indexes.length === this.#hops.length &&
      this.#hops.every((hop, at) => hop.index === indexes[at] && hop.version === hop.index.firstHopVersion)
    );
  }

  /** `path` is a repository in a file store without `file://`, as a mirror set's `source` has it after a hop. */
  origin(path: string): Origin {
    let origin = this.#origins.get(path);
    if (origin === undefined) {
      origin = this.#trace(path);
      this.#origins.set(path, origin);
    }
    return origin;
  }

  #trace(path: string): Origin {
    const opinions = new Map<string, readonly string[]>();
    for (const { index } of this.#hops) {
      const repositories = sourcesOf(index, path);
      if (repositories.length > 0) opinions.set(repositories.join(' '), repositories);
    }
    const [first, ...others] = [...opinions.values()];
    if (first === undefined) return unknown;
    if (others.length === 0) return { certainty: 'certain', repositories: first };
    return { certainty: 'disputed', repositories: [...new Set([first, ...others].flat())].sort() };
  }
}

/** The repositories of registries that one mapping.txt brings to a path. */
function sourcesOf(index: MappingIndex, path: string): string[] {
  const repositories = new Set<string>();
  for (const line of index.byFileDestination.get(path)) {
    for (const { source, destination } of line.pairs) {
      if (!source.parsed.ok || source.parsed.reference.transport !== 'registry') continue;
      if (!destination.parsed.ok || destination.parsed.reference.transport !== 'file') continue;
      repositories.add(canonicalRepository(source.parsed.reference));
    }
  }
  return [...repositories].sort();
}
