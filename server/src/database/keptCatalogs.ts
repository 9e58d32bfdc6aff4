import * as z from 'zod';
import type { Catalog } from '../catalog/model.ts';
import type { Database } from './database.ts';
import { type PackedIcons, packCatalog, packedForm, unpackCatalog } from './packedCatalog.ts';

/** Catalogs that are kept, those of which nobody made use for the longest time are forgotten first. Each has some megabytes. */
const mostCatalogs = 40;

/** Milliseconds after which it is written again that a catalog was used: who only reads waits for no disk. */
const usedAgainAfter = 3_600_000;

/** Made for rows by the thousand, what zod compiles takes longer than the few rows here. */
const once = { jitless: true };

const bytes = z.instanceof(Uint8Array);
const outlineRow = z.object({ outline: bytes, fronts: bytes, used_at: z.number() });
const groupRows = z.array(z.object({ content: bytes }));
const iconRow = z.object({ icon: bytes });
const nameRow = z.object({ digest: z.string(), seen_at: z.number() });

/**
 * Catalogs that were read, by the digest of what they were read from, so that they are read once. To open one again neither
 * fetches a layer nor parses a text.
 */
export class KeptCatalogs {
  readonly #database: Database;
  readonly #now: () => number;

  /** @param now milliseconds since the epoch */
  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /** The catalog of an image, of a folder or of a file with this digest; undefined where it was never read here. */
  get(digest: string): Catalog | undefined {
    const packed = this.#database.run((prepare) => {
      const outline = outlineRow.safeParse(
        prepare(
          'SELECT outline, fronts, used_at FROM catalogs JOIN catalog_fronts USING (digest) WHERE digest = ? AND form = ?',
        ).get(digest, packedForm),
        once,
      );
      if (!outline.success) return undefined;
      const groups = groupRows.safeParse(
        prepare('SELECT content FROM catalog_groups WHERE digest = ? ORDER BY number').all(digest),
        once,
      );
      if (!groups.success) return undefined;
      return {
        outline: outline.data.outline,
        fronts: outline.data.fronts,
        usedAt: outline.data.used_at,
        groups: groups.data.map(({ content }) => content),
        icons: this.#iconsOf(digest),
      };
    });
    const catalog = packed && unpackCatalog(packed);
    if (packed === undefined || catalog === undefined) return undefined;
    const now = this.#now();
    if (Math.abs(now - packed.usedAt) >= usedAgainAfter) {
      this.#database.run((prepare) =>
        prepare('UPDATE catalogs SET used_at = ? WHERE digest = ?').run(now, digest),
      );
    }
    return catalog;
  }

  /** Keeps a catalog that was read whole. */
  keep(digest: string, catalog: Catalog): void {
    const { outline, fronts, groups, icons } = packCatalog(catalog);
    this.#atOnce((prepare) => {
      this.#forget(prepare, digest);
      prepare('INSERT INTO catalog_fronts (digest, fronts) VALUES (?, ?)').run(digest, fronts);
      prepare('INSERT INTO catalogs (digest, form, used_at, outline) VALUES (?, ?, ?, ?)').run(
        ...[digest, packedForm, this.#now(), outline],
      );
      const insertGroup = prepare('INSERT INTO catalog_groups (digest, number, content) VALUES (?, ?, ?)');
      for (const [number, content] of groups.entries()) insertGroup.run(digest, number, content);
      const insertIcon = prepare('INSERT INTO catalog_icons (digest, number, icon) VALUES (?, ?, ?)');
      for (const number of catalog.packages.keys()) {
        const icon = icons.at(number);
        if (icon !== undefined) insertIcon.run(digest, number, icon);
      }
      const old = prepare(
        'SELECT digest FROM catalogs ORDER BY form = ? DESC, used_at DESC LIMIT -1 OFFSET ?',
      ).all(packedForm, mostCatalogs);
      for (const row of old) this.#forget(prepare, (row as { digest: string }).digest);
    });
  }

  #iconsOf(digest: string): PackedIcons {
    return {
      at: (number) => {
        const row = this.#database.run((prepare) =>
          prepare('SELECT icon FROM catalog_icons WHERE digest = ? AND number = ?').get(digest, number),
        );
        const found = iconRow.safeParse(row, once);
        return found.success ? found.data.icon : undefined;
      },
    };
  }

  /** The digest that an image had when it was last seen under a name, for who may not ask again. */
  digestOf(name: string): string | undefined {
    const found = nameRow.safeParse(
      this.#database.run((prepare) =>
        prepare('SELECT digest, seen_at FROM catalog_names WHERE name = ?').get(name),
      ),
      once,
    );
    return found.success ? found.data.digest : undefined;
  }

  /** Remembers which digest a name has now. */
  seen(name: string, digest: string): void {
    this.#database.run((prepare) =>
      prepare('INSERT OR REPLACE INTO catalog_names (name, digest, seen_at) VALUES (?, ?, ?)').run(
        ...[name, digest, this.#now()],
      ),
    );
  }

  #forget(prepare: Prepare, digest: string): void {
    prepare('DELETE FROM catalogs WHERE digest = ?').run(digest);
    prepare('DELETE FROM catalog_fronts WHERE digest = ?').run(digest);
    prepare('DELETE FROM catalog_groups WHERE digest = ?').run(digest);
    prepare('DELETE FROM catalog_icons WHERE digest = ?').run(digest);
  }

  /** All of it, or where anything fails nothing. */
  #atOnce(action: (prepare: Prepare) => void): void {
    this.#database.run((prepare) => {
      prepare('BEGIN IMMEDIATE').run();
      try {
        action(prepare);
        prepare('COMMIT').run();
      } catch (error) {
        rollBack(prepare);
        throw error;
      }
    });
  }
}

type Prepare = Parameters<Parameters<Database['run']>[0]>[0];

/** SQLite may have done it already, as it does where the disk is full. */
function rollBack(prepare: Prepare): void {
  try {
    prepare('ROLLBACK').run();
  } catch {
    // Then there is nothing to roll back.
  }
}
