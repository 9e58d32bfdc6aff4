import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import type { ImageSource } from '../stores/imageStore.ts';
import { type Fact, type Facts, type ImageFacts, noFacts } from '../workspace/facts.ts';
import { roomForAnswers } from './answerSize.ts';
import { Desk } from './desk.ts';
import { ImageInquiry } from './imageInquiry.ts';
import { Inquiry, type InquiryKind } from './inquiry.ts';
import type { OfflineReason } from './offline.ts';
import {
  type ImageQuestion,
  imageQuestion,
  loginQuestion,
  type Question,
  tagsQuestion,
  type Unaskable,
} from './question.ts';
import type { RememberedFacts } from './rememberedFacts.ts';
import { type Unanswered, unansweredPlaces } from './unanswered.ts';
import { settledOr } from './waiting.ts';

/** What a look-up works with; all of it can be replaced in a test. */
export interface LookupOptions {
  /**
   * The store of a reference's repository. `folder` is that of the document which holds the reference. May throw
   * a `UserError`.
   */
  readonly openSource: (
    reference: ImageReference,
    folder: string | undefined,
  ) => ImageSource | Promise<ImageSource>;
  /** The same of a registry, without any credential. Left out, nothing is known of logins. */
  readonly openWithoutLogin?: (reference: ImageReference) => ImageSource | Promise<ImageSource>;
  /** Where answers are remembered from run to run. */
  readonly remembered: RememberedFacts | undefined;
  /** Why no registry may be contacted now; undefined while they may be. */
  readonly offline: () => OfflineReason | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds for one answer; 30 seconds when left out. */
  readonly patience?: number;
  /** Bytes that remembered answers of one kind may take, as good as one knows; by the size of the heap when left out. */
  readonly room?: number;
}

const usualPatience = 30_000;

/**
 * Answers questions about images from memory, then from the database, then from their registries, or from the
 * folder that `oc` wrote. An answer is shown as long as there is no newer one, with its age, and asked for again
 * in the background.
 */
export class Lookup implements Facts {
  readonly #desk: Desk;
  readonly #images: Inquiry<ImageQuestion, ImageFacts>;
  readonly #tags: Inquiry<Question, readonly string[]>;
  readonly #logins: Inquiry<ImageQuestion, boolean>;
  readonly #asked = new Set<string>();

  constructor(options: LookupOptions) {
    const { openSource, openWithoutLogin, remembered, offline, now, patience = usualPatience } = options;
    const { room = roomForAnswers() } = options;
    const open = ({ reference, folder }: Question) => openSource(reference, folder);
    this.#desk = new Desk({ offline, now, patience });
    this.#images = new Inquiry(this.#desk, new ImageInquiry(open, remembered, room), room);
    this.#tags = new Inquiry(this.#desk, tagsOf(open), room);
    this.#logins = new Inquiry(this.#desk, loginsOf(openWithoutLogin), room);
  }

  get version(): number {
    return this.#desk.verdicts;
  }

  get hasAnswers(): boolean {
    return this.#images.hasAnswers;
  }

  /** Grows also where an answer that nobody knew has another reason for that than before. */
  get news(): number {
    return this.#desk.news;
  }

  asked(path: string): boolean {
    return this.#asked.has(path);
  }

