import type { Readable } from 'node:stream';
import { isDigest, isVerifiable } from '../base/digest.ts';
import { UserError } from '../base/errors.ts';
import type { Load } from '../base/load.ts';
import { t } from '../base/sentences.ts';
import {
  algorithmOf,
  checkDigest,
  digestMismatch,
  digestOf,
  requireVerifiable,
} from '../content/contentDigest.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import { largestManifest, parseManifest } from '../content/manifest.ts';
import { acceptManifests, bareType, manifestTypes } from '../content/mediaTypes.ts';
import { type Referrer, referrersIn } from '../content/referrers.ts';
import { parseReference } from '../documents/imageReference.ts';
import { type Answer, headerOf } from './answer.ts';
import { downloadBlob } from './blobDownload.ts';
import { uploadBlob } from './blobUpload.ts';
import { discard } from './hop.ts';
import { errorCode } from './registryError.ts';
import { retrying } from './retry.ts';
import { repositoryScope } from './scope.ts';
import { nextPage, tagsOf } from './tagPages.ts';
import type { RegistryRequest, Transport } from './transport.ts';
import { cancelUpload, mountQuery, type Session, startUpload } from './uploadSession.ts';

const largestTagPage = 4 * 1024 * 1024;
const tagsPerPage = 1000;
/** Tags of the largest repository that is listed, and pages, should they be small. */
const mostTags = 100_000;
const mostTagPages = 1000;
const mostReferrers = 10_000;
/** What registries answer that have never heard of the referrers API. */
const unknownApi = new Set([400, 404, 405, 501]);

/**
 * True where a registry says of a manifest, whose digest was checked here, that a digest is none. Docker's registry reads its own links
 * to blobs while it writes them for another client, and then takes half of one for a digest: a moment later it is whole.
 */
function isHalfRead(answer: Answer): boolean {
  return answer.status === 400 && errorCode(answer) === 'DIGEST_INVALID';
}

/** An upload that stands already, where there is a session. */
export interface BegunUpload {
  readonly session?: Session;
}

/** How a repository is asked, beyond what holds for all. */
export type RequestManner = Pick<RegistryRequest, 'insecure' | 'times'>;

/**
 * One repository of a registry: the end points of the distribution API. All content is verified; "not there" is
 * a value. Methods reject with a `UserError`, or with the signal's reason once that fires.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints
 */
export class RemoteRepository {
  readonly host: string;
  /** The path below the host. */
  readonly repository: string;
  readonly #transport: Transport;
  readonly #manner: RequestManner;

  /** Only `RegistryClient` makes these, from checked names. */
  constructor(transport: Transport, host: string, repository: string, manner: RequestManner = {}) {
    this.#transport = transport;
    this.host = host;
    this.repository = repository;
    this.#manner = manner;
  }

