import { ChangeLog } from '../base/changeLog.ts';
import { withoutTransport } from '../documents/imageReference.ts';
import type { MappingLine, MappingPair } from '../documents/mappingLine.ts';
import { isAtHop } from '../documents/transport.ts';
import { hashOfName, isSurelyDigestTag, repositoryOfHash } from './tagProof.ts';

/** What the tags in one mapping.txt tell of the images by digest that it takes from a path of a file store. */
export interface TagOrigin {
  /** The repositories that tags prove, `HOST/PATH`, sorted; several where registries met in the path. */
  readonly repositories: readonly string[];
  /** How many images tags prove the repository of. */
  readonly proven: number;
  /** How many have a tag that is the hash of another pull spec than any that is known. */
  readonly refuted: number;
  /** How many have a tag that a person may have given, or none: they tell nothing. */
  readonly silent: number;
}

const nothing: TagOrigin = { repositories: [], proven: 0, refuted: 0, silent: 0 };

interface Counts {
  readonly proven: Map<string, number>;
  refuted: number;
  silent: number;
  /** What they say together; undefined until somebody asks. */
  origin: TagOrigin | undefined;
  /** What the tag before said: that of the next image of a path is nearly always of the same name. */
  last: { readonly hash: number; readonly repository: string | undefined } | undefined;
}

/**
 * Where the images of a file store came from, as the tags tell that `oc` made of their pull specs: the same tag is in both
 * hops. Worked out of the lines of a path when somebody asks for it, and brought up to date line by line from then on.
 */
export class TagOrigins {
  readonly #linesFrom: (path: string) => readonly MappingLine[];
  /** By path; of those that somebody has asked for, and that lines have something to say of. */
  readonly #counts = new Map<string, Counts>();
  #isAsked = false;
  /** The paths of which another answer is given than before. */
  readonly changes = new ChangeLog();

  /** @param linesFrom the lines that take images from a path, as they are now */
  constructor(linesFrom: (path: string) => readonly MappingLine[]) {
    this.#linesFrom = linesFrom;
  }

  /** `path` is a repository in a file store, without `file://`. */
  get(path: string): TagOrigin {
    this.#isAsked = true;
    return originOf(this.#countsOf(path));
  }

  /** How many paths anything is kept of: no more than lines take images from. */
  get size(): number {
    return this.#counts.size;
  }

  /** Changes whenever an answer does; 0 while none has. */
  get version(): number {
    return this.changes.length;
  }

  /** To be called before `linesFrom` gives the lines as they are after the change. */
  replace(removed: readonly MappingLine[], added: readonly MappingLine[]): void {
    if (!this.#isAsked) return;
    const paths = new Set([...removed, ...added].flatMap(({ pairs }) => pairs.flatMap(pathOf)));
    const before = new Map([...paths].map((path) => [path, JSON.stringify(originOf(this.#countsOf(path)))]));
    this.#countAll(removed, -1);
    this.#countAll(added, 1);
    for (const [path, answer] of before) {
      const counts = this.#counts.get(path);
      if (JSON.stringify(originOf(counts)) !== answer) this.changes.add(path);
      // Each edit in a path makes another one.
      if (counts !== undefined && isEmpty(counts)) this.#counts.delete(path);
    }
  }

  #countsOf(path: string): Counts | undefined {
    const known = this.#counts.get(path);
    if (known !== undefined) return known;
    const lines = this.#linesFrom(path);
    if (lines.length === 0) return undefined;
    const counts = noCounts();
    for (const line of new Set(lines)) {
      const { usual } = line;
      // Of the usual form the ends tell, and no pairs are made of ten thousand lines.
      if (usual === undefined) {
        for (const pair of line.pairs) if (pathOf(pair)[0] === path) countPair(counts, pair, path, 1);
      } else if (isAtHop(usual.from) && usual.from.path === path) {
        count(counts, usual.digest, usual.tag, path, 1);
      }
    }
    this.#counts.set(path, counts);
    return counts;
  }

  #countAll(lines: readonly MappingLine[], by: 1 | -1): void {
    for (const { pairs } of lines) {
      for (const pair of pairs) {
        for (const path of pathOf(pair)) {
          const counts = this.#counts.get(path) ?? noCounts();
          countPair(counts, pair, path, by);
          this.#counts.set(path, counts);
        }
      }
    }
  }
}

function noCounts(): Counts {
  return { proven: new Map(), refuted: 0, silent: 0, origin: undefined, last: undefined };
}

function isEmpty({ proven, refuted, silent }: Counts): boolean {
  return proven.size + refuted + silent === 0;
}

function originOf(counts: Counts | undefined): TagOrigin {
  if (counts === undefined) return nothing;
  counts.origin ??= {
    repositories: [...counts.proven.keys()].sort(),
    proven: [...counts.proven.values()].reduce((sum, each) => sum + each, 0),
    refuted: counts.refuted,
    silent: counts.silent,
  };
  return counts.origin;
}

function countPair(counts: Counts, { source, destination }: MappingPair, path: string, by: 1 | -1): void {
  if (!source.parsed.ok || !destination.parsed.ok) return;
  count(counts, source.parsed.reference.digest, destination.parsed.reference.tag, path, by);
}

function count(
  counts: Counts,
  digest: string | undefined,
  tag: string | undefined,
  path: string,
  by: 1 | -1,
): void {
  // For an image by tag `oc` keeps the tag, which says nothing of a registry.
  if (digest === undefined) return;
  counts.origin = undefined;
  const repository = tag === undefined ? undefined : repositoryBehind(tag, digest, path, counts);
  if (repository === undefined) {
    counts[tag !== undefined && isSurelyDigestTag(tag) ? 'refuted' : 'silent'] += by;
    return;
  }
  const left = (counts.proven.get(repository) ?? 0) + by;
  if (left > 0) counts.proven.set(repository, left);
  else counts.proven.delete(repository);
}

/** The repository that a tag proves. */
function repositoryBehind(tag: string, digest: string, path: string, counts: Counts): string | undefined {
  const hash = hashOfName(tag, digest);
  if (hash === undefined) return undefined;
  if (hash !== counts.last?.hash) counts.last = { hash, repository: repositoryOfHash(hash, path) };
  return counts.last.repository;
}

/** The path that a pair takes its image from; none where that is no file store's. */
function pathOf({ source: { parsed } }: MappingPair): [string] | [] {
  return parsed.ok && isAtHop(parsed.reference) ? [withoutTransport(parsed.reference)] : [];
}
