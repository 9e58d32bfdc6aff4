/**
 * Work that several callers want at the same time is done once, by the first of them. When it fails the others
 * try for themselves: what stopped the first (a source of its own, say) need not stop them.
 */
export class Once {
  readonly #underWay = new Map<string, Promise<void>>();

  /** True when this caller did the work, false when another one did. */
  async run(key: string, work: () => Promise<void>): Promise<boolean> {
    for (;;) {
      const underWay = this.#underWay.get(key);
      if (underWay === undefined) break;
      if (await succeeds(underWay)) return false;
    }
    const done = work();
    this.#underWay.set(key, done);
    try {
      await done;
      return true;
    } finally {
      this.#underWay.delete(key);
    }
  }
}

/** Waits for somebody else's work; its error is theirs to report. */
function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
