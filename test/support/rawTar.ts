/**
 * Tar archives entry by entry, also such as no tool writes: for tests of what reads them.
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06
 */
export interface RawEntry {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Three or four octal digits; 644 where nothing is said. */
  readonly mode?: string;
  /** The type flag; a file where nothing is said. */
  readonly type?: string;
  readonly link?: string;
  /** The size as the header has it, where it is not that of the content. */
  readonly size?: number;
  /** Another magic than that of POSIX. */
  readonly magic?: string;
  /** Adds one to the checksum. */
  readonly wrongChecksum?: boolean;
  /** Records of a PAX header before the entry. */
  readonly pax?: Readonly<Record<string, string>>;
}

/** What ends an archive. */
export const tarEnd: Buffer = Buffer.alloc(1024);

/** An archive of these entries, with its end. */
export function rawTar(entries: readonly RawEntry[]): Buffer {
  return Buffer.concat([...entries.map(rawEntry), tarEnd]);
}

/** One entry: its headers, its content, and what fills its last block. */
export function rawEntry(entry: RawEntry): Buffer {
  const content = Buffer.from((entry.content ?? '') as string);
  const before =
    entry.pax === undefined
      ? []
      : [rawEntry({ name: 'PaxHeaders/x', type: 'x', content: paxRecords(entry.pax) })];
  return Buffer.concat([...before, header(entry, content.length), content, filling(content.length)]);
}

/** A folder. */
export function folder(name: string, mode = '644'): RawEntry {
  return { name: `${name}/`, type: '5', mode };
}

/** A symbolic link. */
export function symlink(name: string, link: string): RawEntry {
  return { name, type: '2', link };
}

/** Another name of a file. */
export function hardlink(name: string, link: string): RawEntry {
  return { name, type: '1', link };
}

function header(entry: RawEntry, length: number): Buffer {
  const {
    name,
    mode = '644',
    type = '0',
    link = '',
    size = length,
    magic = 'ustar\u000000',
    wrongChecksum = false,
  } = entry;
  const block = Buffer.alloc(512);
  block.write(name, 0, 100);
  block.write(`${mode.padStart(7, '0')}\0`, 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  // The checksum is computed with its own field full of spaces.
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157, 100);
  block.write(magic, 257);
  const sum = block.reduce((total, byte) => total + byte, 0) + (wrongChecksum ? 1 : 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function paxRecords(records: Readonly<Record<string, string>>): string {
  return Object.entries(records)
    .map(([key, value]) => {
      const length = Buffer.byteLength(` ${key}=${value}\n`);
      const digits = String(length + String(length).length).length;
      return `${length + digits} ${key}=${value}\n`;
    })
    .join('');
}

function filling(length: number): Buffer {
  return Buffer.alloc((512 - (length % 512)) % 512);
}
