import { ChangeLog, type LogMark, logAfter } from '../base/changeLog.ts';
import { Chunked, changeBetween } from '../base/chunked.ts';
import { DerivedMap } from '../base/derivedMap.ts';
import { LayeredMap } from '../base/layeredMap.ts';
import type { ImageReference } from '../documents/imageReference.ts';
import { entryLine, isMirrorSet, type MirrorEntry, type MirrorSetKind } from '../documents/mirrorSet.ts';
import { type PullPlan, planPull } from '../documents/pullEndpoints.ts';
import { type PullRules, scopesOf } from '../documents/pullRules.ts';
import { type RegistriesConfFrame, registriesConfText } from '../documents/registriesConfText.ts';
import type { WorkspaceFile } from '../documents/workspaceFile.ts';
import { imageConfigIn, type PlacedImageConfig, type ScopeTables, scopeTables } from './imageConfigs.ts';
import { type MirrorPlaces, noMirrorPlaces, type RegistryChange, withChanges } from './mirrorPlaces.ts';
import {
  byFileAndSource,
  bySource,
  comparePaths,
  inWrittenOrder,
  type NodeProblem,
  type NodeRegistry,
  nodeSearchRegistries,
  type PlacedEntry,
  SourceGroup,
} from './nodeRegistries.ts';
import { noRegistryScopes, type RegistryScopes } from './registryScopes.ts';

/** Where nodes pull an image from, and because of what. */
export interface Coverage {
  readonly plan: PullPlan;
  /** The table that decides; undefined when no mirror set holds for the image. */
  readonly registry: NodeRegistry | undefined;
}

/** The entries of one set. The list is the very same while none of them changes. */
interface EntryList {
  readonly path: string;
  /** Which set of its file it is. */
  readonly place: number;
  readonly kind: MirrorSetKind;
  readonly setName: string;
  readonly entries: Chunked<MirrorEntry>;
  readonly isIncomplete: boolean;
}

/**
 * All entries of all mirror sets of a snapshot by their source, and what nodes make of them and of the cluster's image
 * configuration. Immutable, and the same object as long as every entry and that configuration is: rules name it in
 * `reads`. `after` makes the next one from what changed.
 */
export class MirrorSets {
  readonly #lists: readonly EntryList[];
  readonly #groups: LayeredMap<string, SourceGroup>;
  readonly #registries: DerivedMap<string, SourceGroup, NodeRegistry>;
  /** Of sources that have any; undefined until somebody asks. */
  #problems: LayeredMap<string, readonly NodeProblem[]> | undefined;
  readonly #imageConfig: PlacedImageConfig | undefined;
  readonly #scopeTables: ScopeTables;
  /** True where templates hide entries, or what is in them. */
  readonly isIncomplete: boolean;
  /** How many entries there are of which nobody knows the source yet, and how many hold any template. */
  readonly #templates: TemplateCounts;
  /** True where the source of some entry is not known. */
  readonly #hidesSources: boolean;
  #shadows: ReadonlyMap<string, readonly NodeRegistry[]> | undefined;
  #isEmpty: boolean | undefined;
  /**
   * The tables with mirrors for pulls by tag, by source. The same object while none of them changes, so that rules
   * which ask nothing else can name it in `reads`.
   */
  readonly tagged: LayeredMap<string, NodeRegistry>;
  /** Undefined until somebody asks: most files of a workspace need no more than the tables of a few sources. */
  #places: MirrorPlaces | undefined;
  readonly #placeChanges: LogMark;
  /** For rules that follow it: the sources whose table changes, and the mirrors of entries that do. */
  readonly changes: LogMark;
  /** What nodes have, for `planPull`. Not in the order of the prefixes. */
  readonly rules: PullRules;

  /** What the image configuration says of registries. */
  readonly scopes: RegistryScopes;
  /** All that nodes have, by prefix: the tables of sources, and those of scopes of the image configuration. */
  readonly tables: ReadonlyMap<string, NodeRegistry>;

