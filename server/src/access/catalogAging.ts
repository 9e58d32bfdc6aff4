/** Milliseconds after which a catalog that could not be opened, or was not there, is asked for again. */
const retryAfter = 60_000;
/** The same of one that is open under a name that may mean another one by now. */
const lookAgainAfter = 600_000;

/** When a catalog is to be asked for again. */
export interface Aging {
  /** False while it is being asked for. */
  isDue(now: number): boolean;
  begin(): void;
  /** @param isKnown whether it is open */
  settle(now: number, isKnown: boolean): void;
  /** It is due at once, unless it is being asked for. */
  hasten(): void;
}

/** @param isFixed true for a name that never means another catalog than the first time */
export function agingOf(isFixed: boolean): Aging {
  let due: number | undefined = 0;
  return {
    isDue: (now) => due !== undefined && due <= now,
    begin() {
      due = undefined;
    },
    settle(now, isKnown) {
      if (isKnown) due = isFixed ? Number.POSITIVE_INFINITY : now + lookAgainAfter;
      else due = now + retryAfter;
    },
    hasten() {
      if (due !== undefined) due = 0;
    },
  };
}
