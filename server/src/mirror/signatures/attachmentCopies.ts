import { UserError } from '../../base/errors.ts';
import { Limiter } from '../../base/limiter.ts';
import { t } from '../../base/sentences.ts';
import type { Manifest } from '../../content/descriptor.ts';
import { referrersTag } from '../../content/referrers.ts';
import { formatReference, type ImageReference } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import type { ImageSource, ImageStore } from '../../stores/imageStore.ts';
import { copyImage } from '../copy/copyImage.ts';
import { CopyRun } from '../copy/copyRun.ts';
import type { Listener } from '../copy/events.ts';
import { asUserError, at, withSide } from '../copy/sides.ts';
import { type Attachment, type AttachmentBounds, AttachmentFinder } from './attachmentFinder.ts';
import { isAttachment, tagBeside } from './attachmentNames.ts';
import { type AttachedImage, type AttachmentOutcome, cannotList } from './attachmentOutcome.ts';
import { isReferrersList, withReferrers } from './referrersList.ts';

/** How attachments are copied; as `CopyOptions`, where it has the same fields. */
export interface AttachmentOptions {
  readonly openSource: (reference: ImageReference) => ImageSource;
  readonly openDestination: (reference: ImageReference) => ImageStore;
  readonly parallelImages: number;
  readonly parallelLayers: number;
  readonly signal: AbortSignal;
  /** Is told of blobs and bytes. */
  readonly listener: Listener;
  /** True for a reference at the destination that an image of the run has: nothing else is written there. */
  readonly isTaken: (destination: string) => boolean;
  /** What an earlier run found beside an image; undefined for what was not looked at. */
  readonly foundBefore?: ((image: AttachedImage) => number | undefined) | undefined;
  /** Is told of each image of which everything that was found is at the destination. */
  readonly onLooked?: ((image: AttachedImage, found: number) => void) | undefined;
  readonly bounds?: Partial<AttachmentBounds> | undefined;
}

/**
 * Brings what images have beside them: signatures, attestations, bills of materials and whatever else refers to them. Each image is
 * added once it is at its destination, and what is beside it is brought while others are copied; nothing that fails here takes anything
 * from the image.
 */
export class AttachmentCopies {
  readonly #options: AttachmentOptions;
  readonly #run: CopyRun;
  readonly #finder: AttachmentFinder;
  readonly #images: Limiter;
  readonly #outcomes: Promise<AttachmentOutcome | undefined>[] = [];
  /** By what is brought and where to: an image that goes there under two tags has one signature. */
  readonly #known = new Map<string, Promise<AttachmentOutcome | undefined>>();
  /** Lists of referrers are written one after the other, by place and name. */
  readonly #lists = new Map<string, Promise<void>>();

  constructor(options: AttachmentOptions) {
    const { signal, bounds } = options;
    this.#options = options;
    this.#run = new CopyRun(options);
    const ask = <Result>(source: ImageSource, task: () => Promise<Result>) =>
      this.#run.scheduler.request(source, task);
    this.#finder = new AttachmentFinder(ask, signal, bounds);
    this.#images = new Limiter(options.parallelImages);
  }

