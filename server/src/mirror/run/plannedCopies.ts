import type { PlannedCopy } from '../copy/copyJobs.ts';
import type { MirrorImage } from '../plan/mirrorPlan.ts';
import { placedReference } from '../plan/placedReference.ts';

/**
 * The copy that brings an image of a plan: by the digest that was planned, wherever its tag points to by now.
 * @throws Error for a plan that nobody has read or made here
 */
export function copyOf({ source, digest, destination }: MirrorImage): PlannedCopy {
  const from = placedReference(source);
  return { source: { ...from, digest: from.digest ?? digest }, destination: placedReference(destination) };
}
