import { ChangeLog } from '../base/changeLog.ts';
import type { Chunked } from '../base/chunked.ts';
import { withoutTransport } from '../documents/imageReference.ts';
import type { MappingLine, MappingPair } from '../documents/mapping.ts';
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
 * hops. Brought up to date line by line, as `Groups` is, and made when it is first asked for.
 */
export class TagOrigins {
  readonly #lines: () => Chunked<MappingLine>;
  /** By path. */
  #counts: Map<string, Counts> | undefined;
  /** The paths of which another answer is given than before. */
  readonly changes = new ChangeLog();

  constructor(lines: () => Chunked<MappingLine>) {
    this.#lines = lines;
  }

  /** `path` is a repository in a file store, without `file://`. */
  get(path: string): TagOrigin {
    if (this.#counts === undefined) {
      const counts = new Map<string, Counts>();
      this.#counts = counts;
      this.#lines().forEach((line) => {
        for (const pair of line.pairs) count(counts, pair, 1);
      });
    }
    return originOf(this.#counts.get(path));
  }

  /** How many paths anything is kept of: no more than lines take images from. */
  get size(): number {
    return this.#counts?.size ?? 0;
  }

  /** Changes whenever an answer does; 0 while none has. */
  get version(): number {
    return this.changes.length;
  }

  replace(removed: readonly MappingLine[], added: readonly MappingLine[]): void {
    const counts = this.#counts;
    if (counts === undefined) return;
    const pairs = [...removed, ...added].flatMap((line) => line.pairs);
    const paths = new Set(pairs.flatMap((pair) => pathOf(pair) ?? []));
    const answers = () => [...paths].map((path) => JSON.stringify(originOf(counts.get(path))));
    const before = answers();
    for (const line of removed) for (const pair of line.pairs) count(counts, pair, -1);
    for (const line of added) for (const pair of line.pairs) count(counts, pair, 1);
    const after = answers();
    for (const [at, path] of [...paths].entries()) if (after[at] !== before[at]) this.changes.add(path);
  }
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

function count(all: Map<string, Counts>, pair: MappingPair, by: 1 | -1): void {
  const path = pathOf(pair);
  const { source, destination } = pair;
  if (path === undefined || !source.parsed.ok || !destination.parsed.ok) return;
  const { digest } = source.parsed.reference;
  // For an image by tag `oc` keeps the tag, which says nothing of a registry.
  if (digest === undefined) return;
  let counts = all.get(path);
  if (counts === undefined) {
    counts = { proven: new Map(), refuted: 0, silent: 0, origin: undefined, last: undefined };
    all.set(path, counts);
  }
  counts.origin = undefined;
  const { tag } = destination.parsed.reference;
  const repository = tag === undefined ? undefined : repositoryBehind(tag, digest, path, counts);
  if (repository === undefined) {
    counts[tag !== undefined && isSurelyDigestTag(tag) ? 'refuted' : 'silent'] += by;
  } else {
    const left = (counts.proven.get(repository) ?? 0) + by;
    if (left > 0) counts.proven.set(repository, left);
    else counts.proven.delete(repository);
  }
  // Each edit in a path makes another one.
  if (by === -1 && counts.proven.size + counts.refuted + counts.silent === 0) all.delete(path);
}

/** The repository that a tag proves. */
function repositoryBehind(tag: string, digest: string, path: string, counts: Counts): string | undefined {
  const hash = hashOfName(tag, digest);
  if (hash === undefined) return undefined;
  if (hash !== counts.last?.hash) counts.last = { hash, repository: repositoryOfHash(hash, path) };
  return counts.last.repository;
}

function pathOf({ source: { parsed } }: MappingPair): string | undefined {
  return parsed.ok && isAtHop(parsed.reference) ? withoutTransport(parsed.reference) : undefined;
}
