import { messageOf, UserError } from '../base/errors.ts';
import { Lru } from '../base/lru.ts';
import { t } from '../base/sentences.ts';
import type { Fact } from '../workspace/facts.ts';
import { sizeOfAnswer } from './answerSize.ts';
import type { Desk } from './desk.ts';
import { offlineText } from './offline.ts';
import type { Question } from './question.ts';
import { SlicedQueue } from './slicedQueue.ts';
import { type Settleable, settleable, settledOr } from './waiting.ts';

/** Something that was seen, and when, in milliseconds since the epoch. */
export interface Seen<Value> {
  readonly value: Value;
  readonly at: number;
}

/** What differs from one kind of question to another. */
export interface InquiryKind<Asked extends Question, Value> {
  /** What is remembered from earlier runs. */
  recall?(question: Asked): Seen<Value> | undefined;
  /** Asks; `before` is the last answer. Undefined when it is not there. */
  lookUp(question: Asked, before: Value | undefined, signal: AbortSignal): Promise<Value | undefined>;
  /** Remembers an answer for later runs; undefined when what was seen before is gone. */
  remember?(question: Asked, seen: Seen<Value> | undefined): void;
  /** True when a person would not see a difference. */
  same(a: Value, b: Value): boolean;
  /** The texts that an answer is made of, which tell how much memory it takes. */
  words(value: Value): readonly string[];
}

type Settled<Value> = Exclude<Fact<Value>, { state: 'pending' }>;

/** What is known of a question. */
interface Memory<Asked, Value> {
  readonly question: Asked;
  /** Undefined when nothing is remembered and nobody has answered yet. */
  readonly fact: Settled<Value> | undefined;
  /** Milliseconds since the epoch. */
  readonly askAgainAt: number;
  /** Why nobody answered when it was last asked; undefined where somebody did. */
  readonly unanswered?: string | undefined;
}

/** A question that nobody answered when it was last asked, and why. */
export interface UnansweredQuestion {
  readonly question: Question;
  readonly reason: string;
}

/** Milliseconds for which an answer is shown without asking again; `other` is for "missing" and "failed". */
const freshness = {
  // A push or a repair ends what is missing sooner than a tag moves.
  registry: { known: 5 * 60_000, other: 60_000 },
  disk: { known: 2_000, other: 2_000 },
};
/** Milliseconds of database reads in one go, so that an editor with 20,000 images open stays awake. */
const recallSlice = 8;
const pending = { state: 'pending' } as const;

/**
 * Questions of one kind. Each is answered from memory, then from what earlier runs remembered, then by its place.
 * An answer is shown as long as there is no newer one, with its age, and asked for again in the background.
 */
export class Inquiry<Asked extends Question, Value> {
  readonly #desk: Desk;
  readonly #kind: InquiryKind<Asked, Value>;
  readonly #answers: Lru<Memory<Asked, Value>>;
  /** Questions that the memory of earlier runs has still to be searched for. */
  readonly #toRecall = new SlicedQueue<Asked>(recallSlice, (question) => this.#recallAndAsk(question));
  readonly #asking = new Map<string, Settleable>();

  /** @param room bytes that its answers may take; those that nobody asked for lately are forgotten then */
  constructor(desk: Desk, kind: InquiryKind<Asked, Value>, room: number) {
    this.#desk = desk;
    this.#kind = kind;
    this.#answers = new Lru(room, (memory) => sizeOfAnswer(this.#wordsOf(memory)));
  }

