import type { PlannedObject } from '../cluster/applyObjects.ts';
import { asObject } from '../cluster/withOwn.ts';
import { parseReference } from '../documents/imageReference.ts';
import { mirrorHostsOf } from '../pulls/mirrorHosts.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

/** The registries that nodes pull from once objects are applied, each with a repository there, by `HOST[:PORT]`. */
export function mirrorsOf(
  planned: readonly PlannedObject[],
  snapshot: Snapshot,
): ReadonlyMap<string, string> {
  const places = [...mirrorHostsOf(snapshot.mirrorSets).mirrors];
  for (const { confs } of snapshot.nodePools.pools.values())
    for (const { conf } of confs)
      for (const { mirrors } of conf.registries) places.push(...mirrors.map(({ location }) => location));
  for (const { object } of planned) {
    const { image, source } = asObject(object.spec);
    const named = image ?? asObject(asObject(source).image).ref;
    if (typeof named === 'string') places.push(named);
  }
  const mirrors = new Map<string, string>();
  for (const place of places) {
    const parsed = parseReference(place);
    if (!parsed.ok || parsed.reference.registry === '') continue;
    const { registry, repository } = parsed.reference;
    if (!mirrors.has(registry)) mirrors.set(registry, repository);
  }
  return mirrors;
}
