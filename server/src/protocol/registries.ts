/** A registry that files of the workspace name. */
export interface RegistryRow {
  /** `HOST[:PORT]`, as files have it. */
  readonly host: string;
  /** How many places take images from it: sources of mappings and mirror sets, catalogs. */
  readonly sources: number;
  /** How many places bring images to it: destinations of mappings, mirrors of mirror sets. */
  readonly mirrors: number;
  /** The files that name it, those with the most places first, and not more than somebody looks through. */
  readonly files: readonly NamingFile[];
}

/** A file that names a registry. */
export interface NamingFile {
  readonly uri: string;
  readonly places: number;
}

/** What a registry says to whoever is logged in here. */
export interface RegistryAnswer {
  /** `RegistryState` in `access` says what each means. */
  readonly state: 'accepted' | 'open' | 'anonymous' | 'noLogin' | 'refused' | 'failed';
  /** Why, in words for a person with the next step; null where nothing is wrong. */
  readonly problem: string | null;
}
