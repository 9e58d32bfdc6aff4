import { randomUUID } from 'node:crypto';
import type { FakeAuth, Need } from './fakeAuth.ts';
import { type Exchange, FakeServer, type Reply, type ServerTls } from './fakeServer.ts';
import { errorReply, type Fault } from './faults.ts';
import { digestOf, type TestImage } from './images.ts';

/** How a `FakeRegistry` behaves; the defaults are docker-registry's. */
export interface FakeRegistryOptions {
  readonly tls?: ServerTls;
  readonly auth?: FakeAuth;
  /** Tags on one page when the client asks for no number. */
  readonly pageSize?: number;
  /** Every page of tags names a next one. */
  readonly endlessTags?: boolean;
  /** False: a mount is answered with an upload session, as a registry does that cannot mount. */
  readonly mounts?: boolean;
  /** Blobs are sent from another server: GET is answered with a redirect to this origin. */
  readonly blobsAt?: string;
  /** Knows the API for referrers, with so many on a page; docker-registry 2.8 does not. */
  readonly referrers?: number;
  /** Leaves `Docker-Content-Digest` away. */
  readonly withoutDigestHeader?: boolean;
}

/** Which requests a fault is for. Everything, for ever, where a part is left out. */
export interface FaultTarget {
  readonly method?: string;
  /** Held against path and query. */
  readonly path?: RegExp;
  readonly times?: number;
}

interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

interface Repository {
  readonly blobs: Set<string>;
  readonly manifests: Map<string, StoredManifest>;
  readonly tags: Map<string, string>;
}

interface Route {
  readonly repository: string;
  readonly kind: 'manifests' | 'blobs' | 'uploads' | 'tags' | 'referrers';
  /** Tag, digest or upload session. */
  readonly item: string;
}

/**
 * A registry in memory, on a free loopback port, for tests: the distribution API as docker-registry 2.8 answers
 * it, manifests refused whose content is missing, and faults on demand.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints
 */
export class FakeRegistry {
  readonly #options: FakeRegistryOptions;
  readonly #repositories = new Map<string, Repository>();
  readonly #blobs = new Map<string, Buffer>();
  readonly #uploads = new Map<string, Buffer>();
  readonly #faults: { fault: Fault; target: FaultTarget; left: number }[] = [];
  #server!: FakeServer;

  private constructor(options: FakeRegistryOptions) {
    this.#options = options;
  }

