import { closeSync, constants, openSync, renameSync, rmSync } from 'node:fs';
import { isAbsent } from './diskError.ts';
import { unblocked } from './openFile.ts';
import { holds } from './syncBytes.ts';

/**
 * Gives a file that is ready the name of another one, in one step: whoever opens the name finds the old content or the new one
 * at every moment. False, and the ready file is gone, where the name has other content than `expected`; undefined expects
 * that there is nothing. Nothing waits between the look and the step.
 *
 * Owner, mode and attributes are the new file's: this is for files that a program keeps for itself, where `replaceFile` is for
 * those of a person.
 */
export function renameOver(ready: string, path: string, expected: Buffer | undefined): boolean {
  const isExpected = hasContent(path, expected);
  if (isExpected) renameSync(ready, path);
  else rmSync(ready, { force: true });
  return isExpected;
}

function hasContent(path: string, expected: Buffer | undefined): boolean {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | unblocked);
  } catch (error) {
    if (isAbsent(error)) return expected === undefined;
    throw error;
  }
  try {
    return expected !== undefined && holds(fd, expected);
  } finally {
    closeSync(fd);
  }
}
