/** More changes than that are as good as another text. */
const most = 2_000;

/** How far a log had come at some moment. */
export interface LogMark {
  readonly log: ChangeLog;
  readonly length: number;
}

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

  get mark(): LogMark {
    return { log: this, length: this.length };
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

/**
 * The log in which somebody goes on who has come to a mark: another one where it has been gone on with from there already,
 * because what is true of two who went different ways cannot be told from one log.
 */
export function logAfter({ log, length }: LogMark): ChangeLog {
  return log.length === length ? log : new ChangeLog();
}

/** All names that may mean another thing at one list of marks than at the other; undefined where any may. */
export function namesBetween(
  then: readonly LogMark[],
  now: readonly LogMark[],
): ReadonlySet<string> | undefined {
  if (then.length !== now.length) return undefined;
  const names = new Set<string>();
  for (const [at, { log, length }] of now.entries()) {
    const before = then[at];
    if (before?.log !== log) return undefined;
    if (before.length === length) continue;
    const changed = log.since(Math.min(before.length, length));
    if (changed === undefined) return undefined;
    for (const name of changed) names.add(name);
  }
  return names;
}