  private constructor(
    lists: readonly EntryList[],
    imageConfig: PlacedImageConfig | undefined,
    groups: LayeredMap<string, SourceGroup>,
    tagged: LayeredMap<string, NodeRegistry>,
    templates: TemplateCounts,
    log: ChangeLog,
    worked: Worked = { problems: undefined, places: undefined, placeLog: new ChangeLog() },
  ) {
    this.#lists = lists;
    this.#imageConfig = imageConfig;
    this.#templates = templates;
    this.#hidesSources = hidesSources(lists, templates);
    this.isIncomplete = this.#hidesSources || templates.entries > 0;
    this.tagged = tagged;
    this.#groups = groups;
    this.#registries = new DerivedMap(groups, registryOf);
    this.#problems = worked.problems;
    this.#places = worked.places;
    this.#placeChanges = worked.placeLog.mark;
    this.scopes = imageConfig?.scopes ?? noRegistryScopes;
    this.#scopeTables = scopeTables(this.scopes, this.#registries, imageConfig?.path);
    const added = this.#scopeTables.tables;
    this.tables =
      added.length === 0
        ? this.#registries
        : LayeredMap.over(this.#registries).with(added.map((table) => [table.prefix, table]));
    this.rules = {
      registries: this.tables,
      unqualifiedSearchRegistries: this.scopes.search.length > 0 ? this.scopes.search : nodeSearchRegistries,
      credentialHelpers: [],
      shortNameMode: 'enforcing',
      aliases: new Map(),
    };
    this.changes = log.mark;
  }

  static readonly none = new MirrorSets(
    [],
    undefined,
    LayeredMap.empty(),
    LayeredMap.empty(),
    { entries: 0, sources: 0 },
    new ChangeLog(),
  );

  /** Of the files as they are now. This very object when no entry is another than before. */
  after(given: Iterable<WorkspaceFile>): MirrorSets {
    const files = [...given];
    const imageConfig = imageConfigIn(files, this.#imageConfig);
    const lists = listsOf(files);
    return (imageConfig === this.#imageConfig ? this : MirrorSets.#under(imageConfig)).#afterLists(lists);
  }

  /** No entries, under an image configuration. */
  static #under(imageConfig: PlacedImageConfig | undefined): MirrorSets {
    const { none } = MirrorSets;
    return new MirrorSets([], imageConfig, none.#groups, none.tagged, none.#templates, new ChangeLog());
  }

  /** These sets with others beside them that are known from elsewhere, under scopes that are known too. */
  withKnown(file: WorkspaceFile, scopes: RegistryScopes): MirrorSets {
    const { path = '', problems = [] } = this.#imageConfig ?? {};
    const lists = [...this.#lists, ...listsOf([file])];
    return MirrorSets.#under({ path, scopes, problems }).#afterLists(lists);
  }

  #afterLists(lists: readonly EntryList[]): MirrorSets {
    const removed: PlacedEntry[] = [];
    const added: PlacedEntry[] = [];
    const before = new Map(this.#lists.map((list) => [listKey(list), list]));
    for (const list of lists) {
      const earlier = before.get(listKey(list));
      before.delete(listKey(list));
      if (earlier?.entries === list.entries && sameSet(earlier, list)) continue;
      compare(earlier, list, removed, added);
    }
    for (const gone of before.values()) for (const entry of gone.entries) removed.push(placed(gone, entry));
    // A set without entries may be one whose entries are all in a template.
    const same = lists.some((list) => list.isIncomplete) === this.#lists.some((list) => list.isIncomplete);
    if (removed.length === 0 && added.length === 0 && same) return this;
    return this.#with(lists, removed, added);
  }

  #with(
    lists: readonly EntryList[],
    removed: readonly PlacedEntry[],
    added: readonly PlacedEntry[],
  ): MirrorSets {
    const ordered = orderIn(lists);
    const changes: GroupChange[] = [];
    this.#entriesAfter(removed, added).forEach((entries, source) => {
      const group = entries.length === 0 ? undefined : new SourceGroup(source, ordered(entries), this.scopes);
      changes.push([source, group]);
    });
    // The very same map while no table with tag mirrors changes.
    const tagged: [string, NodeRegistry | undefined][] = [];
    for (const [source, group] of changes) {
      const table = group?.tagged;
      if (table !== undefined || this.tagged.has(source)) tagged.push([source, table]);
    }
    const templates = countTemplates(this.#templates, added, removed);
    const log = this.#logAfter(lists, templates);
    // Nobody has read anything by a log that begins here.
    if (log === this.changes.log) {
      for (const [source] of changes) log.add(source);
      for (const { entry } of [...removed, ...added]) for (const { value } of entry.mirrors) log.add(value);
    }
    return new MirrorSets(
      lists,
      this.#imageConfig,
      this.#groups.with(changes),
      tagged.length === 0 ? this.tagged : this.tagged.with(tagged),
      templates,
      log,
      this.#workedAfter(changes),
    );
  }

  /** Of what has been worked out of all sources, what becomes of it; what nobody has asked for is not kept up to date either. */
  #workedAfter(changes: readonly GroupChange[]): Worked {
    const before = this.#problems;
    const problems = before?.with(
      changes.flatMap(([source, group]) => {
        const own = group === undefined || group.problems.length === 0 ? undefined : group.problems;
        return own !== undefined || before.has(source) ? [[source, own] as const] : [];
      }),
    );
    if (this.#places === undefined) return { problems, places: undefined, placeLog: new ChangeLog() };
    const tables = changes.map(
      ([source, group]): RegistryChange => ({
        source,
        before: this.#registries.get(source),
        registry: group?.registry,
      }),
    );
    const { places, appeared } = withChanges(this.#places, tables);
    const placeLog = logAfter(this.#placeChanges);
    for (const name of appeared) placeLog.add(name);
    return { problems, places, placeLog };
  }

  /** By the sources that entries which came or went are for: all entries that there are for each now. */
  #entriesAfter(
    removed: readonly PlacedEntry[],
    added: readonly PlacedEntry[],
  ): ReadonlyMap<string, readonly PlacedEntry[]> {
    const gone = new Set(removed.map(({ entry }) => entry));
    const touched = new Map<string, PlacedEntry[]>();
    const left = (source: string) => {
      const before = this.#groups.get(source)?.entries;
      return before === undefined ? [] : before.filter(({ entry }) => !gone.has(entry));
    };
    for (const { entry } of removed) {
      const source = entry.source?.value;
      if (source !== undefined && !touched.has(source)) touched.set(source, left(source));
    }
    for (const one of added) {
      const source = one.entry.source?.value;
      if (source === undefined) continue;
      const known = touched.get(source) ?? left(source);
      // Nearly all sources have one entry, and a list that grows makes room for a dozen more.
      if (known.length > 0) known.push(one);
      touched.set(source, known.length > 0 ? known : [one]);
    }
    return touched;
  }

  /** Another log where what becomes of one entry may say something of all repositories. */
  #logAfter(lists: readonly EntryList[], templates: TemplateCounts): ChangeLog {
    // A first log belongs to nobody: there are no sets in all workspaces that have none.
    const isFirst = this.#lists.length === 0;
    const hides = hidesSources(lists, templates);
    const isIncomplete = hides || templates.entries > 0;
    const isOther = hides !== this.#hidesSources || isIncomplete !== this.isIncomplete;
    const hasScopes = this.#scopeTables.tables.length > 0 || this.#imageConfig !== undefined;
    return isFirst || isOther || hasScopes ? new ChangeLog() : logAfter(this.changes);
  }

  /** All sources that any entry names, whether anything becomes of them or not. */
  get groups(): ReadonlyMap<string, SourceGroup> {
    return this.#groups;
  }

  /** What nodes have for the sources of mirror sets, by source. Whether there is any, `isEmpty` tells. */
  get registries(): ReadonlyMap<string, NodeRegistry> {
    return this.#registries;
  }

  /** True where nodes have no table because of mirror sets. */
  get isEmpty(): boolean {
    this.#isEmpty ??= this.#registries.isEmpty;
    return this.#isEmpty;
  }

  /** The same of all that nodes have: scopes of the image configuration count, too. */
  get hasNoTables(): boolean {
    return this.isEmpty && this.#scopeTables.tables.length === 0;
  }

  /** Where the mirrors are that nodes have. */
  get places(): MirrorPlaces {
    if (this.#places === undefined) {
      const tables: RegistryChange[] = [];
      this.#registries.forEach((registry, source) => {
        tables.push({ source, before: undefined, registry });
      });
      this.#places = withChanges(noMirrorPlaces, tables).places;
    }
    return this.#places;
  }

