import { isDigest } from '../../base/digest.ts';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import type { Descriptor, Manifest } from '../../content/descriptor.ts';
import { inRole } from '../../content/successors.ts';
import { type Below, type ManifestNode, walkManifests } from '../../content/walkManifests.ts';
import type { ImageSource, ImageStore } from '../../stores/imageStore.ts';
import type { BlobWish } from './blobMover.ts';
import { CopyRun } from './copyRun.ts';
import { addBlob, type BlobCounts, type BlobOutcome, noBlobs } from './events.ts';
import { at, lookUp } from './sides.ts';

/** What the copies of one run share. */
export { CopyRun };

/** One image and where it is to be. */
export interface CopyRequest {
  readonly source: ImageSource;
  /** The tag or the digest at the source. */
  readonly reference: string;
  readonly destination: ImageStore;
  /** The tags that it gets at the destination; with none it is there by its digest only. */
  readonly tags: readonly string[];
  /** Told when all of the image is at its destination, and nothing is left but to wait for its names. */
  readonly onNaming?: () => void;
}

/** What came of it. `skipped`: everything was there already, and nothing was written. */
export interface CopyOutcome {
  readonly result: 'copied' | 'skipped';
  readonly digest: string;
  readonly blobs: BlobCounts;
}

/**
 * Copies one image, or a whole index with all its children: blobs before manifests, children before parents, so
 * that whatever is at the destination is complete at every moment. Nothing is filtered and no byte is changed,
 * so digests stay what they are. What is there already is left alone.
 *
 * @throws UserError with its side; or the run's signal's reason once that fires
 */
export function copyImage(request: CopyRequest, run: CopyRun): Promise<CopyOutcome> {
  return new ImageCopy(request, run).copy();
}

class ImageCopy {
  readonly #request: CopyRequest;
  readonly #run: CopyRun;
  /** Fires with the first error, so that what has not begun for this image never does. */
  readonly #failed = new AbortController();
  readonly #turn: number;
  /** Nobody has asked for the tags, as the destination has had none of those before. */
  #isPresumedNew = false;
  /** The tags that are not there, or are another image's. */
  #wrong: readonly string[] = [];
  #counts = noBlobs;

  constructor(request: CopyRequest, run: CopyRun) {
    this.#request = request;
    this.#run = run;
    this.#turn = run.nextTurn();
  }

