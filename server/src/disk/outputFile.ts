import { constants, fstatSync, ftruncateSync, openSync } from 'node:fs';
import { unblocked } from './openFile.ts';

/**
 * Opens what a program writes its lines to while it runs: a new file, one of an earlier run, which is emptied, or a pipe
 * or device that somebody named. Whoever has it closes it.
 *
 * @throws what the operating system says: for a pipe too that nobody reads from, instead of waiting
 */
export function openOutputFile(path: string): number {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | unblocked, 0o666);
  if (fstatSync(fd).isFile()) ftruncateSync(fd);
  return fd;
}
