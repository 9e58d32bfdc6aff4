/**
 * Where the images of a path in a file store came from, as the mapping.txt files of first hops tell, or where there is
 * none, the tags of its images, or else the catalog that they belong to:
 * - `certain`: one or several repositories; several when registries met in one path
 * - `disputed`: two mapping.txt files disagree, and these are all that any of them names
 * - `unknown`: no mapping.txt names the path, or one leads to another path that none names
 */
export interface Origin {
  readonly certainty: 'certain' | 'disputed' | 'unknown';
  /** True where tags prove it, and no mapping.txt says it: that is proof for the images by digest alone. */
  readonly byTags?: boolean;
  /** The catalogs that say it, where neither a mapping.txt nor tags do. */
  readonly byCatalogs?: readonly string[];
  /** Where it is unknown: the repositories that `byCatalogs` have for the path, of which nothing proves any. */
  readonly likely?: readonly string[];
  /** Repositories with their registry, sorted. */
  readonly repositories: readonly string[];
}

/** What is asked where a path in a file store came from: what is known of first hops. */
export interface Origins {
  /** `path` is a repository in a file store without `file://`, as a mirror set's `source` has it after a hop. */
  origin(path: string): Origin;
}

export const unknownOrigin: Origin = { certainty: 'unknown', repositories: [] };

/** Of files among which no mapping.txt is. */
export const noOrigins: Origins = { origin: () => unknownOrigin };
