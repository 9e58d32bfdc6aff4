import type { Database } from '../database/database.ts';
import { DigestFacts, type Sighting } from '../database/digestFacts.ts';
import type { ImageFacts } from '../workspace/facts.ts';
import { readFacts, writeFacts } from './factsText.ts';

/** Facts of images from run to run, in the database. */
export class RememberedFacts {
  readonly #kept: DigestFacts;
  readonly #asksAnew: boolean;

  /** @param asksAnew true where what was seen in a repository some time ago is no answer: only what a digest stands for is */
  constructor(database: Database, asksAnew = false) {
    this.#kept = new DigestFacts(database);
    this.#asksAnew = asksAnew;
  }

  /** What was last seen under a tag or digest of a repository; its facts are for `read`. */
  sighting(repository: string, version: string): Sighting | undefined {
    return this.#asksAnew ? undefined : this.#kept.sighting(repository, version);
  }

  /** The facts of a digest, wherever it was seen; for `read`. */
  facts(digest: string): string | undefined {
    return this.#kept.facts(digest);
  }

  /** Undefined for facts that another version of us wrote in another shape. */
  read(facts: string): ImageFacts | undefined {
    return readFacts(facts);
  }

  /** @param seenAt milliseconds since the epoch */
  remember(repository: string, version: string, facts: ImageFacts, seenAt: number): void {
    this.#kept.remember(repository, version, { digest: facts.digest, seenAt, facts: writeFacts(facts) });
  }

  /** The place was asked and does not have it any more. */
  forget(repository: string, version: string): void {
    this.#kept.forget(repository, version);
  }
}
