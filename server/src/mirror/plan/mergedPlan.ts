import { collisionsOf } from './collisions.ts';
import type { MirrorImage, MirrorPlan } from './mirrorPlan.ts';

/** Several plans for one place as one; images that they share are in it once. */
export function mergedPlan(name: string, first: MirrorPlan, others: readonly MirrorPlan[]): MirrorPlan {
  if (others.length === 0) return first;
  const plans = [first, ...others];
  const images = new Map<string, MirrorImage>();
  for (const image of plans.flatMap((plan) => plan.images)) {
    const key = `${image.source} ${image.destination}`;
    const known = images.get(key);
    const reason = [...new Set([...(known?.reason ?? []), ...image.reason])].sort();
    images.set(key, { ...(known ?? image), reason });
  }
  const sorted = [...images].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, image]) => image);
  return {
    ...first,
    name,
    naming: plans.every(({ naming }) => naming === first.naming) ? first.naming : undefined,
    catalogs: plans.flatMap((plan) => plan.catalogs),
    images: sorted,
    // Layers that several of them have would count twice.
    uniqueBytes: undefined,
    collisions: collisionsOf(sorted),
    refused: plans.flatMap((plan) => plan.refused),
  };
}
