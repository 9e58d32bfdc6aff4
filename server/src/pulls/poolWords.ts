import { lastComponent } from '../base/paths.ts';
import { t } from '../base/sentences.ts';
import { formatReference, type ImageReference } from '../documents/imageReference.ts';
import { candidatesOf, planPull } from '../documents/pullEndpoints.ts';
import type { PullRules } from '../documents/pullRules.ts';
import { normalizedPullSpec } from '../documents/pullSpec.ts';
import type { MirrorSets } from './mirrorSets.ts';
import { confsOfPool, type NodePools, refusedConfs, rulesOfPool, usualRoles } from './nodePools.ts';
import type { PolicyRefusal } from './registryScopes.ts';
import type { TracedEndpoint, TraceWorld } from './traceTypes.ts';

/** That the policy of the nodes refuses an image by its name, as a sentence; none where it does not. */
export function policyWords(refusal: PolicyRefusal | undefined, name: string): string[] {
  switch (refusal) {
    case 'blocked':
      return [
        t(
          'The image configuration has {0} in blockedRegistries, so the policy of the nodes refuses the image by its name, even from a mirror; mirrorSourcePolicy: NeverContactSource would block the source alone.',
          name,
        ),
      ];
    case 'not-allowed':
      return [
        t(
          'The image configuration has allowedRegistries without {0}, so the policy of the nodes refuses the image by its name, even from a mirror.',
          name,
        ),
      ];
    default:
      return [];
  }
}

/**
 * Which nodes an answer is for, where MachineConfigs give those of some pools drop-ins for registries.conf: the answer is
 * for `worker`, and pools that do something else are named with the place that they ask first.
 */
export function poolWords(
  { snapshot, confs = [], show = (path) => path }: TraceWorld,
  image: ImageReference,
  endpoints: readonly TracedEndpoint[],
): string[] {
  const { mirrorSets, nodePools } = snapshot;
  if (nodePools.pools.size === 0 || confs.length > 0) return [];
  const places = endpoints.map(({ reference }) => formatReference(reference));
  const roles = [...new Set([...usualRoles, ...nodePools.pools.keys()])].filter((role) => role !== 'worker');
  const refusing = roles.flatMap((role) => refusedWords(role, nodePools, show));
  const others = roles.flatMap((role) => {
    if (refusedConfs(role, nodePools).length > 0) return [];
    const own = placesUnder(rulesOfPool(role, mirrorSets, nodePools), image);
    return own.join(' ') === places.join(' ') ? [] : [{ role, first: own[0] ?? '' }];
  });
  if (others.length === 0 && refusing.length === 0) return [];
  return [
    t('This is what nodes of the pool worker do.'),
    ...others.map(({ role, first }) =>
      t('Nodes of the pool {0} ask {1} first: their files about registries differ.', role, first),
    ),
    ...refusing,
  ];
}

/** That nodes of a pool refuse a file and then pull nothing, for each such file. */
export function refusedWords(role: string, pools: NodePools, show: (path: string) => string): string[] {
  return refusedConfs(role, pools).map(({ path, place, nodePath, problem }) => {
    const where = `${show(path)}:${place.start.line + 1}`;
    return t(
      'Nodes of the pool {0} refuse {1} ({2}): {3}; with that file they pull no image at all.',
      role,
      lastComponent(nodePath),
      where,
      problem,
    );
  });
}

function placesUnder(rules: PullRules, image: ImageReference): string[] {
  const names = candidatesOf(rules, image);
  return (names.length === 0 ? [image] : names).flatMap((name) => {
    const plan = planPull(rules, normalizedPullSpec(name));
    return plan.ok ? plan.endpoints.map(({ reference }) => formatReference(reference)) : [];
  });
}

/** Pools whose nodes have a registries.conf that a MachineConfig writes whole, so that mirror sets do not reach them. */
export function wholeConfWords(sets: MirrorSets, pools: NodePools): string[] {
  return [...pools.pools.keys()].flatMap((role) => {
    const { confs, replaces } = confsOfPool(role, sets, pools);
    const [whole] = confs;
    const line = whole?.conf.registries[0]?.range.start.line;
    return replaces && whole !== undefined
      ? [
          t(
            '{0} writes registries.conf whole on nodes of the pool {1}: what mirror sets make does not reach them, and what changes on them is not forecast.',
            line === undefined ? whole.path : `${whole.path}:${line + 1}`,
            role,
          ),
        ]
      : [];
  });
}
