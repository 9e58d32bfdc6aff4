import type { MappingPair } from '../documents/mappingLine.ts';
import { isReleaseTag, looksLikeDigestTag } from '../documents/naming.ts';
import { isInRegistry } from '../documents/transport.ts';

/**
 * The tag that a person gave to an image which a line copies by digest to a registry: neither one that a tool makes of the
 * digest, nor that of a release's part, which the cluster pulls by digest.
 */
export function givenTag({ source, destination }: MappingPair): string | undefined {
  if (!source.parsed.ok || !destination.parsed.ok || !isInRegistry(destination.parsed.reference))
    return undefined;
  const { digest } = source.parsed.reference;
  const { tag } = destination.parsed.reference;
  if (digest === undefined || tag === undefined || looksLikeDigestTag(tag)) return undefined;
  return tag === digest.replace(':', '-') || isReleaseTag(tag) ? undefined : tag;
}
