import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { tar } from './tar.ts';

/** Docker's and OCI's names for the same things. */
export const mediaTypes = {
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  },
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  },
} as const;

export type Format = keyof typeof mediaTypes;

/** Bytes and what names them. */
export interface TestBlob {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly bytes: Buffer;
}

/** A layer: the compressed blob, and the digest of the tar inside, which the config lists. */
export interface TestLayer extends TestBlob {
  readonly diffId: string;
}

/** An image or, with children, an index; everything in memory. */
export interface TestImage {
  readonly manifest: TestBlob;
  /** Config first, then layers; empty for an index. */
  readonly blobs: readonly TestBlob[];
  /** Images of an index. */
  readonly children: readonly TestImage[];
  readonly platform: TestPlatform;
}

export interface TestPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface TestImageOptions {
  readonly format?: Format;
  /** Makes images differ that are the same otherwise. */
  readonly seed?: string;
  readonly platform?: TestPlatform;
  readonly created?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What it runs, by the names of its config: `Entrypoint`, `Cmd`, `WorkingDir`. */
  readonly runs?: Readonly<Record<string, unknown>>;
  /** One layer for each record of files; two small ones when left out. */
  readonly layers?: readonly Readonly<Record<string, string | Uint8Array>>[];
  /** Layers as they are, packed or not, in the place of `layers`; whatever they are, the image names them rightly. */
  readonly archives?: readonly Uint8Array[];
  /** The config as it is, in the place of one that says what the image is. */
  readonly config?: string;
  /** Leaves `mediaType` out of the manifest, as OCI allows. */
  readonly withoutMediaType?: boolean;
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export function blobOf(mediaType: string, bytes: Buffer): TestBlob {
  return { mediaType, bytes, digest: digestOf(bytes), size: bytes.length };
}

/** A gzip-compressed tar of `files`, the same bytes each time. */
export function layerOf(format: Format, files: Readonly<Record<string, string | Uint8Array>>): TestLayer {
  const archive = tar(files);
  return { ...blobOf(mediaTypes[format].layer, gzipSync(archive)), diffId: digestOf(archive) };
}

/** A single-architecture image: config, layers and manifest. The same options give the same digests. */
export function testImage(options: TestImageOptions = {}): TestImage {
  const { format = 'docker', seed = '', platform = { os: 'linux', architecture: 'amd64' } } = options;
  const types = mediaTypes[format];
  const layers: readonly TestLayer[] =
    options.archives?.map((bytes) => ({
      ...blobOf(types.layer, Buffer.from(bytes)),
      diffId: digestOf(bytes),
    })) ??
    (options.layers ?? [{ 'base.txt': 'base' }, { 'seed.txt': `seed ${seed}` }]).map((files) =>
      layerOf(format, files),
    );
  const described = jsonBlob(types.config, {
    created: options.created ?? '2021-05-01T10:00:00Z',
    ...platform,
    config: { Labels: options.labels ?? {}, Env: [`SEED=${seed}`], ...options.runs },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    history: layers.map((_, index) => ({ created_by: `layer ${index}` })),
  });
  const config = options.config === undefined ? described : blobOf(types.config, Buffer.from(options.config));
  const manifest = jsonBlob(types.manifest, {
    schemaVersion: 2,
    ...(options.withoutMediaType ? {} : { mediaType: types.manifest }),
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
  });
  return { manifest, blobs: [config, ...layers], children: [], platform };
}

/** A manifest list (Docker) or an index (OCI) over `children`, in their order. */
export function testIndex(
  children: readonly TestImage[],
  options: { readonly format?: Format; readonly withoutMediaType?: boolean } = {},
): TestImage {
  const type = mediaTypes[options.format ?? 'docker'].index;
  const manifest = jsonBlob(type, {
    schemaVersion: 2,
    ...(options.withoutMediaType ? {} : { mediaType: type }),
    manifests: children.map((child) => ({ ...descriptorOf(child.manifest), platform: child.platform })),
  });
  return { manifest, blobs: [], children, platform: { os: 'linux', architecture: 'amd64' } };
}

/** A build cache as BuildKit exports it: an index that names layers directly, and last what they are. */
export function buildCache(seed = ''): TestImage {
  const { index, layer } = mediaTypes.oci;
  const layers = ['one', 'two'].map((name) => ({ ...layerOf('oci', { [name]: seed }), mediaType: layer }));
  const config = jsonBlob('application/vnd.buildkit.cacheconfig.v0', {
    layers: layers.map(({ digest }) => ({ blob: digest, parent: -1 })),
    records: [{ digest: digestOf(Buffer.from(seed)), layers: [{ layer: 1 }] }],
  });
  const blobs = [...layers, config];
  const manifest = jsonBlob(index, {
    schemaVersion: 2,
    mediaType: index,
    manifests: blobs.map(descriptorOf),
  });
  return { manifest, blobs, children: [], platform: { os: 'linux', architecture: 'amd64' } };
}

/** linux on four architectures, as Red Hat ships its operators. */
export function multiArchImage(options: TestImageOptions = {}): TestImage {
  const children = ['amd64', 'arm64', 'ppc64le', 's390x'].map((architecture) =>
    testImage({ ...options, platform: { os: 'linux', architecture } }),
  );
  return testIndex(children, options);
}

/** Pushes an image over plain HTTP, children before parents; without a tag by digest only. */
export async function pushImage(
  baseUrl: string,
  repository: string,
  tag: string | undefined,
  image: TestImage,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const child of image.children) await pushImage(baseUrl, repository, undefined, child, headers);
  for (const blob of image.blobs) await pushBlob(baseUrl, repository, blob, headers);
  const reference = tag ?? image.manifest.digest;
  const answer = await fetch(`${baseUrl}/v2/${repository}/manifests/${reference}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': image.manifest.mediaType },
    body: new Uint8Array(image.manifest.bytes),
  });
  await expectStatus(answer, 201);
}

/** Pushes one blob over plain HTTP. */
export async function pushBlob(
  baseUrl: string,
  repository: string,
  blob: TestBlob,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const start = await fetch(`${baseUrl}/v2/${repository}/blobs/uploads/`, { method: 'POST', headers });
  await expectStatus(start, 202);
  const location = new URL(start.headers.get('location') ?? '', baseUrl);
  location.searchParams.set('digest', blob.digest);
  const end = await fetch(location, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/octet-stream' },
    body: new Uint8Array(blob.bytes),
  });
  await expectStatus(end, 201);
}

async function expectStatus(answer: Response, status: number): Promise<void> {
  const body = await answer.text();
  if (answer.status !== status) throw new Error(`${answer.url}: ${answer.status} ${body}`);
}

function jsonBlob(mediaType: string, value: unknown): TestBlob {
  return blobOf(mediaType, Buffer.from(JSON.stringify(value, undefined, 2)));
}

function descriptorOf({ mediaType, digest, size }: TestBlob) {
  return { mediaType, digest, size };
}
