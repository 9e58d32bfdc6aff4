import * as z from 'zod';
import type { Database } from './database.ts';

/** A tag or a digest that was seen in a repository, and what is known of the image there. */
export interface Sighting {
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly seenAt: number;
  /** As text; the room that asks knows its shape. */
  readonly facts: string;
}

const row = z.object({ digest: z.string(), seen_at: z.number(), facts: z.string() });

/**
 * Facts of images, remembered for ever under their digest, and where tags and digests were seen. What is missing
 * or failed is not remembered here: it may be otherwise tomorrow.
 */
export class DigestFacts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What was last seen under a tag or digest of a repository. */
  sighting(repository: string, version: string): Sighting | undefined {
    const found = this.#database.run((prepare) =>
      prepare(
        `SELECT digest, seen_at, facts FROM sightings JOIN digest_facts USING (digest)
         WHERE repository = ? AND version = ?`,
      ).get(repository, version),
    );
    const parsed = row.safeParse(found);
    if (!parsed.success) return undefined;
    const { digest, seen_at: seenAt, facts } = parsed.data;
    return { digest, seenAt, facts };
  }

  /** The facts of a digest, wherever it was seen. */
  facts(digest: string): string | undefined {
    const found = this.#database.run((prepare) =>
      prepare('SELECT facts FROM digest_facts WHERE digest = ?').get(digest),
    );
    const parsed = row.pick({ facts: true }).safeParse(found);
    return parsed.success ? parsed.data.facts : undefined;
  }

  /** Remembers that an image was seen. An older sighting of another process never takes the place of a newer one. */
  remember(repository: string, version: string, { digest, seenAt, facts }: Sighting): void {
    this.#database.run((prepare) => {
      prepare('INSERT OR REPLACE INTO digest_facts (digest, facts) VALUES (?, ?)').run(digest, facts);
      prepare(
        `INSERT INTO sightings (repository, version, digest, seen_at) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET digest = excluded.digest, seen_at = excluded.seen_at
         WHERE excluded.seen_at >= seen_at`,
      ).run(repository, version, digest, seenAt);
    });
  }

  /** Forgets that something was seen: the place was asked and does not have it any more. */
  forget(repository: string, version: string): void {
    this.#database.run((prepare) =>
      prepare('DELETE FROM sightings WHERE repository = ? AND version = ?').run(repository, version),
    );
  }
}
