import { splitLines } from '../../documents/lines.ts';
import type { WorkspaceFile } from '../../documents/workspaceFile.ts';
import { parseYaml } from '../../documents/yamlFile.ts';
import { MirrorSets } from '../../pulls/mirrorSets.ts';
import { mirrorSetText } from '../../pulls/mirrorSetText.ts';
import { hasTagMirrorSets } from '../../pulls/openShiftVersion.ts';
import { redirectOf } from '../../pulls/redirects.ts';
import { type WantedRedirect, withoutShadows } from '../../pulls/withoutShadows.ts';
import type { ProvenPull } from './provenPulls.ts';
import { type MirrorScope, type ScopedEntries, scopedEntries } from './scopedEntries.ts';

/**
 * The entries that bring pulls to their places on a cluster that has mirror sets already: what these redirect rightly needs none,
 * what they redirect elsewhere is added, and nothing that they redirect is taken away by a longer source.
 * @param version `MAJOR.MINOR` of the cluster; undefined is taken for a current one
 */
export function redirectsBeside(
  existing: string,
  pulls: readonly ProvenPull[],
  scope: MirrorScope,
  version: string | undefined,
): ScopedEntries {
  const there = MirrorSets.none.after([fileOf('cluster', existing)]);
  const { entries, narrowed } = scopedEntries(
    pulls.filter((pull) => !isServed(there, pull)),
    scope,
  );
  let wanted = withoutShadows(entries, there);
  // A source on the cluster may be longer than an entry, and one that is added for that longer than another.
  for (;;) {
    const after = MirrorSets.none.after([fileOf('cluster', existing), ...filesOf(wanted)]);
    const has = new Set(
      wanted.flatMap(({ source, mirrors, by }) => mirrors.map((mirror) => `${by} ${source} ${mirror}`)),
    );
    const own = pulls
      .filter((pull) => !isServed(after, pull))
      .filter(({ repository, mirror, by }) => !has.has(`${by} ${repository} ${mirror}`))
      .map(({ repository, mirror, by }) => ({ source: repository, mirrors: [mirror], by }));
    if (own.length === 0) {
      const kept = wanted.map((one) => withHeld(one, there));
      const all = hasTagMirrorSets(version) ? kept : kept.map((one) => forBothKinds(one, after));
      return { entries: all.toSorted(bySource), narrowed };
    }
    wanted = withoutShadows([...wanted, ...own], after);
  }
}

/** An entry ends what a shorter source does for the same pulls, so that it has its mirrors behind its own. */
function withHeld(wanted: WantedRedirect, there: MirrorSets): WantedRedirect {
  const { registry, [wanted.by]: held } = redirectOf(there, wanted.source);
  if (registry === undefined || registry.source === wanted.source) return wanted;
  return { ...wanted, mirrors: [...new Set([...wanted.mirrors, ...held])] };
}

/** A drop-in takes the place of what mirror sets say of the same source, so that it has their mirrors, too. */
function forBothKinds(wanted: WantedRedirect, sets: MirrorSets): WantedRedirect {
  if (wanted.by === 'digest') return wanted;
  return { ...wanted, mirrors: [...new Set([...wanted.mirrors, ...redirectOf(sets, wanted.source).digest])] };
}

function isServed(sets: MirrorSets, { repository, mirror, by }: ProvenPull): boolean {
  return redirectOf(sets, repository)[by].includes(mirror);
}

function filesOf(wanted: readonly WantedRedirect[]): WorkspaceFile[] {
  const kinds = { digest: 'ImageDigestMirrorSet', tag: 'ImageTagMirrorSet' } as const;
  return (['digest', 'tag'] as const).map((by) => {
    const entries = wanted.filter((one) => one.by === by);
    return fileOf(by, entries.length === 0 ? '' : mirrorSetText(kinds[by], by, entries));
  });
}

function fileOf(path: string, text: string): WorkspaceFile {
  return { path, content: { type: 'yaml', yaml: parseYaml(splitLines(text)) } };
}

function bySource(a: WantedRedirect, b: WantedRedirect): number {
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  return a.by < b.by ? -1 : 1;
}