  /**
   * For rules that follow it: the registries and namespaces (`areMeantFor`) in which there are mirrors now and were none before,
   * or the other way round.
   */
  get placeChanges(): LogMark {
    // Only where they are known is it told which of them come and go.
    this.#places ??= this.places;
    return this.#placeChanges;
  }

  /** What the API server refuses or the machine-config-operator stops at, over all sets, by file and source. */
  get problems(): readonly NodeProblem[] {
    this.#problems ??= LayeredMap.over(problemsIn(this.#groups));
    const ofSets = [...this.#problems.values()]
      .flat()
      .sort(({ entries: [a] }, { entries: [b] }) =>
        a === undefined || b === undefined ? 0 : byFileAndSource(a, b),
      );
    return [...ofSets, ...(this.#imageConfig?.problems ?? []), ...this.#scopeTables.problems];
  }

  /** True where a template may turn out to redirect a repository, so that nobody knows yet whether anything does. */
  mayRedirect(repository: string): boolean {
    if (!this.isIncomplete) return false;
    if (this.#hidesSources) return true;
    for (const scope of scopesOf(repository))
      if (this.#groups.get(scope)?.entries.some(({ entry }) => entry.isTemplate)) return true;
    return false;
  }

  /** Where nodes pull an image from. Takes as many look-ups as its name has parts. */
  coverageOf(reference: ImageReference): Coverage {
    const plan = planPull(this.rules, reference);
    return { plan, registry: plan.rule && this.tables.get(plan.rule.prefix) };
  }

  /**
   * By the source of a table: longer scopes below it that take a kind of pull away from it. A node uses the longest
   * scope alone, so an ImageTagMirrorSet for `quay.io/a/b` ends what an ImageDigestMirrorSet for `quay.io/a` does
   * for `quay.io/a/b`. The scope that loses is the next one above. Scopes that have mirrors for the same kind of pull of their own are not among them.
   */
  get shadows(): ReadonlyMap<string, readonly NodeRegistry[]> {
    this.#shadows ??= this.#findShadows();
    return this.#shadows;
  }

  #findShadows(): ReadonlyMap<string, readonly NodeRegistry[]> {
    const shadows = new Map<string, NodeRegistry[]>();
    // One of the two tables has mirrors for tags.
    if (this.tagged.size === 0) return shadows;
    const all = [...this.#registries.values()];
    const both = ['digestMirrors', 'tagMirrors'] as const;
    // Most workspaces have sets for one kind of pull, and nothing to take away.
    if (both.some((kind) => all.every((registry) => registry[kind].length === 0))) return shadows;
    for (const registry of all) {
      const { source, digestMirrors, tagMirrors } = registry;
      if (digestMirrors.length > 0 && tagMirrors.length > 0) continue;
      for (const scope of scopesOf(source)) {
        const above = scope === source ? undefined : this.#registries.get(scope);
        if (above === undefined) continue;
        // What holds further up ends at this table already.
        const loses =
          (digestMirrors.length === 0 && above.digestMirrors.length > 0) ||
          (tagMirrors.length === 0 && above.tagMirrors.length > 0);
        if (loses) shadows.set(scope, [...(shadows.get(scope) ?? []), registry]);
        break;
      }
    }
    for (const [scope, below] of shadows) shadows.set(scope, bySource(below));
    return shadows;
  }

  /** All tables in the order in which the machine-config-operator writes them: those of scopes last. */
  get writtenTables(): readonly NodeRegistry[] {
    return [...inWrittenOrder(this.#registries.values()), ...this.#scopeTables.tables];
  }

  /** The registries.conf that the machine-config-operator makes of the sets and the image configuration. */
  toRegistriesConf(frame: Partial<RegistriesConfFrame> = {}): string {
    return registriesConfText(this.writtenTables, {
      unqualifiedSearchRegistries: nodeSearchRegistries,
      ...frame,
    });
  }
}

type GroupChange = readonly [source: string, group: SourceGroup | undefined];

/** What is worked out of all sources, and from then on brought up to date. */
interface Worked {
  readonly problems: LayeredMap<string, readonly NodeProblem[]> | undefined;
  readonly places: MirrorPlaces | undefined;
  readonly placeLog: ChangeLog;
}

function registryOf({ registry }: SourceGroup): NodeRegistry | undefined {
  return registry;
}

function problemsIn(groups: ReadonlyMap<string, SourceGroup>): ReadonlyMap<string, readonly NodeProblem[]> {
  const found = new Map<string, readonly NodeProblem[]>();
  groups.forEach(({ problems }, source) => {
    if (problems.length > 0) found.set(source, problems);
  });
  return found;
}

/** The line of an entry's source in the file as it is now, zero-based; undefined when it is not there any more. */
export function lineOf(
  { path, kind, entry }: PlacedEntry,
  { files }: { readonly files: ReadonlyMap<string, WorkspaceFile> },
): number | undefined {
  const content = files.get(path)?.content;
  if (content?.type !== 'yaml') return undefined;
  for (const set of content.yaml.resources) {
    if (!isMirrorSet(set) || set.kind !== kind) continue;
    const line = entryLine(set, set.entries.indexOf(entry));
    if (line !== undefined) return line + (entry.source?.range.start.line ?? 0);
  }
  return undefined;
}

function listsOf(files: Iterable<WorkspaceFile>): EntryList[] {
  const lists: EntryList[] = [];
  for (const { path, content } of files) {
    if (content.type !== 'yaml') continue;
    for (const [place, set] of content.yaml.resources.entries()) {
      // The cluster drops a list that the kind does not have.
      if (!isMirrorSet(set) || set.misnamedList) continue;
      const { kind, entries, isIncomplete } = set;
      lists.push({ path, place, kind, setName: set.name?.value ?? '', entries, isIncomplete });
    }
  }
  return lists;
}

/** True where the source of some entry is not known. */
function hidesSources(lists: readonly EntryList[], templates: TemplateCounts): boolean {
  return templates.sources > 0 || lists.some((list) => list.isIncomplete);
}

interface TemplateCounts {
  readonly entries: number;
  /** Of these, how many have a template for their source. */
  readonly sources: number;
}

function countTemplates(
  before: TemplateCounts,
  added: readonly PlacedEntry[],
  removed: readonly PlacedEntry[],
): TemplateCounts {
  let { entries, sources } = before;
  const count = ({ entry }: PlacedEntry, by: 1 | -1) => {
    if (!entry.isTemplate) return;
    entries += by;
    if (entry.source === undefined) sources += by;
  };
  for (const one of added) count(one, 1);
  for (const one of removed) count(one, -1);
  return { entries, sources };
}

function listKey({ path, place }: EntryList): string {
  return `${place} ${path}`;
}

function sameSet(a: EntryList, b: EntryList): boolean {
  return a.kind === b.kind && a.setName === b.setName && a.isIncomplete === b.isIncomplete;
}

function placed({ path, kind, setName }: EntryList, entry: MirrorEntry): PlacedEntry {
  return { path, kind, setName, entry };
}

/**
 * Puts the entries for one source in the order of files, sets and lists, so that nothing depends on what was written
 * last. Where they stand is asked only where a source has several.
 */
function orderIn(lists: readonly EntryList[]): (entries: readonly PlacedEntry[]) => readonly PlacedEntry[] {
  const byPath = new Map<string, EntryList[]>();
  for (const list of lists) {
    const others = byPath.get(list.path);
    if (others === undefined) byPath.set(list.path, [list]);
    else others.push(list);
  }
  const placeOf = ({ path, entry }: PlacedEntry): readonly [list: number, index: number] => {
    for (const [at, { entries }] of (byPath.get(path) ?? []).entries()) {
      const index = entries.indexOf(entry);
      if (index !== -1) return [at, index];
    }
    return [0, 0];
  };
  return (entries) => {
    if (entries.length < 2) return entries;
    const places = new Map(entries.map((one) => [one, placeOf(one)]));
    return entries.toSorted((a, b) => {
      const [list, index] = places.get(a) ?? [0, 0];
      const [otherList, otherIndex] = places.get(b) ?? [0, 0];
      return comparePaths(a, b) || list - otherList || index - otherIndex;
    });
  };
}

/** What differs between two lists: an edit of one entry leaves all others the same objects. */
function compare(
  earlier: EntryList | undefined,
  later: EntryList,
  removed: PlacedEntry[],
  added: PlacedEntry[],
): void {
  const old = earlier?.entries ?? Chunked.of<MirrorEntry>([]);
  const { entries } = later;
  const change =
    earlier !== undefined && sameSet(earlier, later)
      ? changeBetween(old, entries)
      : { start: 0, removed: old.length, inserted: entries.length };
  if (earlier !== undefined)
    for (const entry of old.slice(change.start, change.start + change.removed))
      removed.push(placed(earlier, entry));
  for (const entry of entries.slice(change.start, change.start + change.inserted))
    added.push(placed(later, entry));
}
