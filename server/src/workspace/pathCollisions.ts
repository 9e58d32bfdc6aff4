import type { Chunked } from '../base/chunked.ts';
import { registryOf } from '../documents/imageReference.ts';
import type { MappingLine, MappingPair } from '../documents/mappingLine.ts';
import { isAtHop } from '../documents/transport.ts';

/**
 * Paths of a file store that images of several registries are brought to. `oc adm catalog mirror` drops the registry
 * on the way to the disk, so that `quay.io/edge/app` and `docker.io/edge/app` meet in `…/edge/app`. Brought up to date
 * line by line, as `Groups` is, and made when it is first asked for.
 */
export class PathCollisions {
  readonly #lines: () => Chunked<MappingLine>;
  readonly #pathOf: (pair: MappingPair) => string | undefined;
  readonly #repositoryOf: (pair: MappingPair) => string | undefined;
  /** For each path, how many pairs bring images of each repository. */
  #paths: Map<string, Map<string, number>> | undefined;
  /** For each path with several repositories that are of several registries, the repositories. */
  readonly #met = new Map<string, readonly string[]>();

  /**
   * @param pathOf the path in a file store that a pair brings an image to
   * @param repositoryOf the repository of a registry, `HOST/PATH`, that it comes from
   */
  constructor(
    lines: () => Chunked<MappingLine>,
    pathOf: (pair: MappingPair) => string | undefined,
    repositoryOf: (pair: MappingPair) => string | undefined,
  ) {
    this.#lines = lines;
    this.#pathOf = pathOf;
    this.#repositoryOf = repositoryOf;
  }

  /** The paths, without `file://`, and for each the repositories that meet there, sorted. */
  all(): ReadonlyMap<string, readonly string[]> {
    if (this.#paths === undefined) {
      const paths = new Map<string, Map<string, number>>();
      this.#paths = paths;
      this.#lines().forEach((line) => {
        this.#countLine(paths, line, 1);
      });
    }
    return this.#met;
  }

  replace(removed: readonly MappingLine[], added: readonly MappingLine[]): void {
    if (this.#paths === undefined) return;
    for (const line of removed) this.#countLine(this.#paths, line, -1);
    for (const line of added) this.#countLine(this.#paths, line, 1);
  }

  #countLine(paths: Map<string, Map<string, number>>, line: MappingLine, by: 1 | -1): void {
    // Of a line that leads to a registry no pair has to be made.
    if (line.usual !== undefined && !isAtHop(line.usual.to)) return;
    for (const pair of line.pairs) this.#count(paths, pair, by);
  }

  #count(paths: Map<string, Map<string, number>>, pair: MappingPair, by: 1 | -1): void {
    const path = this.#pathOf(pair);
    const repository = path === undefined ? undefined : this.#repositoryOf(pair);
    if (path === undefined || repository === undefined) return;
    let counts = paths.get(path);
    if (counts === undefined) {
      counts = new Map();
      paths.set(path, counts);
    }
    const count = (counts.get(repository) ?? 0) + by;
    if (count > 0) counts.set(repository, count);
    else counts.delete(repository);
    if (count > 1 || (count === 1 && by === -1)) return;
    if (counts.size === 0) paths.delete(path);
    const repositories = [...counts.keys()];
    if (new Set(repositories.map(registryOf)).size > 1) this.#met.set(path, repositories.sort());
    else this.#met.delete(path);
  }
}
