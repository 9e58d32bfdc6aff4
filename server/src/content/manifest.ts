import { z } from 'zod';
import { isVerifiable } from '../base/digest.ts';
import type { Descriptor } from './descriptor.ts';

/**
 * What a manifest is.
 * - `image`: a config and layers. https://github.com/opencontainers/image-spec/blob/main/manifest.md
 * - `index`: manifests, one for each platform. https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * - `unsupported`: neither, and why, in words that follow the image's name
 */
export type ParsedManifest =
  | {
      readonly kind: 'image';
      readonly mediaType: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    }
  | { readonly kind: 'index'; readonly mediaType: string; readonly manifests: readonly Descriptor[] }
  | { readonly kind: 'unsupported'; readonly problem: string };

/** Docker's and OCI's media types of manifests. */
export const manifestTypes = {
  dockerImage: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerIndex: 'application/vnd.docker.distribution.manifest.list.v2+json',
  ociImage: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
} as const;

/** What to send as `Accept` for a manifest: everything that `parseManifest` can read. */
export const acceptManifests = Object.values(manifestTypes).join(', ');

const imageTypes = new Set<string>([manifestTypes.dockerImage, manifestTypes.ociImage]);
const indexTypes = new Set<string>([manifestTypes.dockerIndex, manifestTypes.ociIndex]);

/** What Docker calls the config of an image; an image without a media type that has one is Docker's. */
const dockerConfigType = 'application/vnd.docker.container.image.v1+json';

const platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});
const descriptor = z.object({
  mediaType: z.string().catch(''),
  digest: z.string().refine(isVerifiable),
  size: z.number().refine((size) => Number.isSafeInteger(size) && size >= 0),
  platform: platform.optional().catch(undefined),
  urls: z.array(z.string()).optional().catch(undefined),
});
const outline = z.object({
  schemaVersion: z.unknown().optional(),
  mediaType: z.string().optional().catch(undefined),
  config: z.unknown().optional(),
  layers: z.unknown().optional(),
  manifests: z.unknown().optional(),
  fsLayers: z.unknown().optional(),
});
const image = z.object({ config: descriptor, layers: z.array(descriptor).default([]) });
const index = z.object({ manifests: z.array(descriptor) });

/**
 * Reads a manifest. Never throws. Its own `mediaType` counts, since the digest covers it; `contentType`, from a
 * header or a descriptor, only helps where it is missing, as OCI allows.
 */
export function parseManifest(bytes: Uint8Array, contentType?: string): ParsedManifest {
  const parsed = outline.safeParse(jsonOf(bytes));
  if (!parsed.success) return unsupported('is no manifest: it is not a JSON object');
  const fields = parsed.data;
  if (fields.schemaVersion === 1 || fields.fsLayers !== undefined) {
    return unsupported('has a manifest of schema 1, which no tool of today can copy: push the image again');
  }
  // A manifest that can be read both ways means different things to different tools (CVE-2021-41190).
  if (fields.manifests !== undefined && (fields.config !== undefined || fields.layers !== undefined)) {
    return unsupported('has a manifest that is an image and an index at the same time');
  }
  const mediaType = fields.mediaType ?? inferred(fields, contentType);
  if (indexTypes.has(mediaType)) {
    const list = index.safeParse(fields);
    if (!list.success) return unsupported(`has an index that is not valid (${whereOf(list.error)})`);
    return { kind: 'index', mediaType, manifests: list.data.manifests };
  }
  if (imageTypes.has(mediaType)) {
    const single = image.safeParse(fields);
    if (!single.success) return unsupported(`has a manifest that is not valid (${whereOf(single.error)})`);
    return { kind: 'image', mediaType, ...single.data };
  }
  return unsupported(
    mediaType === '' ? 'is no manifest' : `has a manifest of the type ${mediaType}, which is not an image's`,
  );
}

/** Everything a manifest is made of that is no manifest itself: config and layers, each digest once. */
export function blobsOf(manifest: ParsedManifest): Descriptor[] {
  if (manifest.kind !== 'image') return [];
  const byDigest = new Map<string, Descriptor>();
  for (const blob of [manifest.config, ...manifest.layers]) {
    if (!byDigest.has(blob.digest)) byDigest.set(blob.digest, blob);
  }
  return [...byDigest.values()];
}

/** The manifests that an index names, each digest once. */
export function childrenOf(manifest: ParsedManifest): Descriptor[] {
  if (manifest.kind !== 'index') return [];
  const byDigest = new Map<string, Descriptor>();
  for (const child of manifest.manifests) if (!byDigest.has(child.digest)) byDigest.set(child.digest, child);
  return [...byDigest.values()];
}

/** True for an entry of an index that describes another one and runs nowhere, such as BuildKit's attestations. */
export function isAttestation(child: Descriptor): boolean {
  return child.platform?.os === 'unknown' && child.platform.architecture === 'unknown';
}

/** Layers that licences forbid to push. https://github.com/opencontainers/image-spec/blob/main/layer.md */
const foreignLayer =
  /^application\/vnd\.(?:docker\.image\.rootfs\.foreign\.|oci\.image\.layer\.nondistributable\.)/;

/** True for a layer that stays where its `urls` point: no registry and no store need have it. */
export function isForeign({ urls, mediaType }: Descriptor): boolean {
  return (urls !== undefined && urls.length > 0) || foreignLayer.test(mediaType);
}

/** A `Content-Type` without its parameters. */
export function bareType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

function inferred(fields: z.infer<typeof outline>, contentType: string | undefined): string {
  const said = bareType(contentType);
  if (Array.isArray(fields.manifests)) return indexTypes.has(said) ? said : manifestTypes.ociIndex;
  if (fields.config === undefined) return '';
  if (imageTypes.has(said)) return said;
  const config = descriptor.safeParse(fields.config);
  const docker = config.success && config.data.mediaType === dockerConfigType;
  return docker ? manifestTypes.dockerImage : manifestTypes.ociImage;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** Where the first problem is, `layers.3.digest`. */
function whereOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') ?? '';
}

function unsupported(problem: string): ParsedManifest {
  return { kind: 'unsupported', problem };
}
