import { accessReasons } from './accessReasons.ts';
import { contentReasons } from './contentReasons.ts';
import { networkReasons } from './networkReasons.ts';
import type { Failure, Reason } from './reason.ts';
import { storeReasons } from './storeReasons.ts';

/** The order matters: what is said first is the more exact. */
export const reasons: readonly Reason[] = [
  ...storeReasons,
  ...contentReasons,
  ...accessReasons,
  ...networkReasons,
];

/** The first reason that the words are of. */
export function reasonOf(failure: Failure): Reason | undefined {
  const side = failure.side.endsWith('source') ? 'source' : 'destination';
  const ofFiles = failure.image.startsWith('file://');
  return reasons.find(
    (reason) =>
      (reason.side === undefined || reason.side === side) &&
      (reason.ofFiles !== true || ofFiles) &&
      (reason.ofNested !== true || (!ofFiles && failure.image.split('/').length > 3)) &&
      (reason.ofPlace === undefined || reason.ofPlace.test(failure.place ?? '')) &&
      reason.says.test(failure.reason) &&
      (reason.and === undefined || reason.and.test(failure.reason)),
  );
}
