import { messageOf, UserError } from '../base/errors.ts';
import type { Database } from '../database/database.ts';
import { DigestFacts } from '../database/digestFacts.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import type { ImageStore } from '../stores/imageStore.ts';
import type { Fact, Facts, ImageFacts } from '../workspace/facts.ts';
import { readFacts, writeFacts } from './factsText.ts';
import { HostQueue } from './hostQueue.ts';
import { readImageFacts } from './imageFacts.ts';
import { Lru } from './lru.ts';
import { type Question, questionOf } from './question.ts';
import { SlicedQueue } from './slicedQueue.ts';
import { type Settleable, settleable, settledOr } from './waiting.ts';

/** What a look-up works with; all of it can be replaced in a test. */
export interface LookupOptions {
  /** The store of a reference's repository. May throw a `UserError`. */
  readonly openStore: (reference: ImageReference) => ImageStore;
  /** Where answers are remembered from run to run. */
  readonly database: Database | undefined;
  /** False while nothing may be contacted: `operatorMirror.network`, `--offline`, an untrusted workspace. */
  readonly network: () => boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds for one answer of a registry; 30 seconds when left out. */
  readonly patience?: number;
}

type Settled = Exclude<Fact<ImageFacts>, { state: 'pending' }>;

/** What is remembered of a question. */
interface Memory {
  readonly question: Question;
  /** Undefined when the database was asked and does not know. */
  readonly fact: Settled | undefined;
  /** Milliseconds since the epoch. */
  readonly askAgainAt: number;
}

/** Milliseconds for which an answer is shown without asking again. */
const freshFor = 5 * 60_000;
/** The same for "missing" and "failed", which a push or a repair ends. */
const retryAfter = 60_000;
const usualPatience = 30_000;
const askedAtOnce = 8;
const mostAnswers = 20_000;
const mostFacts = 5000;
/** Milliseconds of database reads in one go, so that an editor with 20,000 images open stays awake. */
const recallSlice = 8;
const pending: Fact<ImageFacts> = { state: 'pending' };

/**
 * Answers questions about images from memory, then from the database, then from their registries. An answer is
 * shown as long as there is no newer one, with its age, and asked for again in the background.
 */
export class Lookup implements Facts {
  readonly #options: LookupOptions;
  readonly #remembered: DigestFacts | undefined;
  readonly #answers = new Lru<Memory>(mostAnswers);
  readonly #byDigest = new Lru<ImageFacts>(mostFacts);
  /** Questions that the database has still to be asked for. */
  readonly #toRecall = new SlicedQueue<Question>(recallSlice, (question) => this.#recallAndAsk(question));
  readonly #asking = new Map<string, Settleable>();
  readonly #queues = new Map<string, HostQueue>();
  readonly #running = new Set<AbortController>();
  readonly #listeners = new Set<(reference: ImageReference) => void>();
  #disposed = false;
  #credentials = 0;

  constructor(options: LookupOptions) {
    this.#options = options;
    this.#remembered = options.database && new DigestFacts(options.database);
  }

