/** How long and how often something that failed for the moment is tried again. */
export interface RetryPolicy {
  /** Repetitions after the first try. */
  readonly times: number;
  /** Waits, and rejects with the signal's reason when it fires. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets, for how long something took. */
  readonly elapsed: () => number;
}

/** What a try came to. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

/** Why a try is not the last one. */
export interface Again {
  /** How many milliseconds the other side asked to wait; undefined when it did not say. */
  readonly after: number | undefined;
  /** The try brought enough that all tries count anew. */
  readonly renewed?: boolean;
}

/** Judges a try: undefined when it is final. */
export type Judge<T> = (outcome: Outcome<T>) => Again | undefined;

const firstPause = 250;
const longestPause = 8000;
/** A registry that asks for more than this is not waited for: its answer is final. */
const longestRequestedPause = 60_000;

/**
 * Runs `task` until `judge` calls its outcome final or the policy's tries are used up, and gives that outcome.
 * Pauses grow from try to try and are random, so that clients that failed together do not return together.
 */
export async function retrying<T>(
  task: () => Promise<T>,
  judge: Judge<T>,
  policy: RetryPolicy,
  signal: AbortSignal,
): Promise<T> {
  const tries = new Tries(policy, signal);
  for (;;) {
    signal.throwIfAborted();
    const outcome = await outcomeOf(task);
    if (await tries.mayGoOn(() => judge(outcome))) continue;
    if (outcome.ok) return outcome.value;
    throw outcome.error;
  }
}

/** The tries of one task under a policy. */
class Tries {
  readonly #policy: RetryPolicy;
  readonly #signal: AbortSignal;
  #repetition = 0;

  constructor(policy: RetryPolicy, signal: AbortSignal) {
    this.#policy = policy;
    this.#signal = signal;
  }

  /** Waits until it is time for the next try, and is true then; false where there is none. Rejects when the signal fires. */
  async mayGoOn(judged: () => Again | undefined): Promise<boolean> {
    const { times, random, sleep: wait } = this.#policy;
    const again = this.#signal.aborted ? undefined : judged();
    if (again?.renewed === true) this.#repetition = 0;
    if (again === undefined || this.#repetition >= times) return false;
    if ((again.after ?? 0) > longestRequestedPause) return false;
    await wait(again.after ?? pause(this.#repetition, random), this.#signal);
    this.#repetition++;
    return true;
  }
}

/** Milliseconds before the next try: exponential, the second half of it random. */
export function pause(repetition: number, random: () => number): number {
  const full = Math.min(firstPause * 2 ** repetition, longestPause);
  return Math.round(full / 2 + (full / 2) * random());
}

async function outcomeOf<T>(task: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await task() };
  } catch (error) {
    return { ok: false, error };
  }
}

/** Answers after which the same request may well succeed. */
const passing = new Set([408, 429, 500, 502, 503, 504]);

/** True for a status after which the same request may well succeed. */
export function isPassing(status: number): boolean {
  return passing.has(status);
}

/**
 * Milliseconds that a `Retry-After` header asks to wait: seconds, or a date.
 * https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  // `Date.parse` takes nearly anything, so only what starts like an HTTP date may reach it.
  const date = /^[A-Z][a-z]{2,8}[, ]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Waits for so many milliseconds, or rejects with the signal's reason. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const done = () => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
