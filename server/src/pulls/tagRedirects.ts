import { memo } from '../base/memo.ts';
import { findPullRule, type PullRule, type PullRules, scopesOf } from '../documents/pullRules.ts';
import type { MirrorTable } from '../documents/registriesConf.ts';
import { rulesOfPool, usualRoles } from './nodePools.ts';
import type { NodeRules } from './pullFiles.ts';

/** Where nodes send pulls of a repository by tag, pool by pool. */
export interface TagRedirect {
  /** The pools whose nodes ask a mirror. */
  readonly redirected: readonly string[];
  /** The pools whose nodes ask the source. */
  readonly missing: readonly string[];
}

/** True when nothing redirects any pull by tag. */
export function hasNoTagRedirects({ mirrorSets, nodePools }: NodeRules): boolean {
  return mirrorSets.tagged.size === 0 && nodePools.pools.size === 0;
}

/**
 * The pools whose nodes are sent to a mirror for pulls of a repository by tag, because of an ImageTagMirrorSet or of a
 * drop-in that a MachineConfig puts on them. The pools of every cluster are looked at, and those that have a drop-in.
 */
export function tagRedirectOf(snapshot: NodeRules, repository: string): TagRedirect {
  return byPool(snapshot, (rules) => {
    const rule = findPullRule(rules, repository)?.rule;
    return rule !== undefined && tagMirrors(rule).length > 0;
  });
}

/**
 * The same where nobody wrote down which repository it was: a table counts that sends the same path in any registry to
 * the very place where the images are.
 *
 * @param path the repository as it is known, of which the last components are its own
 * @param place `HOST/PATH` of the images
 */
export function tagRedirectTo(snapshot: NodeRules, path: string, place: string): TagRedirect {
  return byPool(snapshot, (rules) =>
    [...scopesOf(place)].some((mirror) => {
      const rest = place.slice(mirror.length);
      return (sourcesByTagMirror(rules).get(mirror) ?? []).some((source) => {
        const name = `${source}${rest}`;
        return path.endsWith(name.slice(name.indexOf('/')));
      });
    }),
  );
}

function byPool(
  { mirrorSets, nodePools }: NodeRules,
  isRedirected: (rules: PullRules) => boolean,
): TagRedirect {
  if (nodePools.pools.size === 0)
    return isRedirected(mirrorSets.rules)
      ? { redirected: usualRoles, missing: [] }
      : { redirected: [], missing: usualRoles };
  const roles = [...new Set([...usualRoles, ...nodePools.pools.keys()])];
  const redirected = roles.filter((role) => isRedirected(rulesOfPool(role, mirrorSets, nodePools)));
  // Nodes of a pool of somebody's own have what those of `worker` have.
  return { redirected, missing: usualRoles.filter((role) => !redirected.includes(role)) };
}

/**
 * True when drop-ins of MachineConfigs send the nodes of all pools of every cluster to a place for a repository, whatever
 * the mirror sets do: a drop-in replaces their table.
 *
 * @param place `HOST/PATH` of the images
 */
export function isSentByDropIns(
  { mirrorSets, nodePools }: NodeRules,
  repository: string,
  by: 'digest' | 'tag',
  place: string,
): boolean {
  if (nodePools.pools.size === 0) return false;
  return usualRoles.every((role) => {
    const found = findPullRule(rulesOfPool(role, mirrorSets, nodePools), repository);
    if (found === undefined) return false;
    const rest = repository.slice(found.length);
    return mirrorsFor(found.rule, by).some(({ location }) => `${location}${rest}` === place);
  });
}

function tagMirrors(rule: PullRule): readonly MirrorTable[] {
  return mirrorsFor(rule, 'tag');
}

function mirrorsFor({ mirrors, mirrorByDigestOnly }: PullRule, by: 'digest' | 'tag'): readonly MirrorTable[] {
  return mirrors.filter(({ pullFromMirror }) => {
    const use = pullFromMirror ?? (mirrorByDigestOnly ? 'digest-only' : 'all');
    return use === 'all' || use === `${by}-only`;
  });
}

/** By the place of a mirror for pulls by tag: the sources that it is for. Wildcards leave names as they are. */
const sourcesByTagMirror = memo((rules: PullRules): ReadonlyMap<string, readonly string[]> => {
  const found = new Map<string, string[]>();
  for (const rule of rules.registries.values()) {
    if (rule.prefix.startsWith('*.')) continue;
    for (const { location } of tagMirrors(rule)) {
      const others = found.get(location);
      if (others === undefined) found.set(location, [rule.prefix]);
      else others.push(rule.prefix);
    }
  }
  return found;
});
