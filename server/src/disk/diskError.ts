import { codeOf } from '../base/errors.ts';
import { t } from '../base/sentences.ts';

/**
 * Why a file was not read or replaced, where it is not the operating system that says so. The message calls the file "it",
 * for where its name has been said.
 */
export class DiskError extends Error {
  /**
   * - `notAFile`: a folder, a pipe, a device or a socket
   * - `outside`: a link that leads out of the folders that were named
   * - `tooLarge`: more bytes than asked for
   * - `noWriter`: a pipe that nobody writes to
   * - `changed`: somebody else wrote the file since it was read
   * - `locked`: somebody else has been writing it for long
   */
  readonly code: 'notAFile' | 'outside' | 'tooLarge' | 'noWriter' | 'changed' | 'locked';

  /** Says the same by the file's name, for a file that was to be read. */
  readonly ofFile: (path: string) => string;

  constructor(
    code: DiskError['code'],
    message: string,
    ofFile: DiskError['ofFile'] = (path) => `${path}: ${message}`,
  ) {
    super(message);
    this.name = 'DiskError';
    this.code = code;
    this.ofFile = ofFile;
  }
}

/** Why a file could not be used, as few words in brackets: `EACCES`, or `it is a pipe and no file`. */
export function reasonInBrackets(error: unknown): string {
  if (error instanceof DiskError) return error.message;
  return codeOf(error) || t('unknown error');
}

/** True when there is nothing at a path: no such file, or a file where a folder should be. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}