  /** What is known now. Starts a look-up where that is nothing or old; never waits, never throws. */
  image(reference: ImageReference): Fact<ImageFacts> {
    const question = questionOf(reference);
    if ('reason' in question) return { state: 'failed', reason: question.reason };
    const memory = this.#answers.get(question.key);
    if (memory === undefined) {
      if (!this.#disposed) this.#toRecall.add(question.key, question);
      return pending;
    }
    if (!this.#options.network()) return memory.fact?.state === 'known' ? memory.fact : networkOff(question);
    if (this.#options.now() >= memory.askAgainAt) this.#ask(question);
    return memory.fact ?? pending;
  }

  /**
   * The answer as soon as there is a fresh one, before all questions that nobody waits for. When so many
   * milliseconds have passed or the signal fires, what is known by then. Never rejects.
   */
  async whenKnown(reference: ImageReference, until: number | AbortSignal): Promise<Fact<ImageFacts>> {
    const question = questionOf(reference);
    if ('reason' in question) return { state: 'failed', reason: question.reason };
    if (this.#answers.get(question.key) === undefined) this.#recall(question);
    const fact = this.image(reference);
    const asking = this.#asking.get(question.key);
    if (asking === undefined) return fact;
    this.#queue(question.host).hurry(question.key);
    await settledOr(asking.promise, until);
    return this.#answers.get(question.key)?.fact ?? pending;
  }

  /**
   * Calls `listener` whenever `image` of a reference gives another answer than before. Gives the function that
   * ends this.
   */
  onArrived(listener: (reference: ImageReference) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The user logged in or out: places that refused us may be asked again. */
  credentialsChanged(): void {
    this.#credentials++;
    const refused = this.#answers.takeWhere(({ askAgainAt }) => askAgainAt === Number.POSITIVE_INFINITY);
    for (const { question } of refused) this.#announce(question);
  }

  /** Ends all that is under way. */
  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
    this.#toRecall.clear();
    for (const queue of this.#queues.values()) queue.clear();
    for (const controller of this.#running) controller.abort();
    for (const { resolve } of this.#asking.values()) resolve();
  }

  /** Asks the database, and then the registry where that has nothing fresh. */
  #recallAndAsk(question: Question): void {
    this.#recall(question);
    const memory = this.#answers.get(question.key);
    const network = this.#options.network();
    if (memory?.fact !== undefined || !network) this.#announce(question);
    if (network && this.#options.now() >= (memory?.askAgainAt ?? 0)) this.#ask(question);
  }

  /** Takes what the database knows into memory. */
  #recall(question: Question): void {
    this.#toRecall.remove(question.key);
    const sighting = this.#remembered?.sighting(question.repository, question.version);
    const facts = sighting && this.#factsOf(sighting.digest, sighting.facts);
    if (sighting === undefined || facts === undefined) {
      this.#answers.set(question.key, { question, fact: undefined, askAgainAt: 0 });
      return;
    }
    const fact: Settled = { state: 'known', value: facts, at: sighting.seenAt };
    this.#answers.set(question.key, { question, fact, askAgainAt: sighting.seenAt + freshFor });
  }

  /** Facts of a digest from memory, or from `text`, or from the database. */
  #factsOf(digest: string, text?: string): ImageFacts | undefined {
    const known = this.#byDigest.get(digest);
    if (known !== undefined) return known;
    const remembered = text ?? this.#remembered?.facts(digest);
    const facts = remembered === undefined ? undefined : readFacts(remembered);
    if (facts !== undefined) this.#byDigest.set(digest, facts);
    return facts;
  }

  #queue(host: string): HostQueue {
    let queue = this.#queues.get(host);
    if (queue === undefined) {
      queue = new HostQueue(askedAtOnce);
      this.#queues.set(host, queue);
    }
    return queue;
  }

  #ask(question: Question): void {
    if (this.#disposed || this.#asking.has(question.key)) return;
    const asking = settleable();
    this.#asking.set(question.key, asking);
    this.#queue(question.host).add(question.key, async () => {
      const credentials = this.#credentials;
      const memory = await this.#answer(question, credentials);
      this.#asking.delete(question.key);
      if (!this.#disposed) this.#learn(question, memory);
      asking.resolve();
    });
  }

  #learn(question: Question, memory: Memory): void {
    const before = this.#answers.get(question.key)?.fact;
    this.#answers.set(question.key, memory);
    if (!sameAnswer(before, memory.fact)) this.#announce(question);
  }

  #announce({ reference }: Question): void {
    for (const listener of this.#listeners) listener(reference);
  }

  async #answer(question: Question, credentials: number): Promise<Memory> {
    const before = this.#answers.get(question.key)?.fact;
    const { now, network, patience = usualPatience } = this.#options;
    // It may have waited in its queue while the user turned the network off.
    if (!network()) return { question, fact: before, askAgainAt: 0 };
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), patience);
    this.#running.add(controller);
    try {
      const facts = await this.#lookUp(question, before, controller.signal);
      const at = now();
      if (facts === undefined) {
        this.#remembered?.forget(question.repository, question.version);
        const reason = `${question.host} does not have ${question.key}`;
        return { question, fact: { state: 'missing', reason }, askAgainAt: at + retryAfter };
      }
      this.#byDigest.set(facts.digest, facts);
      const sighting = { digest: facts.digest, seenAt: at, facts: writeFacts(facts) };
      this.#remembered?.remember(question.repository, question.version, sighting);
      return { question, fact: { state: 'known', value: facts, at }, askAgainAt: at + freshFor };
    } catch (error) {
      const late = controller.signal.aborted;
      const reason = late ? `${question.host} does not answer within ${patience / 1000} s` : messageOf(error);
      // What was known stays known until somebody says otherwise; its age is shown.
      const fact: Settled = before?.state === 'known' ? before : { state: 'failed', reason };
      if (!late && isRefusal(error)) {
        // A login in the meantime may have changed the answer already.
        return {
          question,
          fact,
          askAgainAt: credentials === this.#credentials ? Number.POSITIVE_INFINITY : 0,
        };
      }
      return { question, fact, askAgainAt: now() + retryAfter };
    } finally {
      clearTimeout(timer);
      this.#running.delete(controller);
    }
  }

  /** Asks with as few bytes as what is known already allows; undefined when the image is not there. */
  async #lookUp(
    question: Question,
    before: Settled | undefined,
    signal: AbortSignal,
  ): Promise<ImageFacts | undefined> {
    const { version, byDigest } = question;
    const store = this.#options.openStore(question.reference);
    if (byDigest) {
      const facts = this.#factsOf(version);
      if (facts === undefined) return readImageFacts(store, version, signal);
      return (await store.hasManifest(version, signal)) ? facts : undefined;
    }
    if (before?.state !== 'known') return readImageFacts(store, version, signal);
    const digest = await store.resolveTag(version, signal);
    if (digest === undefined) return undefined;
    return this.#factsOf(digest) ?? readImageFacts(store, digest, signal);
  }
}

function networkOff({ key }: Question): Fact<ImageFacts> {
  return {
    state: 'failed',
    reason: `the network is off (operatorMirror.network), and nothing is remembered of ${key}`,
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof UserError && (error.code === 'unauthorized' || error.code === 'denied');
}

/** True when a person would not see a difference but the age. */
function sameAnswer(a: Settled | undefined, b: Settled | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.state === 'known') return b.state === 'known' && a.value.digest === b.value.digest;
  return a.state === b.state && 'reason' in b && a.reason === b.reason;
}
