import type { MirrorSets } from './mirrorSets.ts';
import { type PullKind, redirectOf } from './redirects.ts';

/** Pulls of one kind that an entry of a mirror set is to redirect. */
export interface WantedRedirect {
  readonly source: string;
  readonly mirrors: readonly string[];
  readonly by: PullKind;
}

/**
 * The same with what keeps it from taking anything away. A node uses the longest scope alone: where a shorter one redirects the other
 * kind of pull, a new entry would end that, so what holds until now is repeated for the new source. One for each source and kind
 * of pull, with all mirrors.
 */
export function withoutShadows(
  wanted: readonly WantedRedirect[],
  sets: MirrorSets,
): readonly WantedRedirect[] {
  const repeated = wanted.flatMap(({ source, by }): WantedRedirect[] => {
    const { registry, digest, tag } = redirectOf(sets, source);
    const [other, mirrors] = by === 'tag' ? (['digest', digest] as const) : (['tag', tag] as const);
    return registry === undefined || registry.source === source || mirrors.length === 0
      ? []
      : [{ source, mirrors, by: other }];
  });
  return merged([...wanted, ...repeated]);
}

function merged(wanted: readonly WantedRedirect[]): WantedRedirect[] {
  const all = new Map<string, WantedRedirect>();
  for (const one of wanted) {
    const key = `${one.by} ${one.source}`;
    const before = all.get(key)?.mirrors ?? [];
    all.set(key, { ...one, mirrors: [...new Set([...before, ...one.mirrors])] });
  }
  return [...all.values()];
}
