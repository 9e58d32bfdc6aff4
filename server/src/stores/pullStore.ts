import type { Readable } from 'node:stream';
import type { PullRepository } from '../registry/pullRepository.ts';
import type { RemoteRepository } from '../registry/repository.ts';
import type { Descriptor, Manifest } from './imageStore.ts';
import { RegistryStore } from './registryStore.ts';

/**
 * Images in a repository of a registry, as they are pulled: read through the mirrors of registries.conf. What is
 * written goes to the repository itself and to no mirror, as with `podman push`.
 */
export class PullStore extends RegistryStore {
  readonly #named: RemoteRepository;
  readonly #pull: PullRepository;

  constructor(named: RemoteRepository, pull: PullRepository) {
    super(named);
    this.#named = named;
    this.#pull = pull;
  }

  override resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#pull.resolve(tag, signal);
  }

  override listTags(signal: AbortSignal): Promise<readonly string[] | undefined> {
    return this.#pull.tags(signal);
  }

  override getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    return this.#pull.manifest(tagOrDigest, signal);
  }

  override async hasManifest(digest: string, signal: AbortSignal): Promise<boolean> {
    return (await this.#pull.resolve(digest, signal)) !== undefined;
  }

  override hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    return this.#pull.hasBlob(digest, signal);
  }

  override getBlob(blob: Descriptor, signal: AbortSignal): Promise<Readable> {
    return this.#pull.blob(blob, signal);
  }

  protected override holder(digest: string): RemoteRepository {
    return this.#pull.holder(digest) ?? this.#named;
  }
}
