import { createHash } from 'node:crypto';
import type { ManifestFile } from './manifestFile.ts';

/** The file that tells what was written by a run from what somebody has changed since. */
export const sumsName = 'SHA256SUMS';

/** Files with the sums of their contents, which `sha256sum -c` checks. */
export function withSums(files: readonly ManifestFile[]): ManifestFile[] {
  const lines = files.map(({ name, text }) => `${sumOf(text)}  ${name}\n`);
  return [...files, { name: sumsName, text: lines.join('') }];
}

/** The sums that a file of them has, by the names of the files. Lines of another form are passed over. */
export function readSums(text: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, sum, name] = /^([0-9a-f]{64}) {2}([A-Za-z0-9][\w.-]{0,254})$/.exec(line) ?? [];
    if (sum !== undefined && name !== undefined) sums.set(name, sum);
  }
  return sums;
}

/** SHA-256 of a text in UTF-8, or of bytes, in hexadecimal. */
export function sumOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
