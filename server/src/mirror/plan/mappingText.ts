import { exactReference, parseReference } from '../../documents/imageReference.ts';
import type { MirrorPlan } from './mirrorPlan.ts';

/** Whose mapping.txt: `oc adm catalog mirror`'s, which `oc image mirror -f` reads, or that of a dry run of oc-mirror v2. */
export const mappingDialects = ['oc', 'oc-mirror'] as const;
export type MappingDialect = (typeof mappingDialects)[number];

/**
 * The plan as a mapping.txt: `SOURCE=DESTINATION`, by the digest alone where a source has both. oc-mirror puts `docker://` before
 * what is in a registry. Sorted, while both tools write their lines in another order each time.
 */
export function mappingText({ images }: MirrorPlan, dialect: MappingDialect): string {
  const named = (reference: string) =>
    dialect === 'oc-mirror' && !/^[a-z]+:\/\//.test(reference) ? `docker://${reference}` : reference;
  const lines = images.map(({ source, destination }) => `${named(exact(source))}=${named(destination)}\n`);
  return [...new Set(lines)].sort().join('');
}

function exact(source: string): string {
  const parsed = parseReference(source);
  return parsed.ok ? exactReference(parsed.reference) : source;
}
