import { isAbsent } from '../../disk/diskError.ts';
import { readFileWithin } from '../../disk/readFile.ts';
import { writeStream } from '../../disk/writeStream.ts';
import { reading, writing } from '../../stores/storeErrors.ts';

/** The sha256 of files in hexadecimal digits, by their names in the folder. */
export type Checksums = ReadonlyMap<string, string>;

/** Bytes of the longest list of checksums: as many as an archive of the most and smallest volumes needs. */
const longest = 16 * 1024 * 1024;

/** The file with the checksums of an archive. */
export function checksumsPath(base: string): string {
  return `${base}.sha256`;
}

/** What a list of checksums says; nothing where there is none. Lines of another form count for nothing. */
export async function readChecksums(path: string): Promise<Checksums> {
  const text = await reading(path, async () => {
    try {
      return (await readFileWithin(path, { most: longest })).toString('utf8');
    } catch (error) {
      if (isAbsent(error)) return '';
      throw error;
    }
  });
  const lines = text.split('\n').map((line) => /^([0-9a-f]{64})[ ][ *]([^/]+)$/.exec(line));
  return new Map(lines.flatMap((found) => (found?.[1] && found[2] ? [[found[2], found[1]] as const] : [])));
}

/** Writes the list in the form that `sha256sum --check` reads. */
export async function writeChecksums(path: string, sums: Checksums): Promise<void> {
  const text = [...sums].map(([name, sum]) => `${sum}  ${name}\n`).join('');
  await writing(path, () => writeStream(path, [Buffer.from(text)]));
}
