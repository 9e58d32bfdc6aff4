import { Lru } from '../base/lru.ts';
import type { ImageSource } from '../stores/imageStore.ts';
import type { ImageFacts } from '../workspace/facts.ts';
import { sizeOfAnswer, wordsOfFacts } from './answerSize.ts';
import type { InquiryKind, Seen } from './inquiry.ts';
import type { ImageQuestion } from './question.ts';
import type { RememberedFacts } from './rememberedFacts.ts';

/**
 * What is under a tag or digest. Facts belong to a digest for ever, and are kept from run to run together with
 * where they were seen; what a folder on this machine has is read when it is asked for.
 */
export class ImageInquiry implements InquiryKind<ImageQuestion, ImageFacts> {
  readonly #open: (question: ImageQuestion) => ImageSource | Promise<ImageSource>;
  readonly #remembered: RememberedFacts | undefined;
  readonly #byDigest: Lru<ImageFacts>;

  constructor(
    open: (question: ImageQuestion) => ImageSource | Promise<ImageSource>,
    remembered: RememberedFacts | undefined,
    room: number,
  ) {
    this.#open = open;
    // Most of them are in answers too.
    this.#byDigest = new Lru(room / 4, (facts) => sizeOfAnswer(wordsOfFacts(facts)));
    this.#remembered = remembered;
  }

  recall({ repository, version, local }: ImageQuestion): Seen<ImageFacts> | undefined {
    const sighting = local ? undefined : this.#remembered?.sighting(repository, version);
    const value = sighting && this.#factsOf(sighting.digest, sighting.facts);
    return value && { value, at: sighting.seenAt };
  }

  remember({ repository, version, local }: ImageQuestion, seen: Seen<ImageFacts> | undefined): void {
    if (local) return;
    if (seen === undefined) {
      this.#remembered?.forget(repository, version);
      return;
    }
    const { value, at } = seen;
    this.#byDigest.set(value.digest, value);
    this.#remembered?.remember(repository, version, value, at);
  }

  /** Asks with as few bytes as what is known already allows. */
  async lookUp(
    question: ImageQuestion,
    before: ImageFacts | undefined,
    signal: AbortSignal,
  ): Promise<ImageFacts | undefined> {
    const { version, byDigest, local } = question;
    const store = await this.#open(question);
    // What reads manifests is loaded when there is one to read.
    const { readImageFacts } = await import('./imageFacts.ts');
    // A folder is quick to read, and may be damaged where a registry is not.
    if (local) return readImageFacts(store, version, signal);
    if (byDigest) {
      const facts = this.#factsOf(version);
      if (facts === undefined) return readImageFacts(store, version, signal);
      return (await store.hasManifest(version, signal)) ? facts : undefined;
    }
    if (before === undefined) return readImageFacts(store, version, signal);
    const digest = await store.resolveTag(version, signal);
    if (digest === undefined) return undefined;
    return this.#factsOf(digest) ?? readImageFacts(store, digest, signal);
  }

  same(a: ImageFacts, b: ImageFacts): boolean {
    return a.digest === b.digest;
  }

  words(facts: ImageFacts): readonly string[] {
    return wordsOfFacts(facts);
  }

  /** Facts of a digest from memory, or from `text`, or from the database. */
  #factsOf(digest: string, text?: string): ImageFacts | undefined {
    const known = this.#byDigest.get(digest);
    if (known !== undefined) return known;
    const remembered = text ?? this.#remembered?.facts(digest);
    const facts = remembered === undefined ? undefined : this.#remembered?.read(remembered);
    if (facts !== undefined) this.#byDigest.set(digest, facts);
    return facts;
  }
}
