import type { FileHandle } from 'node:fs/promises';

/** Files that were read or written whole by this process and have their digests. */
const whole = new Set<string>();
const mostWhole = 100_000;

/** True when an open file is known to have a digest, and nothing has been written to it since. Hard links are one file. */
export async function isKnownWhole(handle: FileHandle, digest: string): Promise<boolean> {
  return whole.has(await identityOf(handle, digest));
}

/** Notes that an open file has a digest. */
export async function rememberWhole(handle: FileHandle, digest: string): Promise<void> {
  if (whole.size >= mostWhole) whole.clear();
  whole.add(await identityOf(handle, digest));
}

async function identityOf(handle: FileHandle, digest: string): Promise<string> {
  const { dev, ino, size, mtimeNs } = await handle.stat({ bigint: true });
  return [dev, ino, size, mtimeNs, digest].join(' ');
}
