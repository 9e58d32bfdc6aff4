import type { Readable } from 'node:stream';
import type { Load } from '../base/load.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import type { Referrer } from '../content/referrers.ts';
import type { PullRepository } from '../registry/pullRepository.ts';
import type { RemoteRepository } from '../registry/repository.ts';
import type { Home, ImageSource } from './imageStore.ts';

/** Images in a repository of a registry, as they are pulled: read through the mirrors of registries.conf. */
export class PullStore implements ImageSource {
  readonly #named: RemoteRepository;
  readonly #pull: PullRepository;

  constructor(named: RemoteRepository, pull: PullRepository) {
    this.#named = named;
    this.#pull = pull;
  }

  get name(): string {
    return this.#named.name;
  }

  get place(): string {
    return this.#named.place;
  }

  get load(): Load {
    return this.#named.load;
  }

  resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#pull.resolve(tag, signal);
  }

  listTags(signal: AbortSignal, mostPages?: number): Promise<readonly string[] | undefined> {
    return this.#pull.tags(signal, mostPages);
  }

  referrers(digest: string, signal: AbortSignal): Promise<readonly Referrer[] | undefined> {
    return this.#pull.referrers(digest, signal);
  }

  getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    return this.#pull.manifest(tagOrDigest, signal);
  }

  async hasManifest(digest: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#pull.resolve(digest, signal)) !== undefined;
  }

  hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    return this.#pull.hasBlob(digest, signal);
  }

  getBlob(blob: Descriptor, signal: AbortSignal, offset?: number): Promise<Readable> {
    return this.#pull.blob(blob, signal, offset);
  }

  homeOf(digest: string): Home {
    return this.#pull.holder(digest) ?? this.#named;
  }
}
