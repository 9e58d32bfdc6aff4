import { type Descriptor, isForeign } from './descriptor.ts';
import type { ParsedManifest, ReadableManifest } from './manifest.ts';
import { buildCacheType, isImageConfigType, isManifestType } from './mediaTypes.ts';

/**
 * What a manifest names something as.
 * - `config`: what it says of itself
 * - `layer`: any other blob, also one of an index, which a build cache has
 * - `child`: another manifest, of which an index is made
 * - `subject`: another manifest that this one tells something about; nobody needs it to use this one
 */
export type Role = 'config' | 'layer' | 'child' | 'subject';

/** One thing that a manifest names. */
export interface Successor {
  readonly role: Role;
  readonly descriptor: Descriptor;
}

/**
 * Everything that a manifest names, in its order, each digest once: the one definition of that, for whoever copies,
 * counts or checks. Foreign layers are among them (`isForeign`), and so is the subject.
 */
export function successors(manifest: ParsedManifest): readonly Successor[] {
  const byDigest = new Map<string, Successor>();
  for (const successor of named(manifest)) {
    const { digest } = successor.descriptor;
    if (!byDigest.has(digest)) byDigest.set(digest, successor);
  }
  return [...byDigest.values()];
}

/**
 * What has to be at a place for the manifest to be whole there: all that it names but foreign layers, which stay where
 * their `urls` point, and the subject.
 */
export function partsOf(manifest: ParsedManifest): readonly Successor[] {
  return successors(manifest).filter(({ role, descriptor }) => role !== 'subject' && !isForeign(descriptor));
}

/** The descriptors of some roles, in their order. */
export function inRole(named: readonly Successor[], ...roles: readonly Role[]): Descriptor[] {
  return named.filter(({ role }) => roles.includes(role)).map(({ descriptor }) => descriptor);
}

/**
 * What something is that is no container image: what it says itself, else the type of its config, as OCI has it.
 * Undefined for images and lists of images.
 */
export function artifactTypeOf(manifest: ReadableManifest): string | undefined {
  switch (manifest.kind) {
    case 'image':
      return (
        manifest.artifactType ??
        (isImageConfigType(manifest.config.mediaType) ? undefined : manifest.config.mediaType)
      );
    case 'index': {
      const cache = manifest.manifests.find(({ mediaType }) => mediaType === buildCacheType);
      return manifest.artifactType ?? cache?.mediaType;
    }
    case 'artifact':
      return manifest.artifactType ?? manifest.mediaType;
  }
}

function named(manifest: ParsedManifest): Successor[] {
  if (manifest.kind === 'unsupported') return [];
  const subject = manifest.subject === undefined ? [] : [as('subject', manifest.subject)];
  switch (manifest.kind) {
    case 'image':
      return [
        as('config', manifest.config),
        ...manifest.layers.map((layer) => as('layer', layer)),
        ...subject,
      ];
    case 'index':
      return [...manifest.manifests.map((entry) => as(roleInIndex(entry), entry)), ...subject];
    case 'artifact':
      return [...manifest.blobs.map((blob) => as('layer', blob)), ...subject];
  }
}

/** BuildKit keeps a cache as an index that names its layers directly, and last what they are. */
function roleInIndex({ mediaType }: Descriptor): Role {
  if (isManifestType(mediaType)) return 'child';
  return mediaType === buildCacheType ? 'config' : 'layer';
}

function as(role: Role, descriptor: Descriptor): Successor {
  return { role, descriptor };
}
