import { ChangeLog } from '../base/changeLog.ts';
import type { Chunked } from '../base/chunked.ts';
import { repositoryOf, withoutTransport } from '../documents/imageReference.ts';
import type { LineChange } from '../documents/lines.ts';
import {
  destinationKey,
  isByTag,
  isDryRunPair,
  type MappingDocument,
  type MappingLine,
  type MappingPair,
  updateMapping,
} from '../documents/mapping.ts';
import { canonicalRepository } from '../documents/pullSpec.ts';
import { isAtHop, isInRegistry, mentionsForeignTransport } from '../documents/transport.ts';
import { givenTag } from './givenTag.ts';
import { PathCollisions } from './pathCollisions.ts';
import { RootPath } from './rootPath.ts';
import { TagOrigins } from './tagOrigins.ts';

/**
 * What one mapping.txt says as a whole. Each grouping is made when it is first asked for. An edit costs the lines that it
 * touches, because the index of the next version takes over what this one has worked out (`editMapping`). This one
 * still answers for its own text, but has to work it out again.
 */
export class MappingIndex {
  readonly #lines: Chunked<MappingLine>;
  /** Belongs to the newest version that was made of this one. */
  #groupings: Groupings | undefined;

  constructor(lines: Chunked<MappingLine>) {
    this.#lines = lines;
  }

  /** The index of the text after a change. */
  after(
    removed: readonly MappingLine[],
    added: readonly MappingLine[],
    lines: Chunked<MappingLine>,
  ): MappingIndex {
    const next = new MappingIndex(lines);
    next.#groupings = this.#groupings;
    this.#groupings = undefined;
    next.#groupings?.replace(removed, added, lines);
    return next;
  }

  /** Destinations as `oc` compares them → the lines that write there. */
  get byDestination(): Groups {
    return this.#own.byDestination;
  }

  /** Source repositories, with `file://` where they have it → their lines. */
  get bySource(): Groups {
    return this.#own.bySource;
  }

  /** Destination repositories → the lines that bring images there. */
  get byDestinationRepository(): Groups {
    return this.#own.byDestinationRepository;
  }

  /** Repositories below `file://` that images come to → the lines that bring them. */
  get byFileDestination(): Groups {
    return this.#own.byFileDestination;
  }

  /** Source repositories that lines name by tag → those lines: what a catalog names so, pods pull by tag. */
  get byTagPull(): Groups {
    return this.#own.byTagPull;
  }

  /** Source repositories of pinned lines that have a tag of people at their destination → those lines: a catalog may name them so. */
  get byGivenTag(): Groups {
    return this.#own.byGivenTag;
  }

  /** Paths below `file://` where images of several registries meet. */
  get collisions(): PathCollisions {
    return this.#own.collisions;
  }

  /** Where images of a file store came from, as their tags tell. */
  get tagOrigins(): TagOrigins {
    return this.#own.tagOrigins;
  }

  /** True when most of the file is in the dialect of oc-mirror's dry run, with `docker://` before references. */
  get isDryRunDialect(): boolean {
    return this.#own.isDryRunDialect;
  }

  /**
   * The catalog's own repository in the file store, without `file://`: the one that all others lie below, on
   * the side of the mapping that is a file store. Undefined when there is none.
   */
  get indexRepository(): string | undefined {
    const { byFileDestination, bySource } = this.#own;
    return byFileDestination.root('') ?? bySource.root('file://');
  }

  get #own(): Groupings {
    this.#groupings ??= new Groupings(this.#lines);
    return this.#groupings;
  }

  /** Changes whenever a line does, and is another one for each mapping.txt. */
  get version(): unknown {
    return this.#lines;
  }
}

