import type { BigIntStats } from 'node:fs';

/** Files that were read or written whole by this process and have their digests. */
const whole = new Set<string>();
const mostWhole = 100_000;

/** What a file is, and when it was written: equal while nobody writes to it, and for hard links of one file. */
export function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(' ');
}

/** True when the file of an identity is known to have a digest. */
export function isKnownWhole(identity: string, digest: string): boolean {
  return whole.has(`${identity} ${digest}`);
}

/** Notes that the file of an identity has a digest. */
export function rememberWhole(identity: string, digest: string): void {
  if (whole.size >= mostWhole) whole.clear();
  whole.add(`${identity} ${digest}`);
}