  /** Somebody wants to know what has become of the copy of the file at `path`: from now on `asked` says so. */
  askAbout(path: string): void {
    if (this.#asked.has(path)) return;
    this.#asked.add(path);
    this.#desk.announce(true);
  }

  image(reference: ImageReference, from?: string): Fact<ImageFacts> {
    return either(imageQuestion(reference, from), (question) => this.#images.ask(question));
  }

  peek(reference: ImageReference, from?: string): Fact<ImageFacts> {
    return either(imageQuestion(reference, from), (question) => this.#images.peek(question));
  }

  tags(reference: ImageReference, from?: string): Fact<readonly string[]> {
    return either(tagsQuestion(reference, from), (question) => this.#tags.ask(question));
  }

  peekTags(reference: ImageReference, from?: string): Fact<readonly string[]> {
    return either(tagsQuestion(reference, from), (question) => this.#tags.peek(question));
  }

  needsLogin(reference: ImageReference, from?: string): Fact<boolean> {
    return either(loginQuestion(reference, from), (question) => this.#logins.ask(question));
  }

  /** Catalogs are opened elsewhere: here nothing is known of them, until somebody puts an answer in. */
  catalog: Facts['catalog'] = noFacts.catalog;
  catalogImages: Facts['catalogImages'] = noFacts.catalogImages;

  /** Something is known now that was found out elsewhere. */
  announce(): void {
    this.#desk.announce(true);
  }

  /**
   * What `image` says as soon as that is fresh, before all questions that nobody waits for. When so many
   * milliseconds have passed (`Infinity`: never) or the signal fires, what is known by then. Never rejects.
   */
  async whenKnown(
    reference: ImageReference,
    milliseconds: number,
    from?: string,
    signal?: AbortSignal,
  ): Promise<Fact<ImageFacts>> {
    const question = imageQuestion(reference, from);
    if ('reason' in question) return { state: 'failed', reason: question.reason };
    return this.#images.whenKnown(question, milliseconds, signal);
  }

  /** Settles when no question is open any more, or when the signal fires. */
  async idle(signal: AbortSignal): Promise<void> {
    const settling = () => this.#images.settling ?? this.#tags.settling ?? this.#logins.settling;
    for (let open = settling(); open !== undefined && !signal.aborted; open = settling()) {
      await settledOr(open, Number.POSITIVE_INFINITY, signal);
    }
  }

  /** The registries that did not answer when they were last asked. Ask once the look-ups are idle. */
  unanswered(): readonly Unanswered[] {
    const inquiries = [this.#images, this.#tags, this.#logins];
    return unansweredPlaces(inquiries.flatMap((inquiry) => [...inquiry.unanswered()]));
  }

  /**
   * Calls `listener` whenever something about a reference is answered otherwise than before, and without a reference when
   * somebody asked about a file. Gives the function that ends this.
   */
  onArrived(listener: (reference: ImageReference | undefined) => void): () => void {
    return this.#desk.listen((question) => listener(question?.reference));
  }

  /** The user logged in or out: places that refused us may be asked again. */
  credentialsChanged(): void {
    this.#desk.logins++;
    this.#images.forgetRefusals();
    this.#tags.forgetRefusals();
  }

  /** Images have been copied by somebody: places that lacked some may be asked again. */
  imagesWritten(): void {
    this.#images.forgetMissing();
    this.#tags.forgetMissing();
  }

  /** Ends all that is under way. */
  dispose(): void {
    this.#desk.dispose();
    for (const inquiry of [this.#images, this.#tags, this.#logins]) inquiry.dispose();
  }
}

type Open = (question: Question) => ImageSource | Promise<ImageSource>;

function tagsOf(open: Open): InquiryKind<Question, readonly string[]> {
  return {
    lookUp: async (question, _before, signal) => (await open(question)).listTags(signal),
    same: (a, b) => a.length === b.length && a.every((tag, index) => tag === b[index]),
    words: (tags) => tags,
  };
}

function loginsOf(open: LookupOptions['openWithoutLogin']): InquiryKind<ImageQuestion, boolean> {
  return {
    async lookUp({ reference, version, byDigest }, _before, signal) {
      if (open === undefined) throw new UserError('unsupportedPlace', t('logins are not looked up here'));
      const store = await open(reference);
      try {
        await (byDigest ? store.hasManifest(version, signal) : store.resolveTag(version, signal));
        return false;
      } catch (error) {
        if (error instanceof UserError && ['unauthorized', 'denied'].includes(error.code)) return true;
        throw error;
      }
    },
    same: (a, b) => a === b,
    words: () => [],
  };
}

function either<Asked, Value>(
  question: Asked | Unaskable,
  answer: (question: Asked) => Fact<Value>,
): Fact<Value> {
  return isUnaskable(question) ? { state: 'failed', reason: question.reason } : answer(question);
}

function isUnaskable(question: unknown): question is Unaskable {
  return typeof question === 'object' && question !== null && 'reason' in question;
}
