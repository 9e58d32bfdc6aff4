import { memoByName, memoWhileSame } from '../../base/memo.ts';
import { isMirrorSet, type MirrorEntry, type MirrorSet, mirrorSetTypes } from '../../documents/mirrorSet.ts';
import type { YamlFile } from '../../documents/yamlFile.ts';
import { localOrigin, repositoryBehindHop } from '../../pulls/hop.ts';
import type { Origin } from '../../pulls/origins.ts';
import { likelyRegistries } from '../../workspace/knownRegistries.ts';
import type { Provenance } from '../../workspace/provenance.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { RuleContext } from '../rule.ts';

/** What is known of an entry that this rule finds something in; undefined for all others. */
export function originOf({ source }: MirrorEntry, provenance: Provenance): Origin | undefined {
  return source === undefined ? undefined : localOrigin(source.value, provenance);
}

/** True where the origin is the entry's true source. Tags alone prove that of images by digest, so not of what is pulled by tag. */
export function isCertain({ certainty, byTags, byCatalogs }: Origin, { kind }: MirrorSet): boolean {
  if (certainty !== 'certain') return false;
  return byTags !== true || byCatalogs !== undefined || mirrorSetTypes[kind].pulls === 'digest';
}

/** An entry whose source is a path left by a hop. */
export interface LocalEntry {
  readonly set: MirrorSet;
  readonly index: number;
  readonly origin: Origin;
}

interface LocalEntries {
  readonly known: readonly LocalEntry[];
  readonly unknown: readonly LocalEntry[];
}

/** Each finding offers to repair all others too; what they are is worked out once for a file, not for each. */
const kept = memoWhileSame<YamlFile, LocalEntries>();

const none: LocalEntries = { known: [], unknown: [] };

/** All entries of the file that this rule finds something in. */
export function localEntries({ snapshot, path }: Pick<RuleContext, 'snapshot' | 'path'>): LocalEntries {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'yaml') return none;
  const { provenance } = snapshot;
  return kept(content.yaml, [provenance.key], () => localEntriesIn(content.yaml, provenance));
}

function localEntriesIn({ resources }: YamlFile, provenance: Provenance): LocalEntries {
  const all = resources.flatMap((set) =>
    !isMirrorSet(set)
      ? []
      : set.entries.flatMap((entry, index): LocalEntry[] => {
          const origin = originOf(entry, provenance);
          return origin === undefined ? [] : [{ set, index, origin }];
        }),
  );
  return {
    known: all.filter(({ origin, set }) => isCertain(origin, set)),
    unknown: all.filter(({ origin, set }) => !isCertain(origin, set)),
  };
}

/** An entry whose true source nothing proves, with what can be said of it all the same. */
export interface GuessedEntry extends LocalEntry {
  /** What the source is below its registry. */
  readonly rest: string;
  /** The repositories that tags prove for some of its images, `HOST/PATH`. */
  readonly confirmed: readonly string[];
  /** True where the tags of its images are hashes of other pull specs than all that are guessed. */
  readonly refuted: boolean;
}

/** The entries of a file whose true source must be guessed. */
export interface Guesses {
  readonly byEntry: ReadonlyMap<MirrorEntry, GuessedEntry>;
  /** Those of which tags confirm something. */
  readonly confirmed: readonly GuessedEntry[];
  /** Those of which tags tell nothing, so that every registry is as good as another. */
  readonly open: readonly GuessedEntry[];
}

/** By path. The tags of all entries are compared once for a snapshot, not for each finding. */
const guessesIn = memoByName((snapshot: Snapshot, path): Guesses => guessAll({ snapshot, path }));

export function guessedEntries({ snapshot, path }: Pick<RuleContext, 'snapshot' | 'path'>): Guesses {
  return guessesIn(snapshot, path);
}

/** Registries to offer for an entry: none that its tags speak against. */
export function guessedRegistries({ rest, refuted }: GuessedEntry): string[] {
  return refuted ? [] : likelyRegistries(rest);
}

function guessAll(context: Pick<RuleContext, 'snapshot' | 'path'>): Guesses {
  const { catalogRepositories: prefixes, mappingIndexes } = context.snapshot;
  const byEntry = new Map<MirrorEntry, GuessedEntry>();
  for (const local of localEntries(context).unknown) {
    const entry = local.set.entries.at(local.index);
    if (entry?.source === undefined) continue;
    const { value } = entry.source;
    const told = mappingIndexes.map(({ tagOrigins }) => tagOrigins.get(value));
    const confirmed = [...new Set(told.flatMap(({ repositories }) => repositories))].sort();
    const refuted = confirmed.length > 0 || told.some((each) => each.refuted > 0);
    byEntry.set(entry, { ...local, rest: restOf(value, entry, local.set, prefixes), confirmed, refuted });
  }
  const all = [...byEntry.values()];
  return {
    byEntry,
    confirmed: all.filter(({ confirmed }) => confirmed.length > 0),
    open: all.filter(({ refuted }) => !refuted),
  };
}

function restOf(source: string, entry: MirrorEntry, set: MirrorSet, prefixes: readonly string[]): string {
  const mirrors = entry.mirrors.map((mirror) => mirror.value);
  return repositoryBehindHop(source, mirrors, prefixes, set.name?.value) ?? lastComponents(source);
}

/** The best that can be said when the mirrors were renamed: images are NAMESPACE/NAME nearly everywhere. */
export function lastComponents(source: string): string {
  return source.split('/').slice(-2).join('/');
}
