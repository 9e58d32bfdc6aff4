import type { MappingPair } from '../documents/mappingLine.ts';
import { isDigestTagOf } from '../documents/naming.ts';
import type { Provenance } from './provenance.ts';

/**
 * The repositories that pods know the image of a mapping's pair by. Where the images of several met in one path, the
 * tag that `oc` made tells which it was; empty where nothing tells.
 */
export function originalsOf({ source, destination }: MappingPair, provenance: Provenance): readonly string[] {
  if (!source.parsed.ok) return [];
  const { digest } = source.parsed.reference;
  const repositories = provenance.trueSources(source.parsed.reference);
  if (repositories.length < 2) return repositories;
  const tag = destination.parsed.ok ? destination.parsed.reference.tag : undefined;
  if (digest === undefined || tag === undefined) return [];
  return repositories.filter((repository) => isDigestTagOf(tag, repository, digest));
}