  static async start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    registry.#server = await FakeServer.start((exchange) => registry.#answer(exchange), options.tls);
    return registry;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return this.#server.host;
  }

  get port(): number {
    return this.#server.port;
  }

  get url(): string {
    return this.#server.url;
  }

  /** All that was asked so far. */
  get requests(): readonly Exchange[] {
    return this.#server.requests;
  }

  /** `METHOD path` of all that was asked so far. */
  get log(): readonly string[] {
    return this.requests.map((request) => `${request.method} ${request.path}`);
  }

  /** Upload sessions that were neither finished nor cancelled. */
  get openUploads(): number {
    return this.#uploads.size;
  }

  /** Of the next requests that bring bytes of a blob, so many arrive; then the connection breaks, and the upload stays as it is. */
  readonly interruptions: number[] = [];

  /** Forgets what was asked. */
  clear(): void {
    this.#server.requests.length = 0;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Makes matching requests go wrong. The fault that was added last wins. */
  inject(fault: Fault, target: FaultTarget = {}): void {
    this.#faults.unshift({ fault, target, left: target.times ?? Number.POSITIVE_INFINITY });
  }

  /** Ends all faults. */
  heal(): void {
    this.#faults.length = 0;
  }

  /** Loses all that it holds, as with a new disk. */
  lose(): void {
    this.#repositories.clear();
    this.#blobs.clear();
  }

  /** Puts an image straight into memory. */
  add(repository: string, tag: string | undefined, image: TestImage): void {
    for (const child of image.children) this.add(repository, undefined, child);
    const stored = this.#repository(repository);
    for (const blob of image.blobs) {
      stored.blobs.add(blob.digest);
      this.#blobs.set(blob.digest, blob.bytes);
    }
    stored.manifests.set(image.manifest.digest, image.manifest);
    if (tag !== undefined) stored.tags.set(tag, image.manifest.digest);
  }

  /** Puts one blob straight into memory. */
  addBlob(repository: string, bytes: Buffer): string {
    const digest = digestOf(bytes);
    this.#repository(repository).blobs.add(digest);
    this.#blobs.set(digest, bytes);
    return digest;
  }

  /** The bytes of a blob that the repository has. */
  blob(repository: string, digest: string): Buffer | undefined {
    return this.#repositories.get(repository)?.blobs.has(digest) ? this.#blobs.get(digest) : undefined;
  }

  /** The manifest under a tag or a digest. */
  manifest(repository: string, reference: string): StoredManifest | undefined {
    const stored = this.#repositories.get(repository);
    return stored?.manifests.get(stored.tags.get(reference) ?? reference);
  }

  #repository(name: string): Repository {
    let stored = this.#repositories.get(name);
    if (stored === undefined) {
      stored = { blobs: new Set(), manifests: new Map(), tags: new Map() };
      this.#repositories.set(name, stored);
    }
    return stored;
  }

  async #answer(exchange: Exchange): Promise<Reply> {
    const wrong = this.#faults.find(
      ({ target, left }) =>
        left > 0 &&
        (target.method === undefined || target.method === exchange.method) &&
        (target.path === undefined || target.path.test(exchange.path)),
    );
    const right = async () => this.#right(exchange);
    if (wrong === undefined) return right();
    wrong.left--;
    return wrong.fault(right);
  }

  #right(exchange: Exchange): Reply {
    const route = routeOf(exchange.url.pathname);
    const refused = this.#options.auth?.(exchange, needsOf(exchange, route));
    if (refused !== undefined) return refused;
    if (exchange.url.pathname === '/v2/') return { status: 200, headers: apiVersion, body: '{}' };
    if (route === undefined) return errorReply(404, 'NOT_FOUND', 'no such page');
    switch (route.kind) {
      case 'manifests':
        return exchange.method === 'PUT' ? this.#putManifest(exchange, route) : this.#getManifest(route);
      case 'blobs':
        return this.#getBlob(exchange, route);
      case 'uploads':
        return this.#upload(exchange, route);
      case 'tags':
        return this.#listTags(exchange, route);
      case 'referrers':
        return this.#listReferrers(exchange, route);
    }
  }

  #getManifest({ repository, item }: Route): Reply {
    const stored = this.manifest(repository, item);
    if (stored === undefined) return errorReply(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    return {
      status: 200,
      headers: { ...apiVersion, 'content-type': stored.mediaType, ...this.#digestHeader(stored.bytes) },
      body: stored.bytes,
    };
  }

  #putManifest(exchange: Exchange, { repository, item }: Route): Reply {
    const stored = this.#repository(repository);
    const bytes = exchange.body;
    const digest = digestOf(bytes);
    const byDigest = item.includes(':');
    if (byDigest && item !== digest)
      return errorReply(400, 'DIGEST_INVALID', 'digest does not match content');
    let parsed: {
      config?: { digest: string };
      layers?: { digest: string }[];
      manifests?: { digest: string }[];
    };
    try {
      parsed = JSON.parse(bytes.toString());
    } catch {
      return errorReply(400, 'MANIFEST_INVALID', 'manifest invalid');
    }
    const blobs = [...(parsed.config === undefined ? [] : [parsed.config]), ...(parsed.layers ?? [])];
    if (!blobs.every((blob) => stored.blobs.has(blob.digest))) {
      return errorReply(404, 'MANIFEST_BLOB_UNKNOWN', 'blob unknown to registry');
    }
    if (!(parsed.manifests ?? []).every((child) => stored.manifests.has(child.digest))) {
      return errorReply(404, 'MANIFEST_BLOB_UNKNOWN', 'manifest unknown to registry');
    }
    stored.manifests.set(digest, { mediaType: exchange.headers['content-type'] ?? '', bytes });
    if (!byDigest) stored.tags.set(item, digest);
    return {
      status: 201,
      headers: { location: `/v2/${repository}/manifests/${digest}`, ...this.#digestHeader(bytes) },
    };
  }

  #getBlob(exchange: Exchange, { repository, item }: Route): Reply {
    const bytes = this.blob(repository, item);
    if (bytes === undefined) return errorReply(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
    if (this.#options.blobsAt !== undefined && exchange.method === 'GET') {
      return {
        status: 307,
        headers: { location: `${this.#options.blobsAt}/storage/${item}?signature=secret` },
      };
    }
    return rangeOf(bytes, exchange.headers.range, { 'docker-content-digest': item });
  }

  #upload(exchange: Exchange, { repository, item }: Route): Reply {
    const stored = this.#repository(repository);
    const query = exchange.url.searchParams;
    if (exchange.method === 'POST') {
      const mount = query.get('mount');
      const from = query.get('from') ?? '';
      if (mount !== null && this.#options.mounts !== false && this.blob(from, mount) !== undefined) {
        stored.blobs.add(mount);
        return { status: 201, headers: this.#created(repository, mount) };
      }
      if (query.get('digest') !== null)
        return this.#commit(repository, exchange.body, query.get('digest') ?? '');
      const session = randomUUID();
      this.#uploads.set(session, Buffer.alloc(0));
      return this.#session(repository, session);
    }
    const sofar = this.#uploads.get(item);
    if (sofar === undefined) return errorReply(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry');
    const interruption = exchange.body.length > 0 ? this.interruptions.shift() : undefined;
    if (interruption !== undefined) {
      this.#uploads.set(item, Buffer.concat([sofar, exchange.body.subarray(0, interruption)]));
      return { status: 0, drop: true };
    }
    switch (exchange.method) {
      case 'PATCH':
        this.#uploads.set(item, Buffer.concat([sofar, exchange.body]));
        return this.#session(repository, item);
      case 'PUT':
        this.#uploads.delete(item);
        return this.#commit(repository, Buffer.concat([sofar, exchange.body]), query.get('digest') ?? '');
      case 'DELETE':
        this.#uploads.delete(item);
        return { status: 204 };
      default:
        return { ...this.#session(repository, item), status: 204 };
    }
  }

  #session(repository: string, session: string): Reply {
    const length = this.#uploads.get(session)?.length ?? 0;
    return {
      status: 202,
      headers: {
        location: `/v2/${repository}/blobs/uploads/${session}?_state=${length}`,
        range: `0-${Math.max(length - 1, 0)}`,
        'docker-upload-uuid': session,
      },
    };
  }

  #commit(repository: string, bytes: Buffer, digest: string): Reply {
    if (digestOf(bytes) !== digest) return errorReply(400, 'DIGEST_INVALID', 'digest does not match content');
    this.addBlob(repository, bytes);
    return { status: 201, headers: this.#created(repository, digest) };
  }

  #created(repository: string, digest: string): Record<string, string> {
    return { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest };
  }

  #listTags(exchange: Exchange, { repository }: Route): Reply {
    const stored = this.#repositories.get(repository);
    if (stored === undefined && !this.#options.endlessTags)
      return errorReply(404, 'NAME_UNKNOWN', 'repository name not known to registry');
    const query = exchange.url.searchParams;
    const size = Number(query.get('n') ?? this.#options.pageSize ?? 100);
    const last = query.get('last') ?? '';
    const all = this.#options.endlessTags
      ? Array.from({ length: size }, () => `t${randomUUID()}`)
      : [...(stored?.tags.keys() ?? [])].sort().filter((tag) => tag > last);
    const page = all.slice(0, Math.min(size, this.#options.pageSize ?? size));
    const more = this.#options.endlessTags || page.length < all.length;
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        ...(more ? { link: `</v2/${repository}/tags/list?last=${page.at(-1)}&n=${size}>; rel="next"` } : {}),
      },
      body: JSON.stringify({ name: repository, tags: page }),
    };
  }

  #listReferrers(exchange: Exchange, { repository, item }: Route): Reply {
    const { referrers: pageSize } = this.#options;
    if (pageSize === undefined) return errorReply(404, 'NOT_FOUND', 'no such page');
    const all = [...(this.#repositories.get(repository)?.manifests ?? [])].flatMap(([digest, stored]) => {
      const { mediaType, bytes } = stored;
      const { subject, artifactType } = JSON.parse(bytes.toString());
      return subject?.digest === item ? [{ mediaType, digest, size: bytes.length, artifactType }] : [];
    });
    const first = Number(exchange.url.searchParams.get('first') ?? 0);
    const rest = first + pageSize;
    const next = `</v2/${repository}/referrers/${item}?first=${rest}>; rel="next"`;
    return {
      status: 200,
      headers: { 'content-type': ociIndex, ...(rest < all.length ? { link: next } : {}) },
      body: JSON.stringify({
        schemaVersion: 2,
        mediaType: ociIndex,
        manifests: all.slice(first, rest),
      }),
    };
  }

  #digestHeader(bytes: Buffer): Record<string, string> {
    return this.#options.withoutDigestHeader ? {} : { 'docker-content-digest': digestOf(bytes) };
  }
}

