import type { Readable } from 'node:stream';
import type { Load } from '../base/load.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import type { Referrer } from '../content/referrers.ts';
import type { RemoteRepository } from '../registry/repository.ts';
import type { BegunBlob, Home, ImageSource, ImageStore } from './imageStore.ts';

/** Images in a repository of a registry. */
export class RegistryStore implements ImageStore {
  readonly #repository: RemoteRepository;

  constructor(repository: RemoteRepository) {
    this.#repository = repository;
  }

  get name(): string {
    return this.#repository.name;
  }

  get place(): string {
    return this.#repository.place;
  }

  get load(): Load {
    return this.#repository.load;
  }

  resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#repository.resolve(tag, signal);
  }

  listTags(signal: AbortSignal, mostPages?: number): Promise<readonly string[] | undefined> {
    return this.#repository.tags(signal, mostPages);
  }

  referrers(digest: string, signal: AbortSignal): Promise<readonly Referrer[] | undefined> {
    return this.#repository.referrers(digest, signal);
  }

  getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    return this.#repository.manifest(tagOrDigest, signal);
  }

  async hasManifest(digest: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#repository.resolve(digest, signal)) !== undefined;
  }

  async putManifest(manifest: Manifest, tags: readonly string[], signal: AbortSignal): Promise<void> {
    // A manifest that is written under a tag is there by its digest too, when that is the registry's own kind.
    if (tags.length === 0 || !manifest.digest.startsWith('sha256:')) {
      await this.#repository.putManifest(manifest, undefined, signal);
    }
    for (const tag of tags) await this.#repository.putManifest(manifest, tag, signal);
  }

  hasBlob(digest: string, signal: AbortSignal, size?: number): Promise<boolean> {
    return this.#repository.hasBlob(digest, signal, size);
  }

  getBlob(blob: Descriptor, signal: AbortSignal, offset?: number): Promise<Readable> {
    return this.#repository.blob(blob, signal, offset);
  }

  beginBlob(blob: Descriptor, signal: AbortSignal): Promise<BegunBlob | undefined> {
    return this.#repository.beginBlob(blob, signal);
  }

  /**
   * Writes without asking whether the blob is there: whoever copies has asked `beginBlob`, and writes once more
   * when a registry has lost what it says to have.
   */
  async putBlob(
    blob: Descriptor,
    open: () => Promise<Readable>,
    signal: AbortSignal,
    begun?: BegunBlob,
  ): Promise<void> {
    await this.#repository.uploadBlob(blob, open, signal, begun);
    await this.#repository.tryMountToItself(blob.digest, signal);
  }

  mountBlob(blob: Descriptor, from: ImageSource, signal: AbortSignal): Promise<boolean> {
    return this.#repository.mountBlob(blob.digest, from.homeOf(blob.digest), signal);
  }

  homeOf(): Home {
    return this.#repository;
  }
}
