import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import type { Manifest } from '../../content/descriptor.ts';
import { parseManifest } from '../../content/manifest.ts';
import { referrersTag } from '../../content/referrers.ts';
import type { ImageReference } from '../../documents/imageReference.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { asUserError, withSide } from '../copy/sides.ts';
import { cosignTags, isAttachmentName, signedDigest, tagBeside } from './attachmentNames.ts';
import { referrersUnderTag } from './listedReferrers.ts';

/** A signature, an attestation, a bill of materials, or anything else that refers to an image. */
export type Attachment =
  /** Cosign's: it is found by its name. */
  | { readonly kind: 'tag'; readonly tag: string }
  /** OCI's: it is found by the subject that its manifest names. */
  | { readonly kind: 'referrer'; readonly subject: string; readonly manifest: Manifest };

/** What a source has beside an image. */
export interface FoundAttachments {
  /** Each once. What refers to a referrer stands behind it. */
  readonly found: readonly Attachment[];
  /** What is there and cannot be read, by its digest or by the image's. */
  readonly failed: readonly { readonly name: string; readonly error: UserError }[];
  /** Why nobody knows whether there is more. */
  readonly unknown: UserError | undefined;
}

/** What nobody exceeds in good faith. */
export interface AttachmentBounds {
  /** Attachments of an image with all that it is made of. */
  readonly attachments: number;
  /** Referrers of referrers, above the first. */
  readonly depth: number;
}

const usual: AttachmentBounds = { attachments: 500, depth: 3 };

/** Pages of tags that are read of a repository before its images are asked for one by one. */
const mostTagPages = 4;

/** A place that fails so often to say what refers to an image, and never succeeds between, is not asked for others. */
const mostRefusals = 5;

/** Asks a place, as the run bears it. */
export type Ask = <Result>(source: ImageSource, task: () => Promise<Result>) => Promise<Result>;

/**
 * Finds what sources have beside images, with as few questions as there can be. A repository whose tags are a short list is asked
 * for that once, which tells of all its images; else each image is asked for each tag. Of registries that know the API for referrers
 * each image is asked for, and those that do not know it are found out with one question.
 *
 * What an index is made of has attachments of its own where the index has some, or where the list names others.
 */
export class AttachmentFinder {
  readonly #ask: Ask;
  readonly #signal: AbortSignal;
  readonly #bounds: AttachmentBounds;
  /** By the name of the repository. */
  readonly #lists = new Map<string, Promise<TagList | undefined>>();
  /** Whether places know the API; what is asked meanwhile waits for the first answer. */
  readonly #knowsReferrers = new Map<string, Promise<boolean>>();
  /** How places failed to answer for referrers, one after the other. */
  readonly #refusals = new Map<string, readonly UserError[]>();

  constructor(ask: Ask, signal: AbortSignal, bounds: Partial<AttachmentBounds> = {}) {
    this.#ask = ask;
    this.#signal = signal;
    this.#bounds = { ...usual, ...bounds };
  }

