import { isMirrorSet, type MirrorEntry, type MirrorSet } from '../../documents/mirrorSet.ts';
import type { YamlFile } from '../../documents/yamlFile.ts';
import { confirmedRegistries, localOrigin, repositoryBehindHop } from '../../workspace/hop.ts';
import type { Origin, Provenance } from '../../workspace/provenance.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { RuleContext } from '../rule.ts';

/** What is known of an entry that this rule finds something in; undefined for all others. */
export function originOf({ source }: MirrorEntry, provenance: Provenance): Origin | undefined {
  return source === undefined ? undefined : localOrigin(source.value, provenance);
}

/** An entry whose source is a path left by a hop. */
export interface LocalEntry {
  readonly set: MirrorSet;
  readonly index: number;
  readonly origin: Origin;
}

interface LocalEntries {
  /** The origins that it was made from. */
  readonly provenance: object;
  readonly known: readonly LocalEntry[];
  readonly unknown: readonly LocalEntry[];
}

/** Each finding offers to repair all others too; what they are is worked out once for a file, not for each. */
const localEntriesOf = new WeakMap<YamlFile, LocalEntries>();

const none: Pick<LocalEntries, 'known' | 'unknown'> = { known: [], unknown: [] };

/** All entries of the file that this rule finds something in. */
export function localEntries({
  snapshot,
  path,
}: Pick<RuleContext, 'snapshot' | 'path'>): Pick<LocalEntries, 'known' | 'unknown'> {
  const content = snapshot.files.get(path)?.content;
  if (content?.type !== 'yaml') return none;
  const { provenance } = snapshot;
  const before = localEntriesOf.get(content.yaml);
  if (before?.provenance === provenance.key) return before;
  const all = content.yaml.resources.flatMap((set) =>
    !isMirrorSet(set)
      ? []
      : set.entries.flatMap((entry, index): LocalEntry[] => {
          const origin = originOf(entry, provenance);
          return origin === undefined ? [] : [{ set, index, origin }];
        }),
  );
  const entries = {
    provenance: provenance.key,
    known: all.filter(({ origin }) => origin.certainty === 'certain'),
    unknown: all.filter(({ origin }) => origin.certainty !== 'certain'),
  };
  localEntriesOf.set(content.yaml, entries);
  return entries;
}

/** An entry whose true source no mapping.txt tells, with what can be said of it all the same. */
export interface GuessedEntry extends LocalEntry {
  /** What the source is below its registry. */
  readonly rest: string;
  /** The registries that tags confirm, as `confirmedRegistries` has them. */
  readonly confirmed: readonly string[];
}

/** The entries of a file whose true source must be guessed. */
export interface Guesses {
  readonly all: readonly GuessedEntry[];
  readonly byEntry: ReadonlyMap<MirrorEntry, GuessedEntry>;
  /** Those of which tags confirm something. */
  readonly confirmed: readonly GuessedEntry[];
  /** How many entries tags confirm to come from exactly this registry. */
  readonly confirmedIn: ReadonlyMap<string, number>;
}

/** By path. The tags of all entries are compared once for a snapshot, not for each finding. */
const guessesOf = new WeakMap<Snapshot, Map<string, Guesses>>();

export function guessedEntries(context: Pick<RuleContext, 'snapshot' | 'path'>): Guesses {
  const { snapshot, path } = context;
  const kept = guessesOf.get(snapshot) ?? new Map<string, Guesses>();
  guessesOf.set(snapshot, kept);
  const guesses = kept.get(path) ?? guessAll(context);
  kept.set(path, guesses);
  return guesses;
}

function guessAll(context: Pick<RuleContext, 'snapshot' | 'path'>): Guesses {
  const { mappingIndexes } = context.snapshot;
  const prefixes = mappingIndexes.flatMap((mapping) => mapping.indexRepository ?? []);
  const byEntry = new Map<MirrorEntry, GuessedEntry>();
  const confirmedIn = new Map<string, number>();
  for (const local of localEntries(context).unknown) {
    const entry = local.set.entries[local.index];
    if (entry?.source === undefined) continue;
    const rest = restOf(entry.source.value, entry, local.set, prefixes);
    const confirmed = confirmedRegistries(entry.source.value, rest, mappingIndexes);
    byEntry.set(entry, { ...local, rest, confirmed });
    const [registry, ...others] = confirmed;
    if (registry !== undefined && others.length === 0)
      confirmedIn.set(registry, (confirmedIn.get(registry) ?? 0) + 1);
  }
  const all = [...byEntry.values()];
  return { all, byEntry, confirmed: all.filter(({ confirmed }) => confirmed.length > 0), confirmedIn };
}

function restOf(source: string, entry: MirrorEntry, set: MirrorSet, prefixes: readonly string[]): string {
  const mirrors = entry.mirrors.map((mirror) => mirror.value);
  return repositoryBehindHop(source, mirrors, prefixes, set.name?.value) ?? lastComponents(source);
}

/** The best that can be said when the mirrors were renamed: images are NAMESPACE/NAME nearly everywhere. */
function lastComponents(source: string): string {
  return source.split('/').slice(-2).join('/');
}