  /** Begins with an image that is at its destination. Of what is itself a signature nobody misses one. */
  add(image: AttachedImage): void {
    const [from, to] = [parsePlaced(image.source), parsePlaced(image.destination)];
    if (!from.ok || !to.ok || isAttachment(from.reference.tag ?? '', image.digest)) return;
    const before = this.#options.foundBefore?.(image);
    this.#outcomes.push(
      before === undefined
        ? this.#brought(image, from.reference, to.reference)
        : Promise.resolve({ image, copied: 0, skipped: before, failed: [], unknown: undefined }),
    );
  }

  /** What came of all that were added, when it is done; of what the signal has stopped nothing. */
  async ended(): Promise<AttachmentOutcome[]> {
    const outcomes = await Promise.all(this.#outcomes);
    return outcomes.flatMap((outcome) => outcome ?? []);
  }

  async #brought(
    image: AttachedImage,
    from: ImageReference,
    to: ImageReference,
  ): Promise<AttachmentOutcome | undefined> {
    const beside = (reference: ImageReference) => nameBeside(reference, '');
    const key = `${beside(from)} ${beside(to)} ${image.digest}`;
    const known = this.#known.get(key);
    const bringing = known ?? this.#bring(image, from, to);
    if (known === undefined) this.#known.set(key, bringing);
    const outcome = await bringing;
    if (outcome === undefined) return undefined;
    if (outcome.failed.length === 0 && outcome.unknown === undefined) {
      this.#options.onLooked?.(image, outcome.copied + outcome.skipped);
    }
    if (known === undefined) return outcome;
    const { copied, skipped, failed } = outcome;
    return { ...outcome, image, copied: 0, skipped: copied + skipped, failed };
  }

  async #bring(
    image: AttachedImage,
    from: ImageReference,
    to: ImageReference,
  ): Promise<AttachmentOutcome | undefined> {
    const { signal, openSource, openDestination } = this.#options;
    const bring = async (leave: () => void): Promise<AttachmentOutcome> => {
      const source = await at('source', () => openSource(from));
      const destination = await at('destination', () => openDestination(to));
      const ends = { source, from, destination, to, leave };
      return this.#bringAll(image, ends);
    };
    try {
      // Where names are written in groups, others take its place while it waits for that.
      const begun = await this.#images.run(
        () =>
          new Promise<{ readonly ending: Promise<AttachmentOutcome> }>((begin) => {
            const ending: Promise<AttachmentOutcome> = bring(() => begin({ ending }));
            const end = () => begin({ ending });
            ending.then(end, end);
          }),
        signal,
      );
      return await begun.ending;
    } catch (error) {
      if (signal.aborted) return undefined;
      return { image, copied: 0, skipped: 0, failed: [], unknown: asUserError(error) };
    }
  }

  async #bringAll(image: AttachedImage, ends: Ends): Promise<AttachmentOutcome> {
    const { source, from } = ends;
    const { found, failed, unknown } = await this.#finder.beside(source, from, image.digest);
    const failures = failed.map(({ name, error }) => ({ name: nameBeside(from, name), error }));
    const copies = await Promise.all(found.map((attachment) => this.#copy(attachment, ends)));
    const there = found.filter((_, index) => !(copies[index] instanceof UserError));
    const unlisted = await this.#list(there, ends);
    const counts = { copied: 0, skipped: 0 };
    for (const [index, attachment] of found.entries()) {
      const came = unlisted.get(attachment) ?? copies[index];
      if (came instanceof UserError) failures.push({ name: nameOf(attachment, from), error: came });
      else if (came !== undefined) counts[came]++;
    }
    this.#options.signal.throwIfAborted();
    return { image, ...counts, failed: failures, unknown };
  }

  async #copy(attachment: Attachment, ends: Ends): Promise<'copied' | 'skipped' | UserError> {
    const { source, from, destination, to, leave } = ends;
    try {
      const { result } = await copyImage(
        attachment.kind === 'tag'
          ? {
              source,
              reference: tagBeside(from, attachment.tag),
              destination,
              tags: [tagBeside(to, attachment.tag)],
              onNaming: leave,
            }
          : { source, reference: attachment.manifest.digest, destination, tags: [] },
        this.#run,
      );
      return result;
    } catch (error) {
      this.#options.signal.throwIfAborted();
      return asUserError(error);
    }
  }

  /**
   * Sees that referrers are found at the destination, and lists them under a tag where it has no other way.
   * @returns those that nobody finds there, with the reason
   */
  async #list(there: readonly Attachment[], ends: Ends): Promise<Map<Attachment, UserError>> {
    const bySubject = new Map<string, Extract<Attachment, { kind: 'referrer' }>[]>();
    for (const attachment of there) {
      if (attachment.kind !== 'referrer') continue;
      const { subject } = attachment;
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), attachment]);
    }
    const unlisted = new Map<Attachment, UserError>();
    for (const [subject, referrers] of bySubject) {
      try {
        const manifests = referrers.map(({ manifest }) => manifest);
        await this.#listReferrers(subject, manifests, ends);
      } catch (error) {
        this.#options.signal.throwIfAborted();
        const listing = asUserError(withSide('destination', error));
        for (const referrer of referrers) unlisted.set(referrer, listing);
      }
    }
    return unlisted;
  }

  async #listReferrers(
    subject: string,
    manifests: readonly Manifest[],
    { destination, to, leave }: Ends,
  ): Promise<void> {
    const { signal } = this.#options;
    const ask = <Result>(task: () => Promise<Result>) => this.#run.scheduler.request(destination, task);
    const listed = await ask(async () => destination.referrers?.(subject, signal));
    if (listed !== undefined) {
      const digests = new Set(listed.map(({ digest }) => digest));
      const lost = manifests.find(({ digest }) => !digests.has(digest));
      if (lost !== undefined) throw unlisted(destination, lost.digest, subject);
      return;
    }
    const tag = tagBeside(to, referrersTag(subject));
    if (this.#options.isTaken(nameBeside(to, referrersTag(subject)))) throw taken(destination, tag);
    const key = `${destination.place} ${destination.name} ${tag}`;
    const before = this.#lists.get(key) ?? Promise.resolve();
    const writing = before.then(async () => {
      // Others may write it at the same time, so that it is read again until all are in it.
      for (let times = 0; times < mostWrites; times++) {
        const list = await ask(() => destination.getManifest(tag, signal));
        if (list !== undefined && (list.digest === subject || !isReferrersList(list))) {
          throw taken(destination, tag);
        }
        const wanted = withReferrers(list, manifests);
        if (wanted === undefined) return;
        const put = () => destination.putManifest(wanted, [tag], signal);
        const inGroups = destination.writesInGroups === true;
        if (inGroups) leave();
        await this.#run.writeManifest(destination, () => (inGroups ? put() : ask(put)));
      }
      throw unlisted(destination, manifests[0]?.digest ?? '', subject);
    });
    this.#lists.set(
      key,
      writing.catch(() => {}),
    );
    await writing;
  }
}

