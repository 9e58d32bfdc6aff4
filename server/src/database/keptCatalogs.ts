import type { Catalog } from '../catalog/model.ts';
import type { Database } from './database.ts';
import {
  isWhole,
  type PackedCatalog,
  type PackedPieces,
  packCatalog,
  packedForm,
  unpackCatalog,
} from './packedCatalog.ts';

/** Catalogs that are kept, those of which nobody made use for the longest time are forgotten first. Each has some megabytes. */
const mostCatalogs = 40;

/** Milliseconds after which it is written again that a catalog was used: who only reads waits for no disk. */
const usedAgainAfter = 3_600_000;

/**
 * Catalogs that were read, by the digest of what they were read from, so that they are read once. To open one again neither
 * fetches a layer nor parses a text.
 */
export class KeptCatalogs {
  readonly #database: Database;
  readonly #now: () => number;
  /** What is to be written as soon as nobody waits for it. */
  readonly #waiting = new Map<string, Catalog>();
  #writing: NodeJS.Immediate | undefined;
  /** What somebody may still ask of catalogs that were got from here. */
  readonly #unread = new Set<WeakRef<PackedCatalog & { readonly digest: string }>>();

  /** @param now milliseconds since the epoch */
  constructor(database: Database, now: () => number = Date.now) {
    this.#database = database;
    this.#now = now;
  }

  /**
   * The catalog of an image, of a folder or of a file with this digest; undefined where it was never read here. What it says of packages
   * is read when somebody asks for it. Should that be lost until then, it throws a UserError `lostCatalog`, and the catalog is forgotten.
   */
  get(digest: string): Catalog | undefined {
    const waiting = this.#waiting.get(digest);
    if (waiting !== undefined) return waiting;
    const packed = this.#database.run((prepare) => {
      const row = prepare(
        `SELECT outline, used_at,
          (SELECT count(*) FROM catalog_fronts WHERE digest = catalogs.digest) AS fronts,
          (SELECT count(*) FROM catalog_groups WHERE digest = catalogs.digest) AS groups
        FROM catalogs WHERE digest = ? AND form = ?`,
      ).get(digest, packedForm);
      const outline = bytesIn(row, 'outline');
      if (outline === undefined) return undefined;
      return {
        digest,
        outline,
        usedAt: Number(valueIn(row, 'used_at')),
        fronts: new KeptPieces(Number(valueIn(row, 'fronts')), () => this.#frontsOf(digest)),
        groups: new KeptPieces(Number(valueIn(row, 'groups')), (number) => this.#groupOf(digest, number)),
        icons: { at: (number: number) => this.#iconOf(digest, number) },
      };
    });
    const forget = () => {
      this.#database.run((prepare) => this.#forget(prepare, digest));
    };
    const catalog = packed && unpackCatalog(packed, forget);
    if (packed === undefined || catalog === undefined) return undefined;
    for (const one of this.#unread) if (one.deref() === undefined) this.#unread.delete(one);
    this.#unread.add(new WeakRef(packed));
    const now = this.#now();
    if (Math.abs(now - packed.usedAt) >= usedAgainAfter) {
      this.#database.run((prepare) =>
        prepare('UPDATE catalogs SET used_at = ? WHERE digest = ?').run(now, digest),
      );
    }
    return catalog;
  }

  /**
   * Keeps a catalog that was read whole. To pack and write it takes a sixth of the time in which it was read: that is done when
   * whoever has asked for it has it.
   */
  keep(digest: string, catalog: Catalog): void {
    this.#waiting.set(digest, catalog);
    this.#writing ??= setImmediate(() => this.flush());
  }

  /** Writes what is to be kept and is not written yet; for who closes the database. */
  flush(): void {
    clearImmediate(this.#writing);
    this.#writing = undefined;
    for (const [digest, catalog] of this.#waiting) this.#write(digest, catalog);
    this.#waiting.clear();
  }

  /**
   * Reads what nobody has asked for yet, for who makes use of catalogs when the database is closed. What is lost is forgotten now: it
   * will be said when there is nothing any more to forget it in.
   */
  readAll(): void {
    for (const one of this.#unread) {
      const packed = one.deref();
      if (packed === undefined || isWhole(packed)) continue;
      this.#database.run((prepare) => this.#forget(prepare, packed.digest));
    }
    this.#unread.clear();
  }

  #write(digest: string, catalog: Catalog): void {
    const { outline, fronts, groups, icons } = packCatalog(catalog);
    this.#atOnce((prepare) => {
      this.#forget(prepare, digest);
      prepare('INSERT INTO catalog_fronts (digest, fronts) VALUES (?, ?)').run(digest, fronts.at(0));
      prepare('INSERT INTO catalogs (digest, form, used_at, outline) VALUES (?, ?, ?, ?)').run(
        ...[digest, packedForm, this.#now(), outline],
      );
      const insertGroup = prepare('INSERT INTO catalog_groups (digest, number, content) VALUES (?, ?, ?)');
      for (let number = 0; number < groups.length; number++)
        insertGroup.run(digest, number, groups.at(number));
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

  #frontsOf(digest: string): Uint8Array | undefined {
    const row = this.#database.run((prepare) =>
      prepare('SELECT fronts FROM catalog_fronts WHERE digest = ?').get(digest),
    );
    return bytesIn(row, 'fronts');
  }

  #groupOf(digest: string, number: number): Uint8Array | undefined {
    const row = this.#database.run((prepare) =>
      prepare('SELECT content FROM catalog_groups WHERE digest = ? AND number = ?').get(digest, number),
    );
    return bytesIn(row, 'content');
  }

  #iconOf(digest: string, number: number): Uint8Array | undefined {
    const row = this.#database.run((prepare) =>
      prepare('SELECT icon FROM catalog_icons WHERE digest = ? AND number = ?').get(digest, number),
    );
    return bytesIn(row, 'icon');
  }

  /** The digest that an image had when it was last seen under a name, for who may not ask again. */
  digestOf(name: string): string | undefined {
    const row = this.#database.run((prepare) =>
      prepare('SELECT digest FROM catalog_names WHERE name = ?').get(name),
    );
    const digest = valueIn(row, 'digest');
    return typeof digest === 'string' ? digest : undefined;
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

/** What a row has in a column; others may have written to the file. A library that checks rows takes longer than all of these. */
function valueIn(row: unknown, column: string): unknown {
  return typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[column] : undefined;
}

function bytesIn(row: unknown, column: string): Uint8Array | undefined {
  const value = valueIn(row, column);
  return value instanceof Uint8Array ? value : undefined;
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

/** Pieces of a catalog, each read once, when it is asked for. */
class KeptPieces implements PackedPieces {
  readonly #readAt: (number: number) => Uint8Array | undefined;
  readonly #read: (Uint8Array | undefined)[] = [];
  readonly length: number;

  constructor(length: number, readAt: (number: number) => Uint8Array | undefined) {
    this.#readAt = readAt;
    this.length = length;
  }

  at(number: number): Uint8Array | undefined {
    this.#read[number] ??= this.#readAt(number);
    return this.#read[number];
  }
}
