import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { t } from '../base/sentences.ts';
import { DiskError } from './diskError.ts';
import { unblocked } from './openFile.ts';

/** A file that lines are added to, one by one. */
export interface LineFile {
  /**
   * Adds whole lines, each with its end.
   * @throws what the operating system says
   */
  append(lines: string): void;
  close(): void;
}

/**
 * Opens a file to add lines at its end. A last line that a killed program left without its end gets one, so that the next one
 * stands by itself.
 *
 * @throws DiskError `notAFile`; what the operating system says
 */
export function openLineFile(path: string): LineFile {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | unblocked, 0o644);
  try {
    const info = fstatSync(fd);
    if (!info.isFile()) throw new DiskError('notAFile', t('it is no file'));
    const last = Buffer.alloc(1);
    const isTorn = info.size > 0 && readSync(fd, last, 0, 1, info.size - 1) === 1 && last[0] !== lineEnd;
    if (isTorn) appendTo(fd, '\n');
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return { append: (lines) => appendTo(fd, lines), close: () => closeSync(fd) };
}

const lineEnd = 0x0a;

function appendTo(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