  async copy(): Promise<CopyOutcome> {
    const { source, reference, destination, tags } = this.#request;
    this.#isPresumedNew = tags.length > 0 && this.#run.newcomers.areUsual(destination.place);
    const there = this.#isPresumedNew
      ? tags.map(() => undefined)
      : await Promise.all(tags.map((tag) => this.#digestThere(tag)));
    // Where no tag is there, nothing has to be compared, and the source's tag is read at once.
    const isNew = tags.length > 0 && there.every((digest) => digest === undefined);
    const known = isDigest(reference)
      ? reference
      : isNew
        ? undefined
        : await this.#ask(source, (signal) => source.resolveTag(reference, signal));
    if (known === undefined && !isNew) this.#missing();
    this.#wrong = isNew ? tags : tags.filter((_, index) => there[index] !== known);
    if (known !== undefined && this.#wrong.length === 0 && (tags.length > 0 || (await this.#has(known)))) {
      return { result: 'skipped', digest: known, blobs: this.#counts };
    }
    const manifest = await this.#ask(source, (signal) => source.getManifest(known ?? reference, signal));
    if (manifest === undefined) this.#missing();
    const { digest } = manifest;
    const visit = async (node: ManifestNode, below: Below<void>) => {
      const isTop = node.descriptor === undefined;
      await (isTop ? this.#bringTop(node, below) : this.#bringContent(node, below));
      if (isTop && this.#isThere()) return;
      await this.#put(node, below, isTop ? this.#wrong : []);
    };
    await at('source', () =>
      walkManifests<void>(manifest, {
        place: source.name,
        read: (child, index) => this.#child(child, index),
        visit,
        signal: AbortSignal.any([this.#run.signal, this.#failed.signal]),
      }),
    );
    if (this.#isThere()) return { result: 'skipped', digest, blobs: this.#counts };
    await this.#verify(digest, this.#wrong);
    return { result: 'copied', digest, blobs: this.#counts };
  }

  /** True once all tags were seen to be right. */
  #isThere(): boolean {
    return this.#request.tags.length > 0 && this.#wrong.length === 0;
  }

  /** The digest that a tag has at the destination. */
  async #digestThere(tag: string): Promise<string | undefined> {
    const { destination } = this.#request;
    const digest = await this.#lookUp((signal) => destination.resolveTag(tag, signal), undefined);
    this.#run.newcomers.sawTag(destination.place, digest !== undefined);
    return digest;
  }

  #has(digest: string): Promise<boolean> {
    const { destination } = this.#request;
    return this.#lookUp((signal) => destination.hasManifest(digest, signal), false);
  }

  /**
   * Brings everything that the top of the image is made of, unless the destination has it. What lacks the config lacks the manifest,
   * and the config has to be brought then anyway, so that nobody asks for both.
   */
  async #bringTop(node: ManifestNode, below: Below<void>): Promise<void> {
    const [config] = inRole(node.parts, 'config');
    const isNew = config !== undefined && (await this.#bring(config)) === 'moved';
    const { digest } = node.manifest;
    if (isNew || !(await this.#has(digest))) await this.#bringContent(node, below, config);
    else if (this.#isPresumedNew) {
      const { tags } = this.#request;
      const there = await Promise.all(tags.map((tag) => this.#digestThere(tag)));
      this.#wrong = tags.filter((_, index) => there[index] !== digest);
    }
  }

  /**
   * Brings everything that a manifest is made of, but not the manifest itself.
   * @param brought what of it is there by now
   */
  async #bringContent(
    { manifest, parts }: ManifestNode,
    below: Below<void>,
    brought?: Descriptor,
  ): Promise<void> {
    const { destination } = this.#request;
    const blobs = inRole(parts, 'config', 'layer').filter((blob) => blob !== brought);
    const bring = () =>
      this.#all([
        ...blobs.map((blob) => async () => {
          await this.#bring(blob);
        }),
        async () => {
          await below(async (child) => !(await this.#has(child.digest)));
        },
      ]);
    await this.#run.manifests.run(`${destination.name} ${manifest.digest}`, bring);
  }

  async #bring(blob: Descriptor): Promise<BlobOutcome> {
    const outcome = await this.#run.blobs.bring(this.#wish(blob));
    this.#count(blob, outcome);
    return outcome;
  }

  #wish(blob: Descriptor): BlobWish {
    const { source, destination } = this.#request;
    return { blob, from: source, to: destination, turn: this.#turn, wanted: this.#failed.signal };
  }

  async #child(child: Descriptor, index: Manifest): Promise<Manifest> {
    const { source } = this.#request;
    const manifest = await this.#ask(source, (signal) => source.getManifest(child.digest, signal));
    if (manifest !== undefined) return manifest;
    const { os, architecture } = child.platform ?? {};
    const wanted = os === undefined ? child.digest : `${child.digest} (${os}/${architecture})`;
    throw new UserError(
      'missing',
      t('{0} does not have {1}, which the index {2} names', source.name, wanted, index.digest),
      {
        side: 'source',
        nextStep: t('have the image pushed there again with all its platforms: an index is copied whole'),
      },
    );
  }

  /** Writes a manifest whose content is there, and brings the content again if the destination has lost some. */
  async #put(node: ManifestNode, below: Below<void>, tags: readonly string[]): Promise<void> {
    const { destination, onNaming } = this.#request;
    const { scheduler, signal } = this.#run;
    const write = () => destination.putManifest(node.manifest, tags, signal);
    const inGroups = destination.writesInGroups === true;
    const put = () => {
      // Nothing else has to wait for it.
      if (inGroups && tags.length > 0) onNaming?.();
      return this.#run.writeManifest(destination, () =>
        inGroups ? write() : scheduler.request(destination, write),
      );
    };
    try {
      await put();
    } catch (error) {
      const lost = error instanceof UserError && error.code === 'blobUnknown' && error.side === 'destination';
      if (!lost || !(await this.#renewContent(node, below))) throw error;
      await put();
    }
  }

  /** Brings again what the destination said to have. False when all of it has been brought byte by byte. */
  async #renewContent({ parts }: ManifestNode, below: Below<void>): Promise<boolean> {
    let renewed = parts.some(({ role }) => role === 'child');
    await this.#all([
      ...inRole(parts, 'config', 'layer').map((blob) => async () => {
        if (!(await this.#run.blobs.renew(this.#wish(blob)))) return;
        renewed = true;
        this.#count(blob, 'moved');
      }),
      async () => {
        await below();
      },
    ]);
    return renewed;
  }

  /** Held to what the destination shows afterwards, and not to what it answered while writing. */
  async #verify(digest: string, tags: readonly string[]): Promise<void> {
    const { destination } = this.#request;
    const ask = <Result>(task: (signal: AbortSignal) => Promise<Result>) =>
      this.#run.scheduler.request(destination, () => at('destination', () => task(this.#run.signal)));
    for (const tag of tags) {
      const actual = await ask((signal) => destination.resolveTag(tag, signal));
      if (actual === digest) continue;
      throw new UserError(
        'digestMismatch',
        actual === undefined
          ? t('{0}:{1} is not there after the copy, and should be {2}', destination.name, tag, digest)
          : t('{0}:{1} is {2} after the copy instead of {3}', destination.name, tag, actual, digest),
        {
          side: 'destination',
          nextStep: t('copy again, and see that nothing else writes there at the same time'),
        },
      );
    }
    if (tags.length > 0 || (await ask((signal) => destination.hasManifest(digest, signal)))) return;
    throw new UserError('missing', t('{0}@{1} is not there after the copy', destination.name, digest), {
      side: 'destination',
      nextStep: t('look into the log of the registry'),
    });
  }

  #count(blob: Descriptor, outcome: BlobOutcome): void {
    this.#counts = addBlob(this.#counts, outcome, blob.size);
    const { digest, size } = blob;
    this.#run.listener({ type: 'blob', outcome, digest, size, repository: this.#request.destination.name });
  }

  /** Asks the source. */
  #ask<Result>(source: ImageSource, task: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const { scheduler, signal } = this.#run;
    return scheduler.request(source, () => at('source', () => task(signal)));
  }

  /** Asks the destination for something that may be there. */
  #lookUp<Result>(task: (signal: AbortSignal) => Promise<Result>, absent: Result): Promise<Result> {
    const { scheduler, signal } = this.#run;
    return scheduler.request(this.#request.destination, () => lookUp(() => task(signal), absent));
  }

  #missing(): never {
    const { source, reference } = this.#request;
    const place = `${source.name}${isDigest(reference) ? '@' : ':'}${reference}`;
    throw new UserError('missing', t('{0} is not there', place), {
      side: 'source',
      nextStep: t('check the name, or leave the image out'),
    });
  }

  /** Runs all tasks to their ends and then fails with the first error, so that nothing goes on unseen. */
  async #all(tasks: readonly (() => Promise<void>)[]): Promise<void> {
    const { signal } = this.#failed;
    await Promise.all(
      tasks.map(async (task) => {
        try {
          signal.throwIfAborted();
          await task();
        } catch (error) {
          this.#failed.abort(error);
        }
      }),
    );
    signal.throwIfAborted();
  }
}
