/** Docker's and OCI's media types of images and of the lists of images for several platforms. */
export const manifestTypes = {
  dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociImage: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

/** What the configs of container images are called. */
export const imageConfigTypes = {
  docker: 'application/vnd.docker.container.image.v1+json',
  oci: 'application/vnd.oci.image.config.v1+json',
  /** Docker before 1.11. */
  old: 'application/octet-stream',
} as const;

/** BuildKit's description of a build cache, which stands among the layers of an index, or as the config of an image. */
export const buildCacheType = 'application/vnd.buildkit.cacheconfig.v0';

const imageTypes = new Set<string>([manifestTypes.dockerImage, manifestTypes.ociImage]);
const indexTypes = new Set<string>([manifestTypes.dockerIndex, manifestTypes.ociIndex]);
/**
 * Manifests of what is no image, with `blobs` and no config: drafts of OCI 1.1 and of ORAS, which registries still hold.
 * https://github.com/opencontainers/image-spec/blob/v1.1.0-rc3/artifact.md
 */
const artifactTypes = new Set<string>([
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.cncf.oras.artifact.manifest.v1+json',
]);
const configTypes = new Set<string>(Object.values(imageConfigTypes));

/** What to send as `Accept` for a manifest: everything that `parseManifest` can read. */
export const acceptManifests = [...Object.values(manifestTypes), ...artifactTypes].join(', ');

/** How a manifest of this media type is built; undefined for what is no manifest that can be read. */
export function shapeOf(mediaType: string): 'image' | 'index' | 'artifact' | undefined {
  if (imageTypes.has(mediaType)) return 'image';
  if (indexTypes.has(mediaType)) return 'index';
  return artifactTypes.has(mediaType) ? 'artifact' : undefined;
}

/** Docker's schema 1, with and without a signature, which is a manifest too, though nobody reads it any more. */
const oldManifest = /^application\/vnd\.docker\.distribution\.manifest\./;

/** True for what the entry of an index names as a manifest; without a media type it is one. */
export function isManifestType(mediaType: string): boolean {
  return mediaType === '' || shapeOf(mediaType) !== undefined || oldManifest.test(mediaType);
}

/** True for the config of a container image, and where nothing is said. */
export function isImageConfigType(mediaType: string): boolean {
  return mediaType === '' || configTypes.has(mediaType);
}

/** Layers that licences forbid to push. https://github.com/opencontainers/image-spec/blob/main/layer.md */
const foreignLayer =
  /^application\/vnd\.(?:docker\.image\.rootfs\.foreign\.|oci\.image\.layer\.nondistributable\.)/;

/** True for the media type of a layer that no registry need have. */
export function isForeignType(mediaType: string): boolean {
  return foreignLayer.test(mediaType);
}

/** A `Content-Type` without its parameters. */
export function bareType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
