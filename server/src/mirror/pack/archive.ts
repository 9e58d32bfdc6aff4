import { createTarPacker, type TarHeader } from 'modern-tar';
import { digestOf } from '../../content/contentDigest.ts';
import { contentsText, type PackContents, type PackEntry } from './packContents.ts';

/** The name of the list of contents in an archive, of which it is the first entry. */
export const contentsName = 'operator-mirror-contents.json';

/** Tar counts in blocks. */
const block = 512;
/** Two empty blocks end an archive. */
const endSize = 2 * block;

/** One entry of an archive, and where it is. */
export interface Piece {
  /** Undefined for the list of contents. */
  readonly entry: PackEntry | undefined;
  /** Where it begins in the archive, with its head: the blocks before its content (`headOf`). */
  readonly start: number;
  readonly headSize: number;
  /** Bytes of its content, without what fills the last block. */
  readonly size: number;
}

/** A tar archive whose every byte follows from its list of contents, so that any part of it can be made, or skipped, by itself. */
export interface Archive {
  readonly contents: PackContents;
  /** Of the list of contents, whose text is the content of the first piece. */
  readonly text: Buffer;
  /** Eight digits of the digest of the list: the same list is the same archive. */
  readonly id: string;
  readonly pieces: readonly Piece[];
  /** Bytes of the whole archive. */
  readonly size: number;
}

/** The archive of a list of contents. `tar xf` unpacks it, too. */
export async function archiveOf(contents: PackContents): Promise<Archive> {
  const text = Buffer.from(contentsText(contents));
  const pieces: Piece[] = [];
  let start = 0;
  for (const entry of [undefined, ...contents.entries]) {
    const size = entry === undefined ? text.length : sizeOf(entry);
    const piece = { entry, start, size, headSize: block };
    const headSize = hasRoom(piece) ? block : (await headOf(piece)).length;
    pieces.push({ ...piece, headSize });
    start += headSize + padded(size);
  }
  const id = digestOf(text).slice('sha256:'.length, 'sha256:'.length + 8);
  return { contents, text, id, pieces, size: start + endSize };
}

/** Bytes of the content that an entry has in an archive: links have none. */
export function sizeOf(entry: PackEntry): number {
  return entry.kind === 'content' || entry.kind === 'state' ? entry.size : 0;
}

/** The bytes of content with what fills its last block. */
export function padded(size: number): number {
  return Math.ceil(size / block) * block;
}

/**
 * The blocks before the content of a piece: its header, and where that has no room for a long name or a large size another one
 * before it that says them.
 */
export async function headOf({ entry, size }: Pick<Piece, 'entry' | 'size'>): Promise<Buffer> {
  const { readable, controller } = createTarPacker();
  const reader = readable.getReader();
  // The library hands on the blocks of a header at once; the content is not written through it.
  controller.add(headerOf(entry, size));
  const parts: Uint8Array[] = [];
  let isExtended = false;
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) break;
    parts.push(value);
    if (parts.length === 1) isExtended = typeIn(value) === 'x';
    // Of an extended one the content follows, and then the header itself.
    if (!isExtended || (parts.length > 2 && value.length === block)) break;
  }
  return Buffer.concat(parts);
}

/** The size in the head of a list of contents; undefined for other bytes. */
export function contentsSizeIn(head: Uint8Array): number | undefined {
  const text = Buffer.from(head).toString('latin1');
  // Where tar has the size of an entry, in octal digits: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html
  const size = /^[0-7]+/.exec(text.slice(124, 136))?.[0];
  return text.startsWith(`${contentsName}\0`) && size !== undefined ? Number.parseInt(size, 8) : undefined;
}

function typeIn(header: Uint8Array): string {
  return String.fromCharCode(header[156] ?? 0);
}

/** True where a header has room for everything: for names of 100 bytes, and octal numbers of eleven digits. */
function hasRoom({ entry, size }: Pick<Piece, 'entry' | 'size'>): boolean {
  const { name, linkname = '' } = headerOf(entry, size);
  return name.length <= 100 && linkname.length <= 100 && size < 8 ** 11;
}

/** Always the same time and owner: what is packed again is the same archive. */
function headerOf(entry: PackEntry | undefined, size: number): TarHeader {
  const header = { name: entry?.path ?? contentsName, size, mode: 0o644, uid: 0, gid: 0, mtime: new Date(0) };
  switch (entry?.kind) {
    case undefined:
    case 'content':
    case 'state':
      return { ...header, type: 'file' };
    case 'same':
      return { ...header, type: 'link', linkname: entry.as };
    case 'tag':
      return { ...header, type: 'symlink', linkname: entry.target };
  }
}