/** What the newest version of a mapping.txt has worked out so far, brought up to date line by line. */
class Groupings {
  #lines: Chunked<MappingLine>;
  readonly #current = () => this.#lines;
  readonly byDestination = new Groups(this.#current, destinationKey);
  readonly bySource = new Groups(this.#current, sourceRepository);
  readonly byDestinationRepository = new Groups(this.#current, destinationRepository);
  readonly byFileDestination = new Groups(this.#current, fileDestination);
  readonly byTagPull = new Groups(this.#current, (pair) =>
    isByTag(pair.source) ? sourceRepository(pair) : undefined,
  );
  readonly byGivenTag = new Groups(this.#current, (pair) =>
    givenTag(pair) === undefined ? undefined : sourceRepository(pair),
  );
  readonly collisions = new PathCollisions(this.#current, fileDestination, canonicalSource);
  readonly tagOrigins = new TagOrigins(this.#current);
  /** How many pairs are written as oc-mirror writes them, and how many are not. */
  #dialectPairs: { own: number; others: number } | undefined;

  constructor(lines: Chunked<MappingLine>) {
    this.#lines = lines;
  }

  /** `lines` is the whole text after the change. */
  replace(removed: readonly MappingLine[], added: readonly MappingLine[], lines: Chunked<MappingLine>): void {
    for (const groups of [
      this.byDestination,
      this.bySource,
      this.byDestinationRepository,
      this.byFileDestination,
      this.byTagPull,
      this.byGivenTag,
    ]) {
      groups.replace(removed, added);
    }
    this.collisions.replace(removed, added);
    this.tagOrigins.replace(removed, added);
    if (this.#dialectPairs !== undefined) {
      for (const line of removed) countDialect(this.#dialectPairs, line, -1);
      for (const line of added) countDialect(this.#dialectPairs, line, 1);
    }
    this.#lines = lines;
  }

  get isDryRunDialect(): boolean {
    if (this.#dialectPairs === undefined) {
      this.#dialectPairs = { own: 0, others: 0 };
      const counts = this.#dialectPairs;
      this.#lines.forEach((line) => {
        countDialect(counts, line, 1);
      });
    }
    return this.#dialectPairs.own > this.#dialectPairs.others;
  }
}

/** Lines by a word that they share. A line stands in a group as often as it has the word. */
export class Groups {
  readonly #lines: () => Chunked<MappingLine>;
  readonly #keyOf: (pair: MappingPair) => string | undefined;
  /** Most words have one line, and no array of their own. */
  #groups: Map<string, MappingLine | MappingLine[]> | undefined;
  /** Words that more than one line has, or one line more than once. */
  readonly #repeated = new Set<string>();
  /** The words that lines had which came or went; not those of lines that were there when somebody first asked. */
  readonly changes = new ChangeLog();
  #root: RootPath | undefined;
  #version = 0;

  constructor(lines: () => Chunked<MappingLine>, keyOf: (pair: MappingPair) => string | undefined) {
    this.#lines = lines;
    this.#keyOf = keyOf;
  }

  get(key: string): readonly MappingLine[] {
    const group = this.#filled().get(key);
    return group === undefined ? [] : Array.isArray(group) ? group : [group];
  }

  keys(): Iterable<string> {
    return this.#filled().keys();
  }

  repeated(): ReadonlySet<string> {
    this.#filled();
    return this.#repeated;
  }

  /** Changes whenever a line with a word appears or goes; 0 while there never was one. */
  get version(): number {
    this.#filled();
    return this.#version;
  }

  /**
   * Of the words that begin with `prefix`, the rest of the one that is a folder of all others; undefined when none is.
   * A store with one path alone does not tell which part is the catalog's.
   */
  root(prefix: string): string | undefined {
    this.#filled();
    this.#root ??= new RootPath(prefix);
    return this.#root.of(this.#filled().keys());
  }

  /** What nobody has asked for yet is not kept up to date either. */
  replace(removed: readonly MappingLine[], added: readonly MappingLine[]): void {
    if (this.#groups === undefined) return;
    for (const line of removed) for (const pair of line.pairs) this.#remove(this.#groups, pair, line);
    for (const line of added) for (const pair of line.pairs) this.#put(this.#groups, this.#keyOf(pair), line);
    for (const pair of [...removed, ...added].flatMap(({ pairs }) => pairs)) {
      const key = this.#keyOf(pair);
      if (key !== undefined) this.changes.add(key);
    }
  }

  #filled(): Map<string, MappingLine | MappingLine[]> {
    if (this.#groups === undefined) {
      const groups = new Map<string, MappingLine | MappingLine[]>();
      this.#groups = groups;
      this.#lines().forEach((line) => {
        for (const pair of line.pairs) this.#put(groups, this.#keyOf(pair), line);
      });
    }
    return this.#groups;
  }

  #put(groups: Map<string, MappingLine | MappingLine[]>, key: string | undefined, line: MappingLine): void {
    if (key === undefined) return;
    this.#version++;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, line);
      this.#root?.add(key);
      return;
    }
    if (Array.isArray(group)) group.push(line);
    else groups.set(key, [group, line]);
    this.#repeated.add(key);
  }

  #remove(groups: Map<string, MappingLine | MappingLine[]>, pair: MappingPair, line: MappingLine): void {
    const key = this.#keyOf(pair);
    const group = key === undefined ? undefined : groups.get(key);
    if (key === undefined || group === undefined) return;
    this.#version++;
    if (Array.isArray(group)) {
      const at = group.indexOf(line);
      if (at !== -1) group.splice(at, 1);
      if (group.length < 2) this.#repeated.delete(key);
      if (group.length > 0) return;
    }
    groups.delete(key);
    this.#root?.remove(key);
  }
}

const indexes = new WeakMap<MappingDocument, MappingIndex>();

export function mappingIndex(document: MappingDocument): MappingIndex {
  let index = indexes.get(document);
  if (index === undefined) {
    index = new MappingIndex(document.lines);
    indexes.set(document, index);
  }
  return index;
}

/** `updateMapping` that also brings the document's index up to date. */
export function editMapping(document: MappingDocument, change: LineChange): MappingDocument {
  const edited = updateMapping(document, change);
  const index = indexes.get(document);
  if (index !== undefined) {
    const removed = document.lines.slice(change.start, change.start + change.removed);
    const added = edited.lines.slice(change.start, change.start + change.inserted.length);
    indexes.set(edited, index.after(removed, added, edited.lines));
  }
  return edited;
}

function countDialect(counts: { own: number; others: number }, line: MappingLine, by: 1 | -1): void {
  if (!mentionsForeignTransport(line.text)) {
    counts.others += by * line.pairs.length;
    return;
  }
  for (const pair of line.pairs) {
    if (isDryRunPair(pair)) counts.own += by;
    else counts.others += by;
  }
}

/** The path in a file store that an image is brought to, without `file://`; undefined for other destinations. */
export function fileDestination(pair: MappingPair): string | undefined {
  const { parsed } = pair.destination;
  return parsed.ok && isAtHop(parsed.reference) ? withoutTransport(parsed.reference) : undefined;
}

/** The repository of a registry that an image comes from, as pods know it; undefined for other sources. */
function canonicalSource({ source: { parsed } }: MappingPair): string | undefined {
  const isImage = parsed.ok && isInRegistry(parsed.reference);
  return isImage ? canonicalRepository(parsed.reference) : undefined;
}

function destinationRepository({ destination: { parsed } }: MappingPair): string {
  return parsed.ok ? repositoryOf(parsed.reference) : '';
}

function sourceRepository(pair: MappingPair): string {
  const { parsed } = pair.source;
  return parsed.ok ? repositoryOf(parsed.reference) : '';
}
