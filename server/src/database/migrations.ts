/**
 * What makes a database of one version from one of the version before; `PRAGMA user_version` counts those that
 * were applied. A step that was released is never changed: a new one is added.
 */
export const migrations: readonly string[] = [
  // Facts are immutable, since they belong to a digest. Sightings say when a tag or digest was last seen where.
  `CREATE TABLE digest_facts (
     digest TEXT PRIMARY KEY,
     facts TEXT NOT NULL
   );
   CREATE TABLE sightings (
     repository TEXT NOT NULL,
     version TEXT NOT NULL,
     digest TEXT NOT NULL,
     seen_at INTEGER NOT NULL,
     PRIMARY KEY (repository, version)
   ) WITHOUT ROWID;`,
];
