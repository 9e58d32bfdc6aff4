import { t } from './sentences.ts';
import { inClauses } from './words.ts';

/**
 * An error that a user reads: what failed, on which side, and the next step. Rooms that do I/O throw these;
 * anything else that is thrown is a defect and is reported as one.
 */
export class UserError extends Error {
  /** What the user can do next, one sentence without a final dot; empty when the message says it all. */
  readonly nextStep: string;
  /** Which end of a copy failed, when there are two. */
  readonly side: 'source' | 'destination' | undefined;
  /** A stable word for programs and tests, such as `unauthorized`. */
  readonly code: string;

  constructor(
    code: string,
    message: string,
    options: { nextStep?: string; side?: 'source' | 'destination'; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'UserError';
    this.code = code;
    this.nextStep = options.nextStep ?? '';
    this.side = options.side;
  }

  /** The one line that goes to a terminal or a notification. */
  get line(): string {
    const what = this.nextStep === '' ? this.message : inClauses([this.message, this.nextStep]);
    return this.side === undefined ? what : t('{0}: {1}', sideWord(this.side), what);
  }
}

function sideWord(side: 'source' | 'destination'): string {
  return side === 'source' ? t('source') : t('destination');
}

/** The text of anything thrown, for a log or an error line. */
export function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.line;
  return error instanceof Error ? error.message : String(error);
}

/** `ENOSPC`, `SQLITE_CORRUPT` and the like, of what the system or a library threw; empty where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
