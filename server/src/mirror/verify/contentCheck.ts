import { isDigest } from '../../base/digest.ts';
import { UserError } from '../../base/errors.ts';
import { Limiter } from '../../base/limiter.ts';
import { sentence, t } from '../../base/sentences.ts';
import { algorithmOf } from '../../content/contentDigest.ts';
import type { Descriptor, Manifest } from '../../content/descriptor.ts';
import type { ContentFile } from '../../stores/contentFile.ts';
import { type FileSource, type ImageSource, isFileSource } from '../../stores/imageStore.ts';
import { asUserError } from '../copy/sides.ts';
import { type ContentProblem, problemOf } from './verifiedImage.ts';

/** A manifest, or why there is none; the digest where it is known. */
export type FoundManifest =
  | { readonly digest: string; readonly manifest: Manifest }
  | { readonly digest?: string | undefined; readonly problem: ContentProblem };

/** How content is looked at. */
export interface CheckOptions {
  /** Reads and hashes blobs, each once at a place; without it they have to be there in their size. */
  readonly deep: boolean;
  /** Removes files that were proven to be damaged. */
  readonly removeDamaged: boolean;
  readonly signal: AbortSignal;
  /** Told of bytes of blobs as they are read. */
  readonly onBytes: (bytes: number) => void;
}

const bringAgain = sentence('mirror or copy the image again: only what is missing is brought');

/** Requests to one place at the same time. */
const parallelRequests = 12;
/** Blobs of one place that are read at the same time. */
const parallelReads = 4;

/**
 * Proves single blobs and manifests at their places, each once however many images need it: a blob is asked for once in a
 * repository, and read once at a place. All methods reject with the signal's reason once that fires, and with nothing else.
 */
export class ContentCheck {
  readonly #options: CheckOptions;
  readonly #requests = new Map<string, Limiter>();
  readonly #reads = new Map<string, Limiter>();
  /** By repository, digest and size. */
  readonly #blobs = new Map<string, Promise<ContentProblem | undefined>>();
  /** What was read, by place and digest, of a file by its identity. */
  readonly #contents = new Map<string, Promise<ContentProblem | undefined>>();

  constructor(options: CheckOptions) {
    this.#options = options;
  }

  get signal(): AbortSignal {
    return this.#options.signal;
  }

  /** What is wrong with a blob in a repository; undefined when all is well. */
  blob(source: ImageSource, blob: Descriptor): Promise<ContentProblem | undefined> {
    const key = `${source.name} ${blob.digest} ${blob.size}`;
    let checked = this.#blobs.get(key);
    if (checked === undefined) {
      checked = isFileSource(source) ? this.#fileBlob(source, blob) : this.#remoteBlob(source, blob);
      this.#blobs.set(key, checked);
    }
    return checked;
  }

  /** The manifest of a tag or a digest, read and right; or what is wrong with it. */
  async manifest(source: ImageSource, tagOrDigest: string): Promise<FoundManifest> {
    let digest = isDigest(tagOrDigest) ? tagOrDigest : undefined;
    try {
      if (isFileSource(source)) {
        digest ??= await this.#ask(source, () => source.resolveTag(tagOrDigest, this.signal));
        if (digest === undefined) return { problem: missing(nameOf(source, tagOrDigest)) };
        const problem = await this.#fileManifest(source, digest);
        if (problem !== undefined) return { digest, problem };
      }
      const manifest = await this.#ask(source, () => source.getManifest(digest ?? tagOrDigest, this.signal));
      return manifest === undefined
        ? { digest, problem: missing(nameOf(source, tagOrDigest)) }
        : { digest: manifest.digest, manifest };
    } catch (error) {
      return { digest, problem: this.#problem(error) };
    }
  }

  /** Runs a request to the place of a repository when it is its turn. */
  #ask<Result>(source: ImageSource, task: () => Promise<Result>): Promise<Result> {
    return limiterOf(this.#requests, source.place, parallelRequests).run(task, this.signal);
  }

  async #remoteBlob(source: ImageSource, blob: Descriptor): Promise<ContentProblem | undefined> {
    try {
      const has = await this.#ask(source, () => source.hasBlob(blob.digest, this.signal, blob.size));
      if (!has) return missing(nameOf(source, blob.digest));
      if (!this.#options.deep) return undefined;
      return await this.#content(`${source.place} ${blob.digest}`, source.place, () =>
        this.#read(source, blob),
      );
    } catch (error) {
      return this.#problem(error);
    }
  }

