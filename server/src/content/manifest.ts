import * as z from 'zod';
import { memoByName } from '../base/memo.ts';
import { t } from '../base/sentences.ts';
import { type Descriptor, descriptorSchema } from './descriptor.ts';
import { bareType, imageConfigTypes, manifestTypes, shapeOf } from './mediaTypes.ts';

/**
 * What a manifest is.
 * - `image`: a config and layers. https://github.com/opencontainers/image-spec/blob/main/manifest.md
 * - `index`: other manifests, one for each platform, or the parts of a build cache.
 *   https://github.com/opencontainers/image-spec/blob/main/image-index.md
 * - `artifact`: blobs that are no image
 * - `unsupported`: none of them, and why, in a sentence about the image of the name that is given
 */
export type ParsedManifest =
  | ReadableManifest
  | { readonly kind: 'unsupported'; readonly problem: (name: string) => string };

/** A manifest whose parts are known. */
export type ReadableManifest =
  | (Common & {
      readonly kind: 'image';
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    })
  | (Common & { readonly kind: 'index'; readonly manifests: readonly Descriptor[] })
  | (Common & { readonly kind: 'artifact'; readonly blobs: readonly Descriptor[] });

interface Common {
  readonly mediaType: string;
  /** What it is for where it says so itself: `application/vnd.cyclonedx+json`. */
  readonly artifactType?: string | undefined;
  /** The manifest that this one tells something about, as a signature does. It need not be where this one is. */
  readonly subject?: Descriptor | undefined;
}

/** Bytes of the largest manifest that is read. Registries refuse more than 4 MiB; others may be less strict. */
export const largestManifest = 16 * 1024 * 1024;

const outline = z.object({
  schemaVersion: z.unknown().optional(),
  mediaType: z.string().optional().catch(undefined),
  artifactType: z.string().min(1).optional().catch(undefined),
  subject: descriptorSchema.optional().catch(undefined),
  config: z.unknown().optional(),
  layers: z.unknown().optional(),
  manifests: z.unknown().optional(),
  blobs: z.unknown().optional(),
  fsLayers: z.unknown().optional(),
});
const image = z.object({ config: descriptorSchema, layers: z.array(descriptorSchema).default([]) });
const index = z.object({ manifests: z.array(descriptorSchema) });
const artifact = z.object({ blobs: z.array(descriptorSchema).nullish() });

/**
 * Reads a manifest. Never throws. Its own `mediaType` counts, since the digest covers it; `contentType`, from a
 * header or a descriptor, only helps where it is missing, as OCI allows.
 */
export function parseManifest(bytes: Uint8Array, contentType?: string): ParsedManifest {
  return parsedOnce(bytes, contentType ?? '');
}

/** Who reads a manifest, who walks it and who writes it ask the same. */
const parsedOnce = memoByName(parse);

function parse(bytes: Uint8Array, contentType: string): ParsedManifest {
  const parsed = outline.safeParse(jsonOf(bytes));
  if (!parsed.success) return unsupported((name) => t('{0} is no manifest: it is not a JSON object', name));
  const fields = parsed.data;
  if (fields.schemaVersion === 1 || fields.fsLayers !== undefined) {
    return unsupported((name) =>
      t('{0} has a manifest of schema 1, which no tool of today can copy: push the image again', name),
    );
  }
  // A manifest that can be read both ways means different things to different tools (CVE-2021-41190).
  if (fields.manifests !== undefined && (fields.config !== undefined || fields.layers !== undefined)) {
    return unsupported((name) =>
      t('{0} has a manifest that is an image and an index at the same time', name),
    );
  }
  const mediaType = fields.mediaType ?? inferred(fields, contentType);
  const common = { mediaType, artifactType: fields.artifactType, subject: fields.subject };
  switch (shapeOf(mediaType)) {
    case 'index': {
      const list = index.safeParse(fields);
      if (!list.success)
        return unsupported((name) =>
          t('{0} has an index that is not valid ({1})', name, whereOf(list.error)),
        );
      return { kind: 'index', ...common, manifests: list.data.manifests };
    }
    case 'image': {
      const single = image.safeParse(fields);
      if (!single.success) return notValid(single.error);
      return { kind: 'image', ...common, ...single.data };
    }
    case 'artifact': {
      const parts = artifact.safeParse(fields);
      if (!parts.success) return notValid(parts.error);
      return { kind: 'artifact', ...common, blobs: parts.data.blobs ?? [] };
    }
    default:
      return unsupported((name) =>
        mediaType === ''
          ? t('{0} is no manifest', name)
          : t("{0} has a manifest of the type {1}, which is not an image's", name, mediaType),
      );
  }
}

function inferred(fields: z.infer<typeof outline>, contentType: string): string {
  const said = bareType(contentType);
  if (Array.isArray(fields.manifests)) return shapeOf(said) === 'index' ? said : manifestTypes.ociIndex;
  if (fields.config === undefined) return shapeOf(said) === 'artifact' ? said : '';
  if (shapeOf(said) === 'image') return said;
  const config = descriptorSchema.safeParse(fields.config);
  const docker = config.success && config.data.mediaType === imageConfigTypes.docker;
  return docker ? manifestTypes.dockerImage : manifestTypes.ociImage;
}

const strict = new TextDecoder('utf-8', { fatal: true });

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(strict.decode(bytes));
  } catch {
    return undefined;
  }
}

/** Where the first problem is, `layers.3.digest`. */
function whereOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') ?? '';
}

function notValid(error: z.ZodError): ParsedManifest {
  return unsupported((name) => t('{0} has a manifest that is not valid ({1})', name, whereOf(error)));
}

function unsupported(problem: (name: string) => string): ParsedManifest {
  return { kind: 'unsupported', problem };
}
