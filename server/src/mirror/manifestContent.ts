import { UserError } from '../base/errors.ts';
import { blobsOf, childrenOf, isForeign, parseManifest } from '../content/manifest.ts';
import type { Descriptor, Manifest } from '../stores/imageStore.ts';

/** What a manifest names and what therefore must be at the destination before it. Each digest stands once. */
export interface ManifestContent {
  /** The manifests of an index, in its order: all of them, whatever their platform. */
  readonly children: readonly Descriptor[];
  /** Config and layers, without foreign layers: those stay where their `urls` point. */
  readonly blobs: readonly Descriptor[];
}

/** Manifests and indexes of Docker and OCI; schema 1 too, which is refused when it is read. */
const manifestType =
  /^$|^application\/vnd\.(?:docker\.distribution\.manifest|oci\.image\.(?:manifest|index))\./;

/**
 * Reads a manifest or an index, of Docker's or OCI's kind.
 *
 * @param place how a person would name the image
 * @throws UserError `unsupportedManifest`, for schema 1 and for what is no manifest
 */
export function contentOf(manifest: Manifest, place: string): ManifestContent {
  const parsed = parseManifest(manifest.bytes, manifest.mediaType);
  if (parsed.kind === 'unsupported') {
    throw new UserError('unsupportedManifest', `${place} ${parsed.problem}`, {
      nextStep: 'check that the reference names an image, and that a current tool pushed it',
    });
  }
  const named = childrenOf(parsed);
  // Build tools keep their caches as indexes that name layers directly.
  const children = named.filter(({ mediaType }) => manifestType.test(mediaType));
  const layers = named.filter((child) => !children.includes(child));
  return { children, blobs: [...blobsOf(parsed), ...layers].filter((blob) => !isForeign(blob)) };
}