const ociIndex = 'application/vnd.oci.image.index.v1+json';
const apiVersion = { 'docker-distribution-api-version': 'registry/2.0' };

/** Bytes, or the part of them that a `Range: bytes=A-[B]` asks for. */
export function rangeOf(
  bytes: Buffer,
  range: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  const common = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', ...headers };
  if (match === null) return { status: 200, headers: common, body: bytes };
  const start = Number(match[1]);
  const end = match[2] === '' ? bytes.length - 1 : Number(match[2]);
  if (start >= bytes.length) return { status: 416, headers: { 'content-range': `bytes */${bytes.length}` } };
  return {
    status: 206,
    headers: { ...common, 'content-range': `bytes ${start}-${end}/${bytes.length}` },
    body: bytes.subarray(start, end + 1),
  };
}

function routeOf(path: string): Route | undefined {
  const match =
    /^\/v2\/(.+)\/(?:(manifests)\/([^/]+)|(blobs)\/uploads\/([^/]*)|(blobs)\/([^/]+)|(tags)\/list|(referrers)\/([^/]+))$/.exec(
      path,
    );
  if (match === null) return undefined;
  const repository = match[1] ?? '';
  if (match[2] !== undefined)
    return { repository, kind: 'manifests', item: decodeURIComponent(match[3] ?? '') };
  if (match[4] !== undefined) return { repository, kind: 'uploads', item: match[5] ?? '' };
  if (match[6] !== undefined) return { repository, kind: 'blobs', item: decodeURIComponent(match[7] ?? '') };
  if (match[9] !== undefined)
    return { repository, kind: 'referrers', item: decodeURIComponent(match[10] ?? '') };
  return { repository, kind: 'tags', item: '' };
}

function needsOf(exchange: Exchange, route: Route | undefined): Need[] {
  if (route === undefined) return [];
  const { repository } = route;
  const needs: Need[] = [{ repository, action: 'pull' }];
  if (exchange.method !== 'GET' && exchange.method !== 'HEAD') needs.push({ repository, action: 'push' });
  const from = exchange.url.searchParams.get('from');
  if (from !== null) needs.push({ repository: from, action: 'pull' });
  return needs;
}
