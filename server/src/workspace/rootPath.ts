/**
 * Which of many paths is a folder of all others. It counts the paths below the shortest one as they come and go, and looks
 * at all of them only when another one is the shortest.
 */
export class RootPath {
  readonly #prefix: string;
  /** False while the shortest path has to be looked for. */
  #isKnown = false;
  /** Undefined where there is no path at all. */
  #shortest: string | undefined;
  /** How many paths there are, and how many of them are the shortest one or lie below it. */
  #count = 0;
  #below = 0;

  /** Only paths that begin with `prefix` count, and are told without it. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  add(path: string): void {
    if (!this.#isKnown || !path.startsWith(this.#prefix)) return;
    if (this.#shortest === undefined || path.length < this.#shortest.length) this.#isKnown = false;
    else this.#change(path, 1);
  }

  remove(path: string): void {
    if (!this.#isKnown || !path.startsWith(this.#prefix)) return;
    if (path === this.#shortest) this.#isKnown = false;
    else this.#change(path, -1);
  }

  /** `paths` are all that there are now: what was added and not removed. Undefined for a single path. */
  of(paths: Iterable<string>): string | undefined {
    if (!this.#isKnown) this.#look([...paths].filter((path) => path.startsWith(this.#prefix)));
    const isRoot = this.#count > 1 && this.#below === this.#count;
    return isRoot ? this.#shortest?.slice(this.#prefix.length) : undefined;
  }

  #look(paths: readonly string[]): void {
    this.#isKnown = true;
    this.#count = 0;
    this.#below = 0;
    this.#shortest = paths.reduce<string | undefined>(
      (shortest, path) => (shortest === undefined || path.length < shortest.length ? path : shortest),
      undefined,
    );
    for (const path of paths) this.#change(path, 1);
  }

  #change(path: string, by: 1 | -1): void {
    this.#count += by;
    if (path === this.#shortest || path.startsWith(`${this.#shortest}/`)) this.#below += by;
  }
}
