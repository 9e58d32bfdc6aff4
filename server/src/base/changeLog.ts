/** More changes than that are as good as another text. */
const most = 2_000;

/**
 * The names of what has changed, in order, so that several who have worked something out of it can each bring that up to
 * date: they remember `length`, and ask later what came since.
 */
export class ChangeLog {
  #names: string[] = [];
  #forgotten = 0;

  /** How many changes there were until now. */
  get length(): number {
    return this.#forgotten + this.#names.length;
  }

  add(name: string): void {
    this.#names.push(name);
    if (this.#names.length <= 2 * most) return;
    this.#names = this.#names.slice(-most);
    this.#forgotten += most + 1;
  }

  /** What changed since `length` was this; undefined where that is too long ago. */
  since(length: number): readonly string[] | undefined {
    return length < this.#forgotten ? undefined : this.#names.slice(length - this.#forgotten);
  }
}