  /** What is known now. Starts a look-up where that is nothing or old; never waits, never throws. */
  ask(question: Asked): Fact<Value> {
    const memory = this.#answers.get(question.key);
    if (memory === undefined) {
      if (!this.#desk.disposed) this.#toRecall.add(question.key, question);
      return pending;
    }
    if (this.#desk.offline(question) === undefined && this.#desk.now >= memory.askAgainAt)
      this.#ask(question);
    return this.#shown(question, memory);
  }

  /** False while nobody has answered anything. */
  get hasAnswers(): boolean {
    return this.#answers.size > 0;
  }

  /** What is known now, and nothing happens. */
  peek(question: Asked): Fact<Value> {
    const memory = this.#answers.get(question.key);
    return memory === undefined ? pending : this.#shown(question, memory);
  }

  /**
   * The answer as soon as there is a fresh one, before all questions that nobody waits for. When so many
   * milliseconds have passed or the signal fires, what is known by then. Never rejects.
   */
  async whenKnown(
    question: Asked,
    milliseconds: number,
    signal: AbortSignal | undefined,
  ): Promise<Fact<Value>> {
    if (this.#answers.get(question.key) === undefined) this.#recall(question);
    const fact = this.ask(question);
    const asking = this.#asking.get(question.key);
    if (asking === undefined) return fact;
    this.#desk.queue(question).hurry(question.key);
    await settledOr(asking.promise, milliseconds, signal);
    return this.#answers.get(question.key)?.fact ?? pending;
  }

  /** Settles when a question of now is answered; undefined when none is open. */
  get settling(): Promise<unknown> | undefined {
    if (this.#toRecall.size > 0) return new Promise((resolve) => setImmediate(resolve));
    const [asking] = this.#asking.values();
    return asking?.promise;
  }

  /** Places that refused us may be asked again: the user logged in or out. */
  forgetRefusals(): void {
    const refused = this.#answers.takeWhere(({ askAgainAt }) => askAgainAt === Number.POSITIVE_INFINITY);
    for (const { question, fact } of refused) this.#desk.announce(isVerdict(fact), question);
  }

  /** What was not there may be there now: somebody has copied images. */
  forgetMissing(): void {
    const missing = this.#answers.takeWhere(({ fact }) => fact?.state === 'missing');
    for (const { question } of missing) this.#desk.announce(true, question);
  }

  /** What nobody answered when it was last asked; of what is on a disk that is no question. */
  *unanswered(): Generator<UnansweredQuestion> {
    for (const { question, unanswered } of this.#answers.values())
      if (unanswered !== undefined && !question.local) yield { question, reason: unanswered };
  }

  /** Ends the waiting of everybody, and forgets all: what was worked out with the answers may be kept for longer. */
  dispose(): void {
    this.#toRecall.clear();
    this.#answers.clear();
    for (const { resolve } of this.#asking.values()) resolve();
  }

  #shown(question: Asked, { fact }: Memory<Asked, Value>): Fact<Value> {
    const offline = this.#desk.offline(question);
    if (offline === undefined || fact?.state === 'known') return fact ?? pending;
    return { state: 'failed', reason: offlineText(offline, question.name) };
  }

  /** Searches the memory, and asks the place where that has nothing fresh. */
  #recallAndAsk(question: Asked): void {
    this.#recall(question);
    const memory = this.#answers.get(question.key);
    const offline = this.#desk.offline(question) !== undefined;
    if (memory?.fact !== undefined || offline) this.#desk.announce(isVerdict(memory?.fact), question);
    if (!offline && this.#desk.now >= (memory?.askAgainAt ?? 0)) this.#ask(question);
  }

  #recall(question: Asked): void {
    this.#toRecall.remove(question.key);
    const seen = this.#kind.recall?.(question);
    const fact: Settled<Value> | undefined = seen && { state: 'known', ...seen };
    const askAgainAt = seen === undefined ? 0 : seen.at + freshnessOf(question).known;
    this.#answers.set(question.key, { question, fact, askAgainAt });
  }

  #ask(question: Asked): void {
    const { key } = question;
    if (this.#desk.disposed || this.#asking.has(key)) return;
    const asking = settleable();
    this.#asking.set(key, asking);
    this.#desk.queue(question).add(key, async () => {
      const memory = await this.#answer(question);
      this.#asking.delete(key);
      if (!this.#desk.disposed) this.#learn(question, memory);
      asking.resolve();
    });
  }

  #learn(question: Asked, memory: Memory<Asked, Value>): void {
    const before = this.#answers.get(question.key)?.fact;
    this.#answers.set(question.key, memory);
    if (this.#sameAnswer(before, memory.fact)) return;
    this.#desk.announce(isVerdict(before) || isVerdict(memory.fact), question);
  }

  async #answer(question: Asked): Promise<Memory<Asked, Value>> {
    const desk = this.#desk;
    const before = this.#answers.get(question.key)?.fact;
    // It may have waited in its queue while the user turned the network off.
    if (desk.offline(question) !== undefined) {
      const unanswered = this.#answers.get(question.key)?.unanswered;
      return { question, fact: before, askAgainAt: 0, unanswered };
    }
    const { logins } = desk;
    const { place, name } = question;
    const { known, other } = freshnessOf(question);
    const last = before?.state === 'known' ? before.value : undefined;
    const turn = desk.begin();
    try {
      const value = await this.#kind.lookUp(question, last, turn.signal);
      const at = desk.now;
      this.#kind.remember?.(question, value === undefined ? undefined : { value, at });
      if (value !== undefined)
        return { question, fact: { state: 'known', value, at }, askAgainAt: at + known };
      const reason = t('{0} does not have {1}', place, name);
      return { question, fact: { state: 'missing', reason }, askAgainAt: at + other };
    } catch (error) {
      const late = turn.signal.aborted;
      const reason = late ? lateText(place, desk.patience) : messageOf(error);
      // What was known stays known until somebody says otherwise; its age is shown. A disk is no rumour.
      const keeps = before?.state === 'known' && !question.local;
      const fact: Settled<Value> = keeps ? before : { state: 'failed', reason };
      const unanswered = reason;
      if (late || !isRefusal(error)) return { question, fact, askAgainAt: desk.now + other, unanswered };
      // A login in the meantime may have changed the answer already.
      const askAgainAt = logins === desk.logins ? Number.POSITIVE_INFINITY : 0;
      return { question, fact, askAgainAt, unanswered };
    } finally {
      turn.end();
    }
  }

  #wordsOf({ question, fact, unanswered = '' }: Memory<Asked, Value>): string[] {
    const { key, name, repository } = question;
    // Of an image in a registry they are one text.
    const words = key === name ? [key, repository] : [key, name, repository];
    if (fact?.state === 'known') words.push(...this.#kind.words(fact.value));
    words.push(fact !== undefined && 'reason' in fact ? fact.reason : unanswered);
    return words;
  }

  /** True when a person would not see a difference but the age. */
  #sameAnswer(a: Settled<Value> | undefined, b: Settled<Value> | undefined): boolean {
    if (a === undefined || b === undefined) return a === b;
    if (a.state === 'known') return b.state === 'known' && this.#kind.same(a.value, b.value);
    return a.state === b.state && 'reason' in b && a.reason === b.reason;
  }
}

/** Only what is known or missing can be a finding. */
function isVerdict(fact: Settled<unknown> | undefined): boolean {
  return fact?.state === 'known' || fact?.state === 'missing';
}

function freshnessOf({ local }: Question) {
  return local ? freshness.disk : freshness.registry;
}

function lateText(place: string, patience: number): string {
  return t(
    '{0} does not answer within {1} s; check that it can be reached from here (firewall, proxy, VPN)',
    place,
    patience / 1000,
  );
}

function isRefusal(error: unknown): boolean {
  return error instanceof UserError && (error.code === 'unauthorized' || error.code === 'denied');
}
