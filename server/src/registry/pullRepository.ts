import type { Readable } from 'node:stream';
import { isDigest } from '../base/digest.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { inClauses } from '../base/words.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import { parseManifest } from '../content/manifest.ts';
import type { Referrer } from '../content/referrers.ts';
import { partsOf } from '../content/successors.ts';
import { formatReference } from '../documents/imageReference.ts';
import type { PullEndpoint } from '../documents/pullEndpoints.ts';
import type { RemoteRepository } from './repository.ts';

/** A place that may be asked for an image. */
export interface PullPlace {
  readonly endpoint: PullEndpoint;
  readonly repository: RemoteRepository;
}

/** The places for a tag or a digest, in order, the source last. @throws UserError `registriesConf` */
export type PlacesOf = (tagOrDigest: string) => Promise<readonly PullPlace[]>;

/**
 * A repository as images are pulled from it: each is asked for at the mirrors that registries.conf names, in
 * order, and then at its source. The first place that has the manifest gives all that the manifest names, as in
 * `podman` and on a node. Methods reject as those of `RemoteRepository` do; an error tells of the mirrors too.
 */
export class PullRepository {
  readonly #placesOf: PlacesOf;
  readonly #onEndpoint: (endpoint: PullEndpoint) => void;
  /** Where the content that a manifest names is to be had, by digest. */
  readonly #homes = new Map<string, PullPlace>();

  /** Only `RegistryClient.pullRepository` makes these. */
  constructor(placesOf: PlacesOf, onEndpoint: (endpoint: PullEndpoint) => void) {
    this.#placesOf = placesOf;
    this.#onEndpoint = onEndpoint;
  }

  /** Reads a manifest by tag or digest; undefined when no place has it. */
  async manifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    const places = await this.#places(tagOrDigest);
    const found = await this.#first(places, signal, (place) => place.manifest(tagOrDigest, signal));
    if (found === undefined) return undefined;
    const { value: manifest, place } = found;
    const parsed = parseManifest(manifest.bytes, manifest.mediaType);
    this.#homes.set(manifest.digest, place);
    for (const { descriptor } of partsOf(parsed)) this.#homes.set(descriptor.digest, place);
    return manifest;
  }

  /** The digest of a tag, or of a manifest that is there; undefined when no place has it. */
  async resolve(tagOrDigest: string, signal: AbortSignal): Promise<string | undefined> {
    const places = await this.#places(tagOrDigest);
    return (await this.#first(places, signal, (place) => place.resolve(tagOrDigest, signal)))?.value;
  }

  /**
   * All tags of the source, sorted: a mirror need not have all of them. Undefined when there is no source.
   * @param mostPages as `RemoteRepository.tags`
   */
  async tags(signal: AbortSignal, mostPages?: number): Promise<string[] | undefined> {
    const source = (await this.#placesOf('latest')).at(-1);
    return source?.repository.tags(signal, mostPages);
  }

  /** What refers to a manifest, at the first place that can list it; undefined where none can. */
  async referrers(digest: string, signal: AbortSignal): Promise<Referrer[] | undefined> {
    const places = await this.#places(digest);
    return (await this.#first(places, signal, (place) => place.referrers(digest, signal)))?.value;
  }

  /** True when a place has the blob. */
  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    const places = await this.#places(digest);
    const has = async (place: RemoteRepository) => (await place.hasBlob(digest, signal)) || undefined;
    return (await this.#first(places, signal, has)) !== undefined;
  }

  /** A blob as a stream that fails unless it has the digest and the size of `blob`. */
  async blob(blob: Descriptor, signal: AbortSignal, offset = 0): Promise<Readable> {
    const places = await this.#places(blob.digest);
    const found = await this.#first(places, signal, (place) => place.blob(blob, signal, offset));
    // `blob` rejects where there is none, so that a place always answers or fails.
    if (found === undefined) throw new Error('no place to ask');
    return found.value;
  }

  /** The repository that gave the manifest which names this content; undefined when none did yet. */
  holder(digest: string): RemoteRepository | undefined {
    return this.#homes.get(digest)?.repository;
  }

  async #places(tagOrDigest: string): Promise<readonly PullPlace[]> {
    const home = isDigest(tagOrDigest) ? this.#homes.get(tagOrDigest) : undefined;
    return home === undefined ? this.#placesOf(tagOrDigest) : [home];
  }

  async #first<T>(
    places: readonly PullPlace[],
    signal: AbortSignal,
    ask: (repository: RemoteRepository) => Promise<T | undefined>,
  ): Promise<{ value: T; place: PullPlace } | undefined> {
    const failures: { place: PullPlace; error: UserError | undefined }[] = [];
    for (const [index, place] of places.entries()) {
      const last = index === places.length - 1;
      this.#onEndpoint(place.endpoint);
      try {
        // Where there is another place to ask, nobody waits for one that is down.
        const value = await ask(last ? place.repository : place.repository.withoutRepetitions());
        if (value !== undefined) return { value, place };
        failures.push({ place, error: undefined });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof UserError)) throw error;
        if (last) throw withMirrors(error, failures);
        failures.push({ place, error });
      }
    }
    return undefined;
  }
}

/** The source's error, with what came of the mirrors: behind a firewall only that helps. */
function withMirrors(
  error: UserError,
  mirrors: readonly { readonly place: PullPlace; readonly error: UserError | undefined }[],
): UserError {
  if (mirrors.length === 0) return error;
  const told = mirrors.map(({ place, error }) => {
    return `${formatReference(place.endpoint.reference)}: ${error?.message ?? t('it is not there')}`;
  });
  const helpful = mirrors.find((mirror) => mirror.error !== undefined)?.error ?? error;
  return new UserError(error.code, t('{0} (its mirrors before: {1})', error.message, inClauses(told)), {
    nextStep: helpful.nextStep,
    cause: error,
  });
}