  /** Reads a blob to its end, which it has only if it is right. */
  async #read(source: ImageSource, blob: Descriptor): Promise<undefined> {
    const stream = await source.getBlob(blob, this.signal);
    for await (const chunk of stream as AsyncIterable<Uint8Array>) this.#options.onBytes(chunk.length);
  }

  async #fileBlob(source: FileSource, blob: Descriptor): Promise<ContentProblem | undefined> {
    try {
      const file = await this.#ask(source, () => source.contentFile('blob', blob.digest));
      if (file === undefined) return missing(nameOf(source, blob.digest));
      if (file.size !== blob.size) {
        return await this.#damaged(
          file,
          t('{0} has {1} bytes instead of {2}', file.path, file.size, blob.size),
        );
      }
      if (!this.#options.deep) return undefined;
      return await this.#fileContent(source, file, blob.digest, this.#options.onBytes);
    } catch (error) {
      return this.#problem(error);
    }
  }

  /** Other tools look for a manifest under its own name, and nowhere else. */
  async #fileManifest(source: FileSource, digest: string): Promise<ContentProblem | undefined> {
    const file = await this.#ask(source, () => source.contentFile('manifest', digest));
    if (file === undefined) return missing(nameOf(source, digest));
    return this.#fileContent(source, file, digest, () => {});
  }

  async #fileContent(
    source: FileSource,
    file: ContentFile,
    digest: string,
    follow: (bytes: number) => void,
  ): Promise<ContentProblem | undefined> {
    const { path, identity } = file;
    const message = t('{0} is damaged: its content has another digest', path);
    const problem = await this.#content(`${identity} ${digest}`, source.place, async () => {
      const actual = await file.digest(algorithmOf(digest), this.signal, follow);
      return actual === digest ? undefined : problemOf(damage(message));
    });
    // Hard links of one file are read once, and each is damaged under its own name.
    return problem?.kind === 'damaged' ? this.#damaged(file, message) : problem;
  }

  async #damaged(file: ContentFile, message: string): Promise<ContentProblem> {
    if (!this.#options.removeDamaged || !(await file.remove())) return problemOf(damage(message));
    const error = new UserError('damaged', message, { nextStep: t(bringAgain) });
    return { kind: 'damaged', error, removed: true };
  }

  /** Reads content once, whoever wants to know of it. */
  #content(
    key: string,
    place: string,
    read: () => Promise<ContentProblem | undefined>,
  ): Promise<ContentProblem | undefined> {
    let content = this.#contents.get(key);
    if (content === undefined) {
      content = limiterOf(this.#reads, place, parallelReads)
        .run(read, this.signal)
        .catch((error: unknown) => this.#problem(error));
      this.#contents.set(key, content);
    }
    return content;
  }

  /** @throws the signal's reason, where that is why */
  #problem(error: unknown): ContentProblem {
    this.signal.throwIfAborted();
    return problemOf(asUserError(error));
  }
}

function limiterOf(limiters: Map<string, Limiter>, place: string, limit: number): Limiter {
  const limiter = limiters.get(place) ?? new Limiter(limit);
  limiters.set(place, limiter);
  return limiter;
}

/** `HOST/NAME:TAG` or `HOST/NAME@DIGEST`. */
function nameOf({ name }: ImageSource, tagOrDigest: string): string {
  return `${name}${isDigest(tagOrDigest) ? '@' : ':'}${tagOrDigest}`;
}

function missing(name: string): ContentProblem {
  return problemOf(new UserError('missing', t('{0} is not there', name), { nextStep: t(bringAgain) }));
}

function damage(message: string): UserError {
  return new UserError('damaged', message, {
    nextStep: t(
      'run verify with --remove-damaged and --deep, which removes what is damaged, then mirror or copy the image again',
    ),
  });
}
