import { UserError } from '../../base/errors.ts';
import type { Failure } from '../../runs/outcomes.ts';

/** The one line of a failure that was kept, as `UserError.line`. */
export function failureLine({ side, message, nextStep }: Failure): string {
  return new UserError('', message, { side, nextStep: nextStep ?? '' }).line;
}
