import { readSync, writeSync } from 'node:fs';

const chunkSize = 1024 * 1024;

/** True while an open file holds exactly these bytes. */
export function holds(fd: number, expected: Buffer): boolean {
  const chunk = Buffer.allocUnsafe(Math.min(chunkSize, expected.length + 1));
  for (let at = 0; ; ) {
    const length = readSync(fd, chunk, 0, chunk.length, at);
    if (length === 0) return at === expected.length;
    if (at + length > expected.length) return false;
    if (chunk.compare(expected, at, at + length, 0, length) !== 0) return false;
    at += length;
  }
}

/** Writes all bytes at a place of an open file; a disk that takes only a part is asked again for the rest. */
export function writeAll(fd: number, bytes: Buffer, place: number): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(fd, bytes, at, bytes.length - at, place + at);
  }
}
