import { blobOf, digestOf, mediaTypes, type TestImage, testImage } from './images.ts';

/** What cosign pushes under a tag beside an image: an OCI image whose layers are payloads. */
export function cosignImage(about: TestImage | string, kind: 'sig' | 'att' | 'sbom', seed = ''): TestImage {
  return testImage({ format: 'oci', archives: [Buffer.from(`${kind} of ${digestIn(about)} ${seed}`)] });
}

/** The tag for it. */
export function cosignTag(about: TestImage | string, kind: 'sig' | 'att' | 'sbom'): string {
  return `${digestIn(about).replace(':', '-')}.${kind}`;
}

/** The tag of the list of what refers to an image, where a registry has no API for it. */
export function listTag(about: TestImage | string): string {
  return digestIn(about).replace(':', '-');
}

export interface ReferrerOptions {
  readonly seed?: string;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest that refers to an image, as OCI 1.1 has it. https://github.com/opencontainers/image-spec/blob/main/manifest.md */
export function referrerOf(about: TestImage | string, options: ReferrerOptions = {}): TestImage {
  const { seed = '', artifactType = 'application/vnd.example.signature', annotations } = options;
  const config = blobOf('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  const layer = blobOf('text/plain', Buffer.from(`signature of ${digestIn(about)} ${seed}`));
  const subject =
    typeof about === 'string' ? { mediaType: mediaTypes.oci.manifest, digest: about, size: 1 } : named(about);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.oci.manifest,
    artifactType,
    config: descriptorOf(config),
    layers: [descriptorOf(layer)],
    subject,
    ...(annotations && { annotations }),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return {
    manifest: { mediaType: mediaTypes.oci.manifest, digest: digestOf(bytes), size: bytes.length, bytes },
    blobs: [config, layer],
    children: [],
    platform: { os: 'linux', architecture: 'amd64' },
  };
}

/** The list of referrers as clients write it for registries without an API. */
export function referrersList(...referrers: readonly TestImage[]): TestImage {
  const json = { schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests: referrers.map(named) };
  const bytes = Buffer.from(JSON.stringify(json));
  return {
    manifest: { mediaType: mediaTypes.oci.index, digest: digestOf(bytes), size: bytes.length, bytes },
    blobs: [],
    children: referrers,
    platform: { os: 'linux', architecture: 'amd64' },
  };
}

function named({ manifest }: TestImage) {
  return descriptorOf(manifest);
}

function descriptorOf({ mediaType, digest, size }: TestImage['manifest']) {
  return { mediaType, digest, size };
}

function digestIn(about: TestImage | string): string {
  return typeof about === 'string' ? about : about.manifest.digest;
}
