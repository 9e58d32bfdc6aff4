import * as z from 'zod';
import { isVerifiable } from '../base/digest.ts';
import { isForeignType } from './mediaTypes.ts';

/** Names one piece of content. https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly platform?: Platform | undefined;
  /** Where else the content may be had. Registries do not hold such ("foreign") layers. */
  readonly urls?: readonly string[] | undefined;
}

/** What an image runs on. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | undefined;
}

/** A manifest or index as raw bytes: its digest is always that of exactly these bytes, and has been checked. */
export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const platform = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
});

/** How a descriptor is read: digest and size must be good, since content is held to them; the rest may be left out. */
export const descriptorSchema = z.object({
  mediaType: z.string().catch(''),
  digest: z.string().refine(isVerifiable),
  size: z.number().refine((size) => Number.isSafeInteger(size) && size >= 0),
  platform: platform.optional().catch(undefined),
  urls: z.array(z.string()).optional().catch(undefined),
});

/** True for an entry of an index that describes another one and runs nowhere, such as BuildKit's attestations. */
export function isAttestation(child: Descriptor): boolean {
  return child.platform?.os === 'unknown' && child.platform.architecture === 'unknown';
}

/** True for a layer that stays where its `urls` point: no registry and no store need have it. */
export function isForeign({ urls, mediaType }: Descriptor): boolean {
  return (urls !== undefined && urls.length > 0) || isForeignType(mediaType);
}

/** `os/architecture[/variant]`. */
export function platformName({ os, architecture, variant }: Platform): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}
