import { exactReference, parseReference } from '../../documents/imageReference.ts';
import type { MirrorPlan } from './mirrorPlan.ts';

/**
 * The plan as a mapping.txt of `oc adm catalog mirror`, which `oc image mirror -f` reads: `SOURCE=DESTINATION`, by the digest
 * alone where a source has both. Sorted, while `oc` writes its lines in another order each time.
 */
export function mappingText({ images }: MirrorPlan): string {
  const lines = images.map(({ source, destination }) => `${exact(source)}=${destination}\n`);
  return [...new Set(lines)].sort().join('');
}

function exact(source: string): string {
  const parsed = parseReference(source);
  return parsed.ok ? exactReference(parsed.reference) : source;
}
