import * as z from 'zod';
import { isVerifiable } from '../base/digest.ts';
import { jsonIn } from '../base/json.ts';
import type { Descriptor } from './descriptor.ts';

/** A manifest that refers to another one: a signature, an attestation, a bill of materials. */
export interface Referrer extends Descriptor {
  /** What it is, `application/vnd.dev.cosign.artifact.sig.v1+json`; empty where nobody says. */
  readonly artifactType: string;
}

const page = z.object({ manifests: z.array(z.unknown()) });
const referrer = z.object({
  mediaType: z.string(),
  digest: z.string().refine(isVerifiable),
  size: z.number().int().nonnegative(),
  artifactType: z.string().catch(''),
});

/**
 * The referrers in an index; undefined when it is none. What is no descriptor is passed over.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 */
export function referrersIn(body: Uint8Array): Referrer[] | undefined {
  const parsed = page.safeParse(jsonIn(body));
  if (!parsed.success) return undefined;
  return parsed.data.manifests.flatMap((entry) => {
    const one = referrer.safeParse(entry);
    return one.success ? [one.data] : [];
  });
}

/**
 * The tag under which registries without the referrers API keep the same index.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema
 */
export function referrersTag(digest: string): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `${algorithm.slice(0, 32)}-${hex.slice(0, 64)}`;
}
