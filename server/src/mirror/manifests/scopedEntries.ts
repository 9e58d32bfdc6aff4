import { registryOf } from '../../documents/imageReference.ts';
import { mirrorProblem } from '../../documents/mirrorScope.ts';
import { scopesOf } from '../../documents/pullRules.ts';
import type { PullKind } from '../../pulls/redirects.ts';
import type { WantedRedirect } from '../../pulls/withoutShadows.ts';
import type { ProvenPull } from './provenPulls.ts';

/** What one entry of a mirror set stands for: a repository, all that is below its namespace, or a whole registry. */
export const mirrorScopes = ['repository', 'namespace', 'registry'] as const;
export type MirrorScope = (typeof mirrorScopes)[number];

/** What mirror sets are to say for some pulls. */
export interface ScopedEntries {
  /** One for each source and kind of pull, with its mirrors sorted; sorted by source. */
  readonly entries: readonly WantedRedirect[];
  /** Repositories with an entry for less than was asked for, since more would not lead to where all images are; sorted. */
  readonly narrowed: readonly string[];
}

/**
 * The entries that bring pulls to their places. An entry for more than a repository is made only where every image that it stands
 * for is at the mirror under what its name has behind the source.
 */
export function scopedEntries(pulls: readonly ProvenPull[], scope: MirrorScope): ScopedEntries {
  const repositories = [...byRepository(pulls).values()];
  const steps = new Map(repositories.map(({ name }) => [name, stepsFrom(name, scope)]));
  for (;;) {
    const covered = coveredBy(repositories, new Set([...steps.values()].flatMap(([widest]) => widest ?? [])));
    const wrong = [...covered].filter(([source, members]) => commonMirrors(source, members).length === 0);
    const narrowable = wrong
      .flatMap(([, members]) => members)
      .filter(({ name }) => (steps.get(name)?.length ?? 0) > 1);
    if (narrowable.length === 0) {
      const narrowed = [...steps].flatMap(([name, [source]]) =>
        source === stepsFrom(name, scope)[0] ? [] : [name],
      );
      return { entries: entriesOf(covered), narrowed: narrowed.sort() };
    }
    for (const { name } of narrowable) steps.set(name, steps.get(name)?.slice(1) ?? []);
  }
}

interface Repository {
  readonly name: string;
  readonly mirrors: Set<string>;
  readonly by: Set<PullKind>;
}

function byRepository(pulls: readonly ProvenPull[]): Map<string, Repository> {
  const repositories = new Map<string, Repository>();
  for (const { repository: name, mirror, by } of pulls) {
    const known = repositories.get(name) ?? { name, mirrors: new Set(), by: new Set() };
    known.mirrors.add(mirror);
    known.by.add(by);
    repositories.set(name, known);
  }
  return repositories;
}

/** The sources that may stand for a repository, the widest first and itself last. */
function stepsFrom(repository: string, scope: MirrorScope): readonly string[] {
  const registry = registryOf(repository);
  const namespace = repository.slice(0, repository.lastIndexOf('/'));
  const between = namespace === registry ? [] : [namespace];
  if (scope === 'repository') return [repository];
  return scope === 'namespace' ? [...between, repository] : [registry, ...between, repository];
}

/** Which repositories each source decides about: for a node the longest one does. */
function coveredBy(
  repositories: readonly Repository[],
  sources: ReadonlySet<string>,
): Map<string, Repository[]> {
  const covered = new Map<string, Repository[]>();
  for (const repository of repositories) {
    for (const source of scopesOf(repository.name)) {
      if (!sources.has(source)) continue;
      const members = covered.get(source);
      if (members === undefined) covered.set(source, [repository]);
      else members.push(repository);
      break;
    }
  }
  return covered;
}

/** The mirrors of a source from which all repositories are reached; none where there are no such. Sorted. */
function commonMirrors(source: string, [first, ...others]: readonly Repository[]): readonly string[] {
  const mirrors = first === undefined ? undefined : mirrorsFor(source, first);
  if (mirrors === undefined) return [];
  const isCommon = others.every((other) => String(mirrorsFor(source, other)) === String(mirrors));
  return isCommon ? mirrors : [];
}

function mirrorsFor(source: string, { name, mirrors }: Repository): readonly string[] | undefined {
  const rest = name.slice(source.length);
  const found = [...mirrors].map((mirror) =>
    mirror.endsWith(rest) ? mirror.slice(0, mirror.length - rest.length) : '',
  );
  return found.every((mirror) => mirrorProblem(mirror) === undefined) ? found.sort() : undefined;
}

const kindsOfPulls = ['digest', 'tag'] as const;

function entriesOf(covered: ReadonlyMap<string, readonly Repository[]>): WantedRedirect[] {
  const kinds = new Map<string, Set<PullKind>>();
  // Shorter sources come before those that are below them.
  return [...covered]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([source, members]): WantedRedirect[] => {
      const own = new Set(members.flatMap((member) => [...member.by]));
      // A node looks at the longest source alone, which must not end what a shorter one does for the other kind of pull.
      const above = [...scopesOf(source)].slice(1).find((scope) => kinds.has(scope));
      for (const kind of kinds.get(above ?? '') ?? []) own.add(kind);
      kinds.set(source, own);
      const mirrors = commonMirrors(source, members);
      return kindsOfPulls.flatMap((by) => (own.has(by) ? [{ source, mirrors, by }] : []));
    });
}
