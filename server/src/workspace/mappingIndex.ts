import { ChangeLog } from '../base/changeLog.ts';
import type { Chunked } from '../base/chunked.ts';
import { repositoryOf, withoutTransport } from '../documents/imageReference.ts';
import type { LineChange } from '../documents/lines.ts';
import { type MappingDocument, updateMapping } from '../documents/mapping.ts';
import {
  destinationKey,
  isByTag,
  isDryRunPair,
  type MappingLine,
  type MappingPair,
  type UsualEnds,
} from '../documents/mappingLine.ts';
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

  /** Destination repositories, with `file://` where they have it → the lines that bring images there. */
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
    const { byDestinationRepository, bySource } = this.#own;
    return byDestinationRepository.root('file://') ?? bySource.root('file://');
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
  readonly byDestination = new Groups(this.#current, {
    ofPair: destinationKey,
    ofUsual: ({ target }) => target,
  });
  readonly bySource = new Groups(this.#current, bySourceRepository);
  readonly byDestinationRepository = new Groups(this.#current, {
    ofPair: destinationRepository,
    ofUsual: ({ to }) => to.name,
  });
  readonly byFileDestination = new Groups(this.#current, {
    ofPair: fileDestination,
    ofUsual: ({ to }) => (isAtHop(to) ? to.path : undefined),
  });
  readonly byTagPull = new Groups(this.#current, {
    ofPair: (pair) => (isByTag(pair.source) ? sourceRepository(pair) : undefined),
    ofUsual: ({ from, isByDigest }) => (isByDigest ? undefined : from.name),
  });
  readonly byGivenTag = new Groups(this.#current, {
    ofPair: (pair) => (givenTag(pair) === undefined ? undefined : sourceRepository(pair)),
  });
  readonly collisions = new PathCollisions(this.#current, fileDestination, canonicalSource);
  readonly tagOrigins = new TagOrigins((path) => this.bySource.get(`file://${path}`));
  /** How many pairs are written as oc-mirror writes them, and how many are not. */
  #dialectPairs: { own: number; others: number } | undefined;

  constructor(lines: Chunked<MappingLine>) {
    this.#lines = lines;
  }

  /** `lines` is the whole text after the change. */
  replace(removed: readonly MappingLine[], added: readonly MappingLine[], lines: Chunked<MappingLine>): void {
    // It counts what lines say of a path before it counts what changes.
    this.tagOrigins.replace(removed, added);
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

/** A list that grows makes room for a dozen more at once: those of a few lines, of which there are ten thousands, are copied instead. */
const fewLines = 6;

/** Which word lines are grouped by. */
interface Words {
  ofPair(pair: MappingPair): string | undefined;
  /** The same of a line in the usual form, without making its pair; left out where only the pair tells. */
  ofUsual?(line: UsualEnds): string | undefined;
}

/** Lines by a word that they share. A line stands in a group as often as it has the word. */
export class Groups {
  readonly #lines: () => Chunked<MappingLine>;
  readonly #words: Words;
  /** Most words have one line, and no array of their own. */
  #groups: Map<string, MappingLine | MappingLine[]> | undefined;
  /** Words that more than one line has, or one line more than once; undefined until somebody asks. */
  #repeated: Set<string> | undefined;
  /** The words that lines had which came or went; not those of lines that were there when somebody first asked. */
  readonly changes = new ChangeLog();
  #root: RootPath | undefined;
  /** Of the lines that there were when somebody asked for nothing but the root; `gone` once they have changed. */
  #firstRoot: { readonly path: string | undefined } | 'gone' | undefined;
  #version = 0;

  constructor(lines: () => Chunked<MappingLine>, words: Words) {
    this.#lines = lines;
    this.#words = words;
  }

  get(key: string): readonly MappingLine[] {
    const group = this.#filled().get(key);
    return group === undefined ? [] : Array.isArray(group) ? group : [group];
  }

  keys(): Iterable<string> {
    return this.#filled().keys();
  }

  repeated(): ReadonlySet<string> {
    if (this.#repeated === undefined) {
      const repeated = new Set<string>();
      this.#repeated = repeated;
      this.#filled().forEach((group, word) => {
        if (Array.isArray(group)) repeated.add(word);
      });
    }
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
    if (this.#groups === undefined && this.#firstRoot !== 'gone') {
      this.#firstRoot ??= { path: this.#findRoot(prefix) };
      return this.#firstRoot.path;
    }
    this.#root ??= new RootPath(prefix);
    return this.#root.of(this.#filled());
  }

  /** Without grouping the lines: of most files of a workspace nobody asks more. */
  #findRoot(prefix: string): string | undefined {
    let shortest: string | undefined;
    let hasOthers = false;
    this.#eachWordOfAll((word) => {
      if (!word.startsWith(prefix)) return;
      if (shortest !== undefined && word !== shortest) hasOthers = true;
      if (shortest === undefined || word.length < shortest.length) shortest = word;
    });
    if (shortest === undefined || !hasOthers) return undefined;
    const folder = `${shortest}/`;
    let isRoot = true;
    this.#eachWordOfAll((word) => {
      if (word.startsWith(prefix) && word !== shortest && !word.startsWith(folder)) isRoot = false;
    });
    return isRoot ? shortest.slice(prefix.length) : undefined;
  }

  /** What nobody has asked for yet is not kept up to date either. */
  replace(removed: readonly MappingLine[], added: readonly MappingLine[]): void {
    const groups = this.#groups;
    if (groups === undefined) {
      // Whoever types in a file asks for it again and again: from now on it is brought up to date.
      if (this.#firstRoot !== undefined) this.#firstRoot = 'gone';
      return;
    }
    for (const line of removed) this.#eachWord(line, (word) => this.#remove(groups, word, line));
    for (const line of added) this.#eachWord(line, (word) => this.#put(groups, word, line));
    for (const line of [...removed, ...added]) this.#eachWord(line, (word) => this.changes.add(word));
  }

  #eachWordOfAll(use: (word: string, line: MappingLine) => void): void {
    this.#lines().forEach((line) => {
      this.#eachWord(line, use);
    });
  }

  #eachWord(line: MappingLine, use: (word: string, line: MappingLine) => void): void {
    const { usual } = line;
    if (usual !== undefined && this.#words.ofUsual !== undefined) {
      const word = this.#words.ofUsual(usual);
      if (word !== undefined) use(word, line);
      return;
    }
    for (const pair of line.pairs) {
      const word = this.#words.ofPair(pair);
      if (word !== undefined) use(word, line);
    }
  }

  #filled(): Map<string, MappingLine | MappingLine[]> {
    if (this.#groups === undefined) {
      const groups = new Map<string, MappingLine | MappingLine[]>();
      this.#groups = groups;
      this.#eachWordOfAll((word, line) => this.#put(groups, word, line));
    }
    return this.#groups;
  }

  #put(groups: Map<string, MappingLine | MappingLine[]>, key: string, line: MappingLine): void {
    this.#version++;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, line);
      this.#root?.add(key);
      return;
    }
    if (!Array.isArray(group)) {
      groups.set(key, [group, line]);
      this.#repeated?.add(key);
    } else if (group.length < fewLines) {
      groups.set(key, [...group, line]);
    } else {
      group.push(line);
    }
  }

  #remove(groups: Map<string, MappingLine | MappingLine[]>, key: string, line: MappingLine): void {
    const group = groups.get(key);
    if (group === undefined) return;
    this.#version++;
    if (Array.isArray(group)) {
      const at = group.indexOf(line);
      if (at !== -1) group.splice(at, 1);
      if (group.length < 2) this.#repeated?.delete(key);
      if (group.length === 1) groups.set(key, group[0] as MappingLine);
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
  if (line.usual !== undefined) {
    counts.others += by;
    return;
  }
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

const bySourceRepository: Words = { ofPair: sourceRepository, ofUsual: ({ from }) => from.name };

function sourceRepository(pair: MappingPair): string {
  const { parsed } = pair.source;
  return parsed.ok ? repositoryOf(parsed.reference) : '';
}
