import { codeOf } from '../base/errors.ts';

/**
 * Why a file was not read or replaced, where it is not the operating system that says so. The message is the part of a
 * sentence that follows the file's name.
 */
export class DiskError extends Error {
  /**
   * - `notAFile`: a folder, a pipe, a device or a socket
   * - `outside`: a link that leads out of the folders that were named
   * - `tooLarge`: more bytes than asked for
   * - `noWriter`: a pipe that nobody writes to
   * - `changed`: somebody else wrote the file since it was read
   */
  readonly code: 'notAFile' | 'outside' | 'tooLarge' | 'noWriter' | 'changed';

  constructor(code: DiskError['code'], message: string) {
    super(message);
    this.name = 'DiskError';
    this.code = code;
  }
}

/** Why a file could not be used, as few words in brackets: `EACCES`, or `it is a pipe and no file`. */
export function reasonInBrackets(error: unknown): string {
  if (error instanceof DiskError) return error.message;
  return codeOf(error) || 'unknown error';
}

/** True when there is nothing at a path: no such file, or a file where a folder should be. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
}
