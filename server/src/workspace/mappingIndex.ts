import { type ImageReference, repositoryOf, withDockerDefaults } from '../documents/imageReference.ts';
import type { LineChange } from '../documents/lines.ts';
import {
  destinationKey,
  type MappingDocument,
  type MappingLine,
  type MappingPair,
  updateMapping,
} from '../documents/mapping.ts';

/**
 * What one mapping.txt says as a whole, kept by line so that an edit costs the lines it touches. It belongs to
 * the newest version of a document: `editMapping` hands it on.
 */
export class MappingIndex {
  /** Destinations as `oc` compares them → the lines that write there. */
  readonly byDestination = new Groups();
  /** Source repositories, with `file://` where they have it → their lines. */
  readonly bySource = new Groups();
  /** Destination repositories → the lines that bring images there. */
  readonly byDestinationRepository = new Groups();
  /** Repositories below `file://` that images come to → the lines that bring them. */
  readonly byFileDestination = new Groups();
  /** Changes whenever a repository below `file://` appears or goes, on either side. */
  #fileRepositoriesVersion = 0;
  #firstHopVersion = 0;
  #version = 0;
  #indexRepository: { version: number; value: string | undefined } | undefined;

  add(line: MappingLine): void {
    this.#version++;
    for (const pair of line.pairs) {
      const key = destinationKey(pair);
      if (key !== undefined) this.byDestination.add(key, line);
      this.byDestinationRepository.add(destinationRepository(pair), line);
      this.#count(this.bySource.add(sourceRepository(pair), line), pair.source.text);
      const file = fileDestination(pair);
      if (file === undefined) continue;
      this.#firstHopVersion++;
      this.#count(this.byFileDestination.add(file, line), 'file://');
    }
  }

  remove(line: MappingLine): void {
    this.#version++;
    for (const pair of line.pairs) {
      const key = destinationKey(pair);
      if (key !== undefined) this.byDestination.remove(key, line);
      this.byDestinationRepository.remove(destinationRepository(pair), line);
      this.#count(this.bySource.remove(sourceRepository(pair), line), pair.source.text);
      const file = fileDestination(pair);
      if (file === undefined) continue;
      this.#firstHopVersion++;
      this.#count(this.byFileDestination.remove(file, line), 'file://');
    }
  }

  /**
   * The catalog's own repository in the file store, without `file://`: the one that all others lie below, on
   * the side of the mapping that is a file store. Undefined when there is none.
   */
  get indexRepository(): string | undefined {
    if (this.#indexRepository?.version !== this.#fileRepositoriesVersion) {
      const sources = [...this.bySource.keys()].filter((key) => key.startsWith('file://'));
      const value =
        rootOf([...this.byFileDestination.keys()]) ??
        rootOf(sources.map((key) => key.slice('file://'.length)));
      this.#indexRepository = { version: this.#fileRepositoriesVersion, value };
    }
    return this.#indexRepository.value;
  }

  /** Changes whenever a line does. */
  get version(): number {
    return this.#version;
  }

  /** Changes whenever a line that brings images to a file store appears or goes. */
  get firstHopVersion(): number {
    return this.#firstHopVersion;
  }

  #count(changed: boolean, text: string): void {
    if (changed && text.startsWith('file://')) this.#fileRepositoriesVersion++;
  }
}

/** Lines by a word that they share. A line stands in a group as often as it has the word. */
export class Groups {
  readonly #groups = new Map<string, MappingLine[]>();
  /** Words that more than one line has, or one line more than once. */
  readonly #repeated = new Set<string>();

  /** True when the word is new. */
  add(key: string, line: MappingLine): boolean {
    const group = this.#groups.get(key);
    if (group === undefined) {
      this.#groups.set(key, [line]);
      return true;
    }
    group.push(line);
    this.#repeated.add(key);
    return false;
  }

  /** True when the word is gone. */
  remove(key: string, line: MappingLine): boolean {
    const group = this.#groups.get(key);
    if (group === undefined) return false;
    const at = group.indexOf(line);
    if (at !== -1) group.splice(at, 1);
    if (group.length < 2) this.#repeated.delete(key);
    return group.length === 0 && this.#groups.delete(key);
  }

  get(key: string): readonly MappingLine[] {
    return this.#groups.get(key) ?? [];
  }

  keys(): Iterable<string> {
    return this.#groups.keys();
  }

  repeated(): ReadonlySet<string> {
    return this.#repeated;
  }
}

const indexes = new WeakMap<MappingDocument, MappingIndex>();

export function mappingIndex(document: MappingDocument): MappingIndex {
  let index = indexes.get(document);
  if (index === undefined) {
    index = new MappingIndex();
    for (const line of document.lines) index.add(line);
    indexes.set(document, index);
  }
  return index;
}

/** `updateMapping` that also brings the document's index up to date. */
export function editMapping(document: MappingDocument, change: LineChange): MappingDocument {
  const edited = updateMapping(document, change);
  const index = indexes.get(document);
  if (index !== undefined) {
    indexes.delete(document);
    for (const line of document.lines.slice(change.start, change.start + change.removed)) index.remove(line);
    for (const line of edited.lines.slice(change.start, change.start + change.inserted.length))
      index.add(line);
    indexes.set(edited, index);
  }
  return edited;
}

/** The path in a file store that an image is brought to, without `file://`; undefined for other destinations. */
export function fileDestination(pair: MappingPair): string | undefined {
  const { parsed } = pair.destination;
  return parsed.ok && parsed.reference.transport === 'file' ? filePath(parsed.reference) : undefined;
}

/** The repository that pods know an image by: Docker's defaults filled in, and Docker Hub by its own name. */
export function canonicalRepository(reference: ImageReference): string {
  const full = withDockerDefaults(reference);
  return repositoryOf(full.registry === 'index.docker.io' ? { ...full, registry: 'docker.io' } : full);
}

function destinationRepository({ destination: { parsed } }: MappingPair): string {
  return parsed.ok ? repositoryOf(parsed.reference) : '';
}

function sourceRepository(pair: MappingPair): string {
  const { parsed } = pair.source;
  if (!parsed.ok) return '';
  return parsed.reference.transport === 'file'
    ? `file://${filePath(parsed.reference)}`
    : repositoryOf(parsed.reference);
}

function filePath(reference: ImageReference): string {
  return repositoryOf(reference).slice('file://'.length);
}

/** The path that all others lie below. A store with one path alone does not tell which part is the catalog's. */
function rootOf(paths: readonly string[]): string | undefined {
  const [first] = paths;
  if (first === undefined || paths.length < 2) return undefined;
  const root = paths.reduce((shortest, path) => (path.length < shortest.length ? path : shortest), first);
  return paths.every((path) => path === root || path.startsWith(`${root}/`)) ? root : undefined;
}