  /** The same repository for one who can ask elsewhere: a request that fails is not sent again. */
  withoutRepetitions(): RemoteRepository {
    return new RemoteRepository(this.#transport, this.host, this.repository, { ...this.#manner, times: 0 });
  }

  /** `HOST/NAMESPACE/NAME`. */
  get name(): string {
    return `${this.host}/${this.repository}`;
  }

  /** Equal for the repositories of one registry that are reached with the same credentials; not to be shown. */
  get place(): string {
    return this.#transport.placeOf(this.host);
  }

  /** How the host bears what is asked of it. */
  get load(): Load {
    return this.#transport.loadOf(this.host);
  }

  /** Reads a manifest by tag or digest; undefined when there is none. */
  async manifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    const byDigest = this.#check(tagOrDigest);
    const place = this.#place(tagOrDigest);
    const answer = await this.#exchange(
      {
        method: 'GET',
        target: `/manifests/${tagOrDigest}`,
        headers: { accept: acceptManifests },
        limit: largestManifest,
      },
      place,
      signal,
    );
    if (answer === undefined) return undefined;
    // What a registry says of a tag's digest is held to the content too.
    const said = headerOf(answer.headers, 'docker-content-digest');
    const digest = byDigest
      ? tagOrDigest
      : said !== undefined && isVerifiable(said)
        ? said
        : digestOf(answer.body);
    checkDigest(answer.body, digest, place);
    const contentType = bareType(headerOf(answer.headers, 'content-type'));
    const parsed = parseManifest(answer.body, contentType);
    const mediaType = parsed.kind === 'unsupported' ? contentType : parsed.mediaType;
    return { digest, mediaType, bytes: answer.body };
  }

  /**
   * The digest of a tag, or of a manifest that is there, without reading it; undefined when there is none. A
   * registry that does not say the digest is asked for the manifest.
   */
  async resolve(tagOrDigest: string, signal: AbortSignal): Promise<string | undefined> {
    const byDigest = this.#check(tagOrDigest);
    const answer = await this.#exchange(
      { method: 'HEAD', target: `/manifests/${tagOrDigest}`, headers: { accept: acceptManifests } },
      this.#place(tagOrDigest),
      signal,
    );
    if (answer === undefined) return undefined;
    if (byDigest) return tagOrDigest;
    const said = headerOf(answer.headers, 'docker-content-digest');
    if (said !== undefined && isVerifiable(said)) return said;
    return (await this.manifest(tagOrDigest, signal))?.digest;
  }

  /** Writes a manifest under its digest (`tag` undefined) or under a tag; both verified with the registry's answer. */
  async putManifest(manifest: Manifest, tag: string | undefined, signal: AbortSignal): Promise<void> {
    const reference = tag ?? manifest.digest;
    this.#check(reference);
    const place = this.#place(reference);
    checkDigest(manifest.bytes, manifest.digest, place);
    const request = this.#request('push', place, {
      method: 'PUT',
      target: `/manifests/${reference}`,
      headers: { 'content-type': manifest.mediaType },
      body: manifest.bytes,
    });
    const answer = await retrying(
      () => this.#transport.exchange(request, signal),
      (outcome) => (outcome.ok && isHalfRead(outcome.value) ? { after: undefined } : undefined),
      this.#transport.policy,
      signal,
    );
    if (answer.status !== 201 && answer.status !== 200) throw this.#transport.error(answer, request);
    const stored = headerOf(answer.headers, 'docker-content-digest');
    if (stored === undefined) {
      if ((await this.resolve(manifest.digest, signal)) === undefined) {
        throw new UserError(
          'digestMismatch',
          t('{0}: the registry took the manifest and does not have it', place),
          {
            nextStep: t('look into the log of {0}', this.host),
          },
        );
      }
    } else if (isVerifiable(stored) && stored !== digestOf(manifest.bytes, algorithmOf(stored))) {
      throw digestMismatch(place, manifest.digest, stored);
    }
  }

  /**
   * True when the repository has the blob.
   * @param size in bytes; where it is given, having another number of them is an error
   * @throws UserError `damaged` for a blob that has another size, and what else a request throws
   */
  async hasBlob(digest: string, signal: AbortSignal, size?: number): Promise<boolean> {
    requireVerifiable(digest, this.name);
    const rest = { method: 'HEAD' as const, target: `/blobs/${digest}` };
    const request = this.#request('pull', this.#place(digest), rest);
    const answer = await this.#transport.exchange(request, signal);
    if (answer.status === 404) return false;
    if (answer.status === 200) {
      if (size !== undefined && hasOtherLength(answer, size)) await this.#requireSize(digest, size, signal);
      return true;
    }
    // A registry redirects to its storage for blobs that it has, with an address that is often good for GET only.
    if (answer.elsewhere && answer.status < 500) return true;
    throw this.#transport.error(answer, request);
  }

  /** What answers HEAD is often wrong about lengths, and what answers GET never. */
  async #requireSize(digest: string, size: number, signal: AbortSignal): Promise<void> {
    const place = this.#place(digest);
    const request = this.#request('pull', place, { method: 'GET', target: `/blobs/${digest}` });
    const result = await this.#transport.open(request, [200], signal);
    if (!result.opened) return;
    const { response } = result;
    discard(response.body);
    if (!hasOtherLength(response, size)) return;
    const length = headerOf(response.headers, 'content-length');
    throw new UserError(
      'damaged',
      t('{0} is damaged: {1} has {2} of its {3} bytes', place, this.host, String(length), size),
      {
        nextStep: t(
          'remove it from the storage of {0}, which keeps what it has, then run this again',
          this.host,
        ),
      },
    );
  }

  /**
   * A blob as a stream that fails unless it has the digest and the size of `blob`. Rejects when it is not there.
   * @param offset the byte to begin with; the rest is held to nothing
   */
  blob(blob: Descriptor, signal: AbortSignal, offset = 0): Promise<Readable> {
    const target = { method: 'GET' as const, target: `/blobs/${blob.digest}` };
    const request = this.#request('pull', this.#place(blob.digest), target);
    return downloadBlob(this.#transport, request, blob, signal, offset);
  }

  /**
   * As `hasBlob`, for one who uploads what is not there: undefined when it is. A registry that mounts blobs from a repository to
   * itself begins the upload with the request that asks.
   */
  async beginBlob({ digest, size }: Descriptor, signal: AbortSignal): Promise<BegunUpload | undefined> {
    if (this.#transport.selfMounts.get(this.host) === true) {
      const session = await this.#mount(digest, this, signal);
      if (session?.status === 202) return { session };
    }
    // Of a blob that is there only this tells whether all of it is.
    return (await this.hasBlob(digest, signal, size)) ? undefined : {};
  }

  /**
   * Writes a blob from `open`, which is called again for every try.
   * @param begun what `beginBlob` gave
   */
  async uploadBlob(
    blob: Descriptor,
    open: () => Promise<Readable>,
    signal: AbortSignal,
    begun?: BegunUpload,
  ): Promise<void> {
    requireVerifiable(blob.digest, this.name);
    await uploadBlob(this.#transport, this.#uploadContext(blob.digest), blob, open, signal, begun?.session);
  }

  /**
   * Finds out, once for a registry, whether it mounts blobs from a repository to itself, for `beginBlob`. For one who has just uploaded a
   * blob, which must be there, and has told nobody yet: docker-registry then writes anew where the blob is, and whoever has it
   * mounted elsewhere at that moment is told that it is not there.
   */
  async tryMountToItself(digest: string, signal: AbortSignal): Promise<void> {
    const { selfMounts } = this.#transport;
    if (selfMounts.get(this.host) !== undefined) return;
    selfMounts.set(this.host, false);
    try {
      selfMounts.set(this.host, await this.mountBlob(digest, this, signal));
    } catch {
      // The blob is there all the same, and what is wrong with the registry the next request says.
      signal.throwIfAborted();
    }
  }

  /**
   * Takes over a blob from another repository of this registry; false when it is another's, and when the registry cannot
   * or will not, and then nothing is left behind.
   */
  async mountBlob(
    digest: string,
    from: Pick<RemoteRepository, 'place' | 'repository'>,
    signal: AbortSignal,
  ): Promise<boolean> {
    if (from.place !== this.place) return false;
    const session = await this.#mount(digest, from, signal);
    if (session?.status === 202) {
      await cancelUpload(this.#transport, this.#uploadContext(digest), session.location, signal);
    }
    return session?.status === 201;
  }

  /** Asks for a mount; undefined when the registry will not hear of it. */
  async #mount(
    digest: string,
    from: Pick<RemoteRepository, 'repository'>,
    signal: AbortSignal,
  ): Promise<Session | undefined> {
    requireVerifiable(digest, this.name);
    const context = this.#uploadContext(digest);
    const others = from.repository === this.repository ? [] : [repositoryScope(from.repository, 'pull')];
    const scopes = [...context.scopes, ...others];
    try {
      return await startUpload(
        this.#transport,
        { ...context, scopes },
        mountQuery(digest, from.repository),
        signal,
      );
    } catch (error) {
      // Registries answer a mount from a repository that we may not read in all these ways.
      const no = ['unauthorized', 'denied', 'missing', 'blobUnknown', 'refused'];
      if (error instanceof UserError && no.includes(error.code)) return undefined;
      throw error;
    }
  }

  /**
   * All tags, sorted; undefined when there is no such repository.
   * @param mostPages pages that are read at most, for one who can do without the list
   * @throws UserError `tooLarge`
   */
  async tags(signal: AbortSignal, mostPages = mostTagPages): Promise<string[] | undefined> {
    const place = t('the tags of {0}', this.name);
    const tags = new Set<string>();
    let target: string | undefined = `/v2/${this.repository}/tags/list?n=${tagsPerPage}`;
    const seen = new Set<string>();
    while (target !== undefined && !seen.has(target)) {
      seen.add(target);
      if (seen.size > mostPages) throw this.#tooManyTags();
      const request: RegistryRequest = {
        ...this.#request('pull', place, { method: 'GET', target: '' }),
        target,
        limit: largestTagPage,
      };
      const answer = await this.#transport.exchange(request, signal);
      if (answer.status === 404) return undefined;
      if (answer.status !== 200) throw this.#transport.error(answer, request);
      const page = tagsOf(answer.body);
      if (page === undefined) {
        throw new UserError('badAnswer', t('{0} gives no list for {1}', this.host, place), {
          nextStep: t('check that {0} is a registry', this.host),
        });
      }
      for (const tag of page) tags.add(tag);
      if (tags.size > mostTags) throw this.#tooManyTags();
      target = nextPage(headerOf(answer.headers, 'link'), answer.url);
    }
    return [...tags].sort();
  }

  /**
   * What refers to a manifest, such as its signatures, each digest once; undefined where the registry does not know the API: then
   * they may be under a tag (`referrersTag`). No more than some ten thousand, which nobody has in good faith.
   */
  async referrers(digest: string, signal: AbortSignal): Promise<Referrer[] | undefined> {
    requireVerifiable(digest, this.name);
    const place = t('the referrers of {0}', this.#place(digest));
    const found = new Map<string, Referrer>();
    let target: string | undefined = `/v2/${this.repository}/referrers/${digest}`;
    const seen = new Set<string>();
    while (target !== undefined && !seen.has(target) && found.size < mostReferrers) {
      seen.add(target);
      const request: RegistryRequest = {
        ...this.#request('pull', place, { method: 'GET', target: '' }),
        target,
        headers: { accept: manifestTypes.ociIndex },
        limit: largestTagPage,
      };
      const answer = await this.#transport.exchange(request, signal);
      if (unknownApi.has(answer.status) && seen.size === 1) return undefined;
      if (answer.status !== 200) throw this.#transport.error(answer, request);
      const page = referrersIn(answer.body);
      if (page === undefined) return undefined;
      for (const referrer of page.slice(0, mostReferrers - found.size)) found.set(referrer.digest, referrer);
      target = seen.size < mostTagPages ? nextPage(headerOf(answer.headers, 'link'), answer.url) : undefined;
    }
    return [...found.values()];
  }

  #tooManyTags(): UserError {
    const message = t('{0} has more than {1} tags, or does not end to list them', this.name, mostTags);
    return new UserError('tooLarge', message, { nextStep: t('name the tags that you need') });
  }

  /** True for a digest, false for a tag. @throws UserError for what is neither, before it gets into a URL */
  #check(tagOrDigest: string): boolean {
    if (isDigest(tagOrDigest)) {
      requireVerifiable(tagOrDigest, this.name);
      return true;
    }
    const parsed = parseReference(`${this.name}:${tagOrDigest}`);
    if (!parsed.ok || parsed.reference.tag !== tagOrDigest) {
      throw new UserError('badReference', t('{0} is no valid tag or digest', JSON.stringify(tagOrDigest)), {
        nextStep: t('a tag has letters, digits, `_`, `.` and `-`, at most 128'),
      });
    }
    return false;
  }

  #place(tagOrDigest: string): string {
    return `${this.name}${tagOrDigest.includes(':') ? '@' : ':'}${tagOrDigest}`;
  }

  #uploadContext(digest: string) {
    const { host, repository } = this;
    const purpose = { host, place: this.#place(digest), action: 'push' as const };
    const scopes = [repositoryScope(repository, 'pull', 'push')];
    return { ...this.#manner, host, repository, scopes, purpose };
  }

  #request(
    action: 'pull' | 'push',
    place: string,
    rest: Pick<RegistryRequest, 'method' | 'headers' | 'body' | 'limit'> & { readonly target: string },
  ): RegistryRequest {
    const { host, repository } = this;
    const scope =
      action === 'pull' ? repositoryScope(repository, 'pull') : repositoryScope(repository, 'pull', 'push');
    const target = `/v2/${repository}${rest.target}`;
    const purpose = { host, place, action };
    return { ...this.#manner, ...rest, target, host, repository, scopes: [scope], purpose };
  }

  /** Reads; undefined for 404. */
  async #exchange(
    rest: Pick<RegistryRequest, 'method' | 'headers' | 'limit'> & { readonly target: string },
    place: string,
    signal: AbortSignal,
  ): Promise<Answer | undefined> {
    const request = this.#request('pull', place, rest);
    const answer = await this.#transport.exchange(request, signal);
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.#transport.error(answer, request);
    return answer;
  }
}

function hasOtherLength({ headers }: Pick<Answer, 'headers'>, size: number): boolean {
  const length = headerOf(headers, 'content-length');
  return length !== undefined && length !== String(size);
}
