import { ChangeLog, type LogMark, logAfter } from '../base/changeLog.ts';
import { repositoryOf } from '../documents/imageReference.ts';
import { isByTag, type MappingPair, ofPairs } from '../documents/mappingLine.ts';
import { scopesOf } from '../documents/pullRules.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { NodeRules } from '../pulls/pullFiles.ts';
import { tagRedirectOf } from '../pulls/tagRedirects.ts';
import {
  type CatalogFiles,
  catalogIndexKey,
  catalogIndexOf,
  isCatalogIndex,
  isIndexLine,
} from './catalogIndex.ts';
import { givenTag } from './givenTag.ts';
import { mappingIndex } from './mappingIndex.ts';
import { type NamedPullFiles, namedPull } from './namedPulls.ts';
import { originalsOf } from './originals.ts';

/** What tells which repositories pods pull by tag: a `Snapshot`. */
interface TagPullFiles extends CatalogFiles, NodeRules, NamedPullFiles {}

/**
 * The repositories of a workspace that pods pull by tag, as the mapping.txt files and the catalogs tell, and that no mirror set
 * for tags names or lies above.
 */
export interface TagPulls {
  /** What it was made from. */
  readonly key: readonly unknown[];
  /** By every source that a mirror set could have for one of them. */
  readonly byScope: ReadonlyMap<string, readonly string[]>;
  /** Where the lines bring the images of each to, as `HOST/PATH`; nothing for what has not come to a registry. */
  readonly destinations: ReadonlyMap<string, ReadonlySet<string>>;
  /** The sources of which `byScope` says something else than before, for rules that follow it. */
  readonly changes: LogMark;
}

export const noTagPulls: TagPulls = {
  key: [],
  byScope: new Map(),
  destinations: new Map(),
  changes: new ChangeLog().mark,
};

/** Takes as long as there are such repositories, and nothing while no line of theirs has changed. */
export function findTagPulls(snapshot: TagPullFiles, before: TagPulls): TagPulls {
  const { provenance, mirrorSets, nodePools, catalogs } = snapshot;
  const key: unknown[] = [provenance.key, mirrorSets.tagged, nodePools, catalogs];
  const mappings = [...snapshot.files.values()].flatMap(({ path, content }) => {
    if (content.type !== 'mapping') return [];
    const { byTagPull, byGivenTag } = mappingIndex(content.mapping);
    // Only a catalog knows of a pinned line whether pods pull the tag.
    const groups = (catalogs.all.length === 0 ? [byTagPull] : [byTagPull, byGivenTag]).filter(
      ({ version }) => version > 0,
    );
    if (groups.length === 0) return [];
    key.push(...groups.flatMap((group) => [group, group.version]), catalogIndexKey(snapshot, path));
    return [{ path, groups }];
  });
  if (key.length === before.key.length && key.every((part, at) => part === before.key[at])) return before;

  const destinations = new Map<string, Set<string>>();
  const bring = (repositories: readonly string[], place: string | undefined) => {
    for (const repository of repositories) {
      const places = destinations.get(repository) ?? new Set();
      destinations.set(repository, places);
      if (place !== undefined) places.add(place);
    }
  };
  for (const { path, groups } of mappings) {
    const index = catalogIndexOf(snapshot, path);
    for (const lines of groups.flatMap((group) => [...group.keys()].map((word) => group.get(word)))) {
      // By tag nothing but the repository tells where an image comes from, which all of these lines share.
      let originals: readonly string[] | undefined;
      for (const line of lines) {
        const { usual } = line;
        if (usual !== undefined && !usual.isByDigest) {
          if (isIndexLine(usual, index)) continue;
          originals ??= ofPairs(line, (pair) => originalsOf(pair, provenance));
          bring(originals, isInRegistry(usual.to) ? usual.to.name : undefined);
          continue;
        }
        for (const pair of line.pairs) {
          if (!isPulledByTag(pair, snapshot) || isCatalogIndex(pair, snapshot, path)) continue;
          const { parsed } = pair.destination;
          const isBrought = parsed.ok && isInRegistry(parsed.reference);
          bring(originalsOf(pair, provenance), isBrought ? repositoryOf(parsed.reference) : undefined);
        }
      }
    }
  }
  const byScope = new Map<string, string[]>();
  for (const repository of [...destinations.keys()].sort()) {
    const scopes = [...scopesOf(repository)];
    if (scopes.some((scope) => mirrorSets.tagged.has(scope))) continue;
    if (nodePools.pools.size > 0 && tagRedirectOf(snapshot, repository).missing.length === 0) continue;
    for (const scope of scopes) {
      const others = byScope.get(scope);
      if (others === undefined) byScope.set(scope, [repository]);
      else others.push(repository);
    }
  }
  const others = scopesThatDiffer(byScope, before.byScope);
  if (others.length === 0 && before !== noTagPulls)
    return { key, byScope: before.byScope, destinations, changes: before.changes };
  // What all workspaces begin with is nobody's to go on with.
  const log = before === noTagPulls ? new ChangeLog() : logAfter(before.changes);
  for (const scope of others) log.add(scope);
  return { key, byScope, destinations, changes: log.mark };
}

/** A pinned line is pulled by tag where a catalog names its image by the tag that people gave it. */
function isPulledByTag(pair: MappingPair, snapshot: TagPullFiles): boolean {
  if (isByTag(pair.source)) return true;
  const tag = givenTag(pair);
  return tag !== undefined && namedPull(pair, tag, snapshot).byTag !== undefined;
}

function scopesThatDiffer(a: TagPulls['byScope'], b: TagPulls['byScope']): string[] {
  const gone = [...b.keys()].filter((scope) => !a.has(scope));
  const others = [...a].filter(([scope, names]) => names.join(' ') !== b.get(scope)?.join(' '));
  return [...gone, ...others.map(([scope]) => scope)];
}
