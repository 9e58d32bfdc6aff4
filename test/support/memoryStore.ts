import { Readable } from 'node:stream';
import { UserError } from '../../server/src/base/errors.ts';
import type { Descriptor, Manifest } from '../../server/src/content/descriptor.ts';
import type {
  BegunBlob,
  Home,
  ImageSource,
  ImageStore,
  OpenBlob,
} from '../../server/src/stores/imageStore.ts';
import { digestOf, type TestImage } from './images.ts';

/** Something that a store was asked to do. Writes are logged when they are done, reads when they begin. */
export interface Deed {
  readonly what:
    | 'resolveTag'
    | 'listTags'
    | 'getManifest'
    | 'hasManifest'
    | 'putManifest'
    | 'hasBlob'
    | 'getBlob'
    | 'putBlob'
    | 'mountBlob'
    | 'refusedMount';
  readonly repository: string;
  /** Tag or digest. */
  readonly item: string;
}

/** What a test may do before a store answers: wait, throw, look. */
export type Hook = (deed: Deed, signal: AbortSignal) => Promise<void> | void;

interface Content {
  readonly blobs: Map<string, Buffer>;
  readonly manifests: Map<string, Manifest>;
  readonly tags: Map<string, string>;
}

/**
 * A registry in memory without HTTP, for tests of what stands on `ImageStore`. It is as strict as a real one:
 * content is held to its digest, and a manifest is refused whose content its repository does not have.
 */
export class MemoryPlace {
  readonly host: string;
  readonly log: Deed[] = [];
  /** Called before each deed. */
  before: Hook = () => {};
  mounts = true;
  readonly #repositories = new Map<string, Content>();

  constructor(host: string) {
    this.host = host;
  }

  /** The store of a repository, a new object each time. */
  store(repository: string): ImageStore {
    return new MemoryStore(this, repository);
  }

  content(repository: string): Content {
    let content = this.#repositories.get(repository);
    if (content === undefined) {
      content = { blobs: new Map(), manifests: new Map(), tags: new Map() };
      this.#repositories.set(repository, content);
    }
    return content;
  }

  /** Puts an image in, without a trace in the log. */
  add(repository: string, tag: string | undefined, image: TestImage): void {
    for (const child of image.children) this.add(repository, undefined, child);
    const content = this.content(repository);
    for (const blob of image.blobs) content.blobs.set(blob.digest, blob.bytes);
    const { digest, mediaType, bytes } = image.manifest;
    content.manifests.set(digest, { digest, mediaType, bytes });
    if (tag !== undefined) content.tags.set(tag, digest);
  }

  /** The items of one kind of deed, in order, of one repository or of all. */
  done(what: Deed['what'], repository?: string): string[] {
    return this.log
      .filter((deed) => deed.what === what && (repository === undefined || deed.repository === repository))
      .map((deed) => deed.item);
  }
}

class MemoryStore implements ImageStore {
  readonly memory: MemoryPlace;
  readonly repository: string;

  constructor(memory: MemoryPlace, repository: string) {
    this.memory = memory;
    this.repository = repository;
  }

  get name(): string {
    return `${this.memory.host}/${this.repository}`;
  }

  get place(): string {
    return this.memory.host;
  }

  homeOf(): Home {
    return this;
  }

  async resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    await this.#begin('resolveTag', tag, signal);
    return this.#content.tags.get(tag);
  }

  async listTags(signal: AbortSignal): Promise<readonly string[]> {
    await this.#begin('listTags', '', signal);
    return [...this.#content.tags.keys()].sort();
  }

  async getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    await this.#begin('getManifest', tagOrDigest, signal);
    return this.#content.manifests.get(this.#content.tags.get(tagOrDigest) ?? tagOrDigest);
  }

  async hasManifest(digest: string, signal: AbortSignal): Promise<boolean> {
    await this.#begin('hasManifest', digest, signal);
    return this.#content.manifests.has(digest);
  }

  async putManifest(manifest: Manifest, tags: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#ask('putManifest', manifest.digest, signal);
    if (digestOf(manifest.bytes) !== manifest.digest) throw new UserError('digestMismatch', this.name);
    const { blobs, manifests } = this.#content;
    const named = JSON.parse(Buffer.from(manifest.bytes).toString());
    const missing =
      [named.config, ...(named.layers ?? [])].some(
        (blob) => blob !== undefined && !blob.urls && !blobs.has(blob.digest),
      ) ||
      (named.manifests ?? []).some(
        (child: Descriptor) => !manifests.has(child.digest) && !blobs.has(child.digest),
      );
    if (missing) throw new UserError('blobUnknown', `${this.name}@${manifest.digest}: content is missing`);
    manifests.set(manifest.digest, manifest);
    for (const tag of tags) this.#content.tags.set(tag, manifest.digest);
    this.#log('putManifest', manifest.digest);
  }

  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    await this.#begin('hasBlob', digest, signal);
    return this.#content.blobs.has(digest);
  }

  async beginBlob({ digest }: Descriptor, signal: AbortSignal): Promise<BegunBlob | undefined> {
    return (await this.hasBlob(digest, signal)) ? undefined : {};
  }

  async getBlob(blob: Descriptor, signal: AbortSignal, offset = 0): Promise<Readable> {
    await this.#begin('getBlob', blob.digest, signal);
    const bytes = this.#content.blobs.get(blob.digest);
    if (bytes === undefined) throw new UserError('missing', `${this.name} does not have ${blob.digest}`);
    const { name } = this;
    // In small pieces, so that counters and aborts have something to do.
    return Readable.from(
      (function* () {
        for (let at = offset; at < bytes.length; at += 64) yield bytes.subarray(at, at + 64);
        if (digestOf(bytes) !== blob.digest) throw new UserError('digestMismatch', `${name} is damaged`);
      })(),
      { objectMode: false },
    );
  }

  async putBlob(blob: Descriptor, open: OpenBlob, signal: AbortSignal): Promise<void> {
    await this.#ask('putBlob', blob.digest, signal);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await open()) {
      signal.throwIfAborted();
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks);
    if (digestOf(bytes) !== blob.digest) throw new UserError('digestMismatch', this.name);
    this.#content.blobs.set(blob.digest, bytes);
    this.#log('putBlob', blob.digest);
  }

  async mountBlob(blob: Descriptor, from: ImageSource, signal: AbortSignal): Promise<boolean> {
    const home = from.homeOf(blob.digest);
    if (home.place !== this.place) return false;
    await this.#ask('mountBlob', blob.digest, signal);
    const bytes = this.memory.content(home.repository).blobs.get(blob.digest);
    if (!this.memory.mounts || bytes === undefined) {
      this.#log('refusedMount', blob.digest);
      return false;
    }
    this.#content.blobs.set(blob.digest, bytes);
    this.#log('mountBlob', blob.digest);
    return true;
  }

  get #content(): Content {
    return this.memory.content(this.repository);
  }

  async #begin(what: Deed['what'], item: string, signal: AbortSignal): Promise<void> {
    this.#log(what, item);
    await this.#ask(what, item, signal);
  }

  async #ask(what: Deed['what'], item: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    // Another turn of the event loop, as with a network: what runs at the same time really interleaves.
    await new Promise((resolve) => setImmediate(resolve));
    await this.memory.before({ what, repository: this.repository, item } as Deed, signal);
    signal.throwIfAborted();
  }

  #log(what: Deed['what'], item: string): void {
    this.memory.log.push({ what, repository: this.repository, item });
  }
}