/** The two ends of the attachments of an image. */
interface Ends {
  readonly source: ImageSource;
  readonly from: ImageReference;
  readonly destination: ImageStore;
  readonly to: ImageReference;
  /** Tells that all that is left is to wait for names. */
  readonly leave: () => void;
}

/** How often a list of referrers is written before somebody else has to stop first. */
const mostWrites = 5;

function nameOf(attachment: Attachment, from: ImageReference): string {
  return nameBeside(from, attachment.kind === 'tag' ? attachment.tag : attachment.manifest.digest);
}

/** The reference of what has a tag or a digest beside an image. */
function nameBeside(image: ImageReference, tagOrDigest: string): string {
  const isDigest = tagOrDigest.includes(':');
  return formatReference({
    ...image,
    tag: isDigest ? undefined : tagBeside(image, tagOrDigest),
    digest: isDigest ? tagOrDigest : undefined,
  });
}

function unlisted(destination: ImageStore, referrer: string, subject: string): UserError {
  return new UserError(
    'missing',
    t('{0} has {1} and does not list it among what refers to {2}', destination.name, referrer, subject),
    { side: 'destination', nextStep: t('run this again, and look into the log of the registry') },
  );
}

function taken(destination: ImageStore, tag: string): UserError {
  return new UserError(
    cannotList,
    t(
      '{0} has no API for referrers, and the tag {1}, under which they would be found, is that of an image',
      destination.name,
      tag,
    ),
    {
      side: 'destination',
      nextStep: t('use a registry that knows the referrers of OCI 1.1, or copy with --no-signatures'),
    },
  );
}
