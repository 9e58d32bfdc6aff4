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
  // A catalog belongs to a digest, so it never changes. Names say which digest a tag had when it was last seen.
  `CREATE TABLE catalogs (
     digest TEXT PRIMARY KEY,
     form INTEGER NOT NULL,
     used_at INTEGER NOT NULL,
     outline BLOB NOT NULL
   );
   CREATE TABLE catalog_packages (
     digest TEXT NOT NULL,
     number INTEGER NOT NULL,
     content BLOB NOT NULL,
     PRIMARY KEY (digest, number)
   );
   CREATE TABLE catalog_names (
     name TEXT PRIMARY KEY,
     digest TEXT NOT NULL,
     seen_at INTEGER NOT NULL
   );`,
  // What is looked at of all packages at once, apart from what is written whenever a catalog is used.
  `CREATE TABLE catalog_fronts (
     digest TEXT PRIMARY KEY,
     fronts BLOB NOT NULL,
     icons BLOB NOT NULL
   );`,
  // Icons are most of the bytes and are seldom wanted. A column behind the others costs nothing where nobody asks for it.
  `ALTER TABLE catalog_packages ADD COLUMN icon BLOB;
   DROP TABLE catalog_fronts;
   CREATE TABLE catalog_fronts (
     digest TEXT PRIMARY KEY,
     fronts BLOB NOT NULL
   );`,
  // Packages are kept some together, and not among their icons: they are read whenever a catalog is opened, from fewer pages.
  `DELETE FROM catalogs;
   DELETE FROM catalog_fronts;
   DROP TABLE catalog_packages;
   CREATE TABLE catalog_groups (
     digest TEXT NOT NULL,
     number INTEGER NOT NULL,
     content BLOB NOT NULL,
     PRIMARY KEY (digest, number)
   );
   CREATE TABLE catalog_icons (
     digest TEXT NOT NULL,
     number INTEGER NOT NULL,
     icon BLOB NOT NULL,
     PRIMARY KEY (digest, number)
   );`,
];
