import type { ImageReference } from '../../documents/imageReference.ts';
import { parsePlaced } from '../../documents/layoutReference.ts';
import type { PlannedCopy } from '../copy/copyJobs.ts';
import type { MirrorImage } from '../plan/mirrorPlan.ts';

/**
 * The copy that brings an image of a plan: by the digest that was planned, wherever its tag points to by now.
 * @throws Error for a plan that nobody has read or made here
 */
export function copyOf({ source, digest, destination }: MirrorImage): PlannedCopy {
  const from = placedReference(source);
  return { source: { ...from, digest: from.digest ?? digest }, destination: placedReference(destination) };
}

/** What an image of a plan names, wherever it is. @throws Error for what no plan holds */
export function placedReference(text: string): ImageReference {
  const parsed = parsePlaced(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem}`);
  return parsed.reference;
}
