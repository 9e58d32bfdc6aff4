import type { Readable } from 'node:stream';
import type { RemoteRepository } from '../registry/repository.ts';
import type { Descriptor, ImageStore, Manifest } from './imageStore.ts';

/** Images in a repository of a registry. */
export class RegistryStore implements ImageStore {
  readonly #repository: RemoteRepository;
  /** Blobs that were found missing: they need no second question before they are written. */
  readonly #absent = new Set<string>();

  constructor(repository: RemoteRepository) {
    this.#repository = repository;
  }

  get name(): string {
    return this.#repository.name;
  }

  resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#repository.resolve(tag, signal);
  }

  listTags(signal: AbortSignal): Promise<readonly string[]> {
    return this.#repository.tags(signal);
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

  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    const has = await this.#repository.hasBlob(digest, signal);
    if (has) this.#absent.delete(digest);
    else this.#absent.add(digest);
    return has;
  }

  getBlob(blob: Descriptor, signal: AbortSignal): Promise<Readable> {
    return this.#repository.blob(blob, signal);
  }

  async putBlob(blob: Descriptor, open: () => Promise<Readable>, signal: AbortSignal): Promise<void> {
    if (!this.#absent.has(blob.digest) && (await this.hasBlob(blob.digest, signal))) return;
    await this.#repository.uploadBlob(blob, open, signal);
    this.#absent.delete(blob.digest);
  }

  async mountBlob(blob: Descriptor, from: ImageStore, signal: AbortSignal): Promise<boolean> {
    if (!(from instanceof RegistryStore)) return false;
    const mounted = await this.#repository.mountBlob(blob.digest, from.#repository, signal);
    if (mounted) this.#absent.delete(blob.digest);
    return mounted;
  }
}