  /**
   * What a source has beside an image of its.
   * @param image how the source is named
   * @param digest what the image is
   * @throws the signal's reason; nothing else
   */
  async beside(source: ImageSource, image: ImageReference, digest: string): Promise<FoundAttachments> {
    const search = new Search(this.#bounds);
    try {
      await this.#follow(digest, source, image, search);
      if (search.found.length > 0 || (await this.#hasOthers(source, digest))) {
        for (const child of await this.#children(source, digest)) {
          await this.#follow(child, source, image, search);
        }
      }
    } catch (error) {
      this.#signal.throwIfAborted();
      if (error instanceof TooMany) {
        search.failed.push({ name: digest, error: tooMany(source, digest, this.#bounds.attachments) });
      } else {
        search.unknown = atSource(error);
      }
    }
    return search;
  }

  /** Goes from a manifest to what is attached to it, and to what is attached to that. */
  async #follow(
    top: string,
    source: ImageSource,
    image: ImageReference,
    search: Search,
    depth = 0,
  ): Promise<void> {
    if (search.seen.has(top)) return;
    search.seen.add(top);
    for (const tag of await this.#tagsOf(top, source, image)) {
      search.count();
      search.found.push({ kind: 'tag', tag });
    }
    for (const referrer of await this.#referrers(top, source, image)) {
      if (search.seen.has(referrer)) continue;
      search.count();
      let manifest: Manifest | undefined;
      try {
        manifest = await this.#ask(source, () => source.getManifest(referrer, this.#signal));
        if (manifest === undefined) throw missing(source, referrer, top);
      } catch (error) {
        this.#signal.throwIfAborted();
        search.failed.push({ name: referrer, error: atSource(error) });
        continue;
      }
      // Whoever can write a tag can list there what he likes.
      if (subjectOf(manifest) !== top) continue;
      search.found.push({ kind: 'referrer', subject: top, manifest });
      if (depth < this.#bounds.depth) await this.#follow(referrer, source, image, search, depth + 1);
    }
  }

  /** The tags of cosign's that a digest has. */
  async #tagsOf(digest: string, source: ImageSource, image: ImageReference): Promise<string[]> {
    const tags = cosignTags(digest);
    const has = await Promise.all(tags.map((tag) => this.#hasTag(source, tagBeside(image, tag))));
    return tags.filter((_, at) => has[at]);
  }

  async #hasTag(source: ImageSource, tag: string): Promise<boolean> {
    const list = await this.#list(source);
    if (list !== undefined) return list.tags.has(tag);
    return (await this.#ask(source, () => source.resolveTag(tag, this.#signal))) !== undefined;
  }

  /** True where the list of tags has attachments of other digests than this one. */
  async #hasOthers(source: ImageSource, digest: string): Promise<boolean> {
    const signed = (await this.#list(source))?.signed;
    return signed !== undefined && signed.size > (signed.has(digest) ? 1 : 0);
  }

  #list(source: ImageSource): Promise<TagList | undefined> {
    let list = this.#lists.get(source.name);
    if (list === undefined) {
      list = this.#readList(source);
      this.#lists.set(source.name, list);
    }
    return list;
  }

  async #readList(source: ImageSource): Promise<TagList | undefined> {
    try {
      const tags = await this.#ask(source, () => source.listTags(this.#signal, mostTagPages));
      if (tags === undefined) return undefined;
      // The others are many, and nobody asks for them.
      const kept = tags.filter(isAttachmentName);
      return { tags: new Set(kept), signed: new Set(kept.flatMap((tag) => signedDigest(tag) ?? [])) };
    } catch (error) {
      this.#signal.throwIfAborted();
      // Too long, or not for everybody: what is there may still be asked for.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  }

  /** The digests of what may refer to another one. */
  async #referrers(digest: string, source: ImageSource, image: ImageReference): Promise<string[]> {
    const listed = await this.#listedReferrers(digest, source);
    if (listed !== undefined) return listed;
    const tag = tagBeside(image, referrersTag(digest));
    if (!(await this.#hasTag(source, tag))) return [];
    return this.#ask(source, () => referrersUnderTag(source, image, digest, this.#signal));
  }

  /** What the API lists; undefined where there is none. */
  async #listedReferrers(digest: string, source: ImageSource): Promise<string[] | undefined> {
    if (source.referrers === undefined) return undefined;
    const { place } = source;
    const list = async () => {
      const [first, ...others] = this.#refusals.get(place) ?? [];
      if (first !== undefined && others.length + 1 >= mostRefusals) throw notAsked(source, first);
      try {
        const found = await this.#ask(source, async () => source.referrers?.(digest, this.#signal));
        this.#refusals.delete(place);
        return found;
      } catch (error) {
        this.#signal.throwIfAborted();
        this.#refusals.set(place, [...(this.#refusals.get(place) ?? []), asUserError(error)]);
        throw error;
      }
    };
    const known = this.#knowsReferrers.get(place);
    if (known === undefined) {
      const first = list();
      // Of a question that failed it is not known whether there is an API.
      this.#knowsReferrers.set(
        place,
        first.then(
          (found) => found !== undefined,
          () => true,
        ),
      );
      return (await first)?.map((referrer) => referrer.digest);
    }
    return (await known) ? (await list())?.map((referrer) => referrer.digest) : undefined;
  }

  /** The manifests that an index is made of. */
  async #children(source: ImageSource, digest: string): Promise<string[]> {
    const manifest = await this.#ask(source, () => source.getManifest(digest, this.#signal));
    const parsed = manifest && parseManifest(manifest.bytes, manifest.mediaType);
    return parsed?.kind === 'index' ? parsed.manifests.map((child) => child.digest) : [];
  }
}

interface TagList {
  readonly tags: ReadonlySet<string>;
  /** The digests that cosign's tags among them are about. */
  readonly signed: ReadonlySet<string>;
}

/** What is found of one image. */
class Search implements FoundAttachments {
  readonly found: Attachment[] = [];
  readonly failed: { readonly name: string; readonly error: UserError }[] = [];
  unknown: UserError | undefined;
  /** Digests that were followed. */
  readonly seen = new Set<string>();
  readonly #most: number;
  #looked = 0;

  constructor({ attachments }: AttachmentBounds) {
    this.#most = attachments;
  }

  /** Counts what is looked at, whatever it turns out to be. */
  count(): void {
    this.#looked++;
    if (this.#looked > this.#most) throw new TooMany();
  }
}

/** Ends a search that would not end by itself. */
class TooMany extends Error {}

function tooMany(source: ImageSource, digest: string, most: number): UserError {
  const message = t('{0}@{1} has more than {2} signatures and attestations', source.name, digest, most);
  return new UserError('tooLarge', message, {
    side: 'source',
    nextStep: t('see who attaches that many to it; the first ones are copied'),
  });
}

function notAsked({ name }: ImageSource, { code, nextStep }: UserError): UserError {
  const message = t(
    '{0} was not asked what refers to its images, as the registry failed to say that of others',
    name,
  );
  return new UserError(code, message, { nextStep });
}

function missing(source: ImageSource, referrer: string, subject: string): UserError {
  return new UserError(
    'missing',
    t('{0} lists {1} among what refers to {2}, and does not have it', source.name, referrer, subject),
    { nextStep: t('have it signed or attested again') },
  );
}

function subjectOf({ bytes, mediaType }: Manifest): string | undefined {
  const parsed = parseManifest(bytes, mediaType);
  return parsed.kind === 'unsupported' ? undefined : parsed.subject?.digest;
}

function atSource(error: unknown): UserError {
  return asUserError(withSide('source', error));
}
