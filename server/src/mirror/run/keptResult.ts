import type { JournalFacts } from '../../runs/journal.ts';
import type { MirrorPlan } from '../plan/mirrorPlan.ts';
import { provenBundles } from './catalogDecision.ts';
import type { MirrorResult } from './mirrorResult.ts';

/**
 * What the journal of a run proves of its plan, whether the run came to its end or not. Why images are missing it does not say, and
 * a catalog is taken to offer what is proven.
 */
export function keptResult(plan: MirrorPlan, { proven, made, last }: JournalFacts): MirrorResult {
  const images = plan.images.map(({ destination, digest: planned }) => {
    const digest = proven.get(destination);
    const isThere = digest !== undefined && (planned === undefined || planned === digest);
    return isThere
      ? ({ result: 'skipped', digest } as const)
      : ({ result: 'stopped', digest: planned } as const);
  });
  const there = new Set(
    plan.images.flatMap(({ source }, at) => (images[at]?.result === 'skipped' ? [source] : [])),
  );
  const catalogs = plan.catalogs.map(({ destination, bundles }) => {
    const { dropped } = provenBundles(bundles, (source) => there.has(source));
    return { digest: made.get(destination)?.digest ?? proven.get(destination), dropped };
  });
  const time = last?.time ?? new Date(0).toISOString();
  return { version: 1, plan, started: time, finished: time, images, catalogs };
}
