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

  /** The keys of `paths` are all that there are now: what was added and not removed. Undefined for a single path. */
  of(paths: ReadonlyMap<string, unknown>): string | undefined {
    if (!this.#isKnown) this.#look(paths);
    const isRoot = this.#count > 1 && this.#below === this.#count;
    return isRoot ? this.#shortest?.slice(this.#prefix.length) : undefined;
  }

  #look(all: ReadonlyMap<string, unknown>): void {
    this.#isKnown = true;
    this.#count = 0;
    this.#below = 0;
    let shortest: string | undefined;
    all.forEach((_, path) => {
      const isShorter = shortest === undefined || path.length < shortest.length;
      if (isShorter && path.startsWith(this.#prefix)) shortest = path;
    });
    this.#shortest = shortest;
    all.forEach((_, path) => {
      if (path.startsWith(this.#prefix)) this.#change(path, 1);
    });
  }

  #change(path: string, by: 1 | -1): void {
    this.#count += by;
    const shortest = this.#shortest ?? '';
    const isBelow = path.length === shortest.length || path.charAt(shortest.length) === '/';
    if (isBelow && path.startsWith(shortest)) this.#below += by;
  }
}
