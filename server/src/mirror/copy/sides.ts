import { messageOf, UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';

/** Which end of a copy. */
export type Side = 'source' | 'destination';

/**
 * Runs what is done at one end of a copy, so that a failure says which end it was. An error that says so
 * already keeps its side: a destination that reads from the source fails with the source's errors.
 */
export async function at<T>(side: Side, task: () => Promise<T> | T): Promise<T> {
  try {
    return await task();
  } catch (error) {
    throw withSide(side, error);
  }
}

/** What a destination may answer for what it does not have, or has in a way that nobody can read. */
const asGoodAsAbsent = new Set(['unauthorized', 'denied', 'unavailable']);

/**
 * Asks the destination for something that may be there. Registries hide repositories that do not exist yet
 * behind 401 and 403, and let the same account create them; one whose disk was full answers 500 for what it had no
 * room to write down. All that counts as `absent`, and the write that follows tells the truth.
 */
export async function lookUp<T>(task: () => Promise<T>, absent: T): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof UserError && asGoodAsAbsent.has(error.code)) return absent;
    throw withSide('destination', error);
  }
}

/** The error with a side, where it is one for users that has none yet. */
export function withSide(side: Side, error: unknown): unknown {
  if (!(error instanceof UserError) || error.side !== undefined || error.code === 'cancelled') return error;
  const { code, message, nextStep } = error;
  return new UserError(code, message, { nextStep, side, cause: error });
}

/** Anything thrown as an error for users; what was not thrown for them is a defect, and is called one. */
export function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError('defect', t('an error in operator-mirror itself: {0}', messageOf(error)), {
    nextStep: t('please report it'),
    cause: error,
  });
}
