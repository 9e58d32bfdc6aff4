import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, realpath, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../base/errors.ts';
import type { Position, TextEdit } from '../base/range.ts';
import { lineEndOf } from '../documents/lines.ts';

/** In bytes. No file of ours is near this; a bigger one is something else, and reading it would only cost memory. */
export const longestFile = 64 * 1024 * 1024;

/** Reads a text file whole. A byte order mark stays in the text: what is written back must have it too. */
export async function readText(path: string): Promise<string> {
  return (await readBytes(path)).toString('utf8');
}

/** The text of a file that is only read, without its mark; PowerShell writes UTF-16 where others write UTF-8. */
export function decodeText(bytes: Buffer): string {
  const utf16 = bytes.length >= 2 && bytes.readUInt16BE(0) === 0xfffe;
  return withoutMark(bytes.toString(utf16 ? 'utf16le' : 'utf8'));
}

/** Reads a file whole, as long as it may be. Rejects with a `UserError` that says what to do. */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    const info = await stat(path);
    // A pipe, such as a shell’s <(command), has an end that nobody knows, and a device may have none.
    if (!info.isFile() && !info.isDirectory()) return await readStream(createReadStream(path), path);
    const { size } = info;
    if (size > longestFile) {
      throw new UserError('too-large', `${path} is ${Math.round(size / 1024 / 1024)} MiB`, {
        nextStep: 'no mapping or mirror set is that long, so name the file that you meant',
      });
    }
    return await readFile(path);
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(path, error);
  }
}

/** Reads a stream to its end, as long as a file may be. `name` is what a message calls it. */
export async function readStream(stream: AsyncIterable<Buffer | string>, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    size += bytes.length;
    if (size > longestFile) {
      throw new UserError('too-large', `${name} has more than ${longestFile / 1024 / 1024} MiB`, {
        nextStep: 'pass the part that matters',
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** What a parser sees of a text: without its byte order mark. */
export function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

/**
 * Replaces a file in one step: a reader sees the old text or the new one, and a full disk leaves the old one.
 * A symbolic link stays a link; the mode is kept. A file that is not UTF-8 is left alone: its text was not read
 * as it is, and writing it back would change bytes that nobody touched.
 */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    const target = await realpath(path);
    const { mode } = await stat(target);
    if (!isUtf8(await readFile(target))) {
      throw new UserError('not-utf8', `${path} is not UTF-8`, {
        nextStep: 'save it as UTF-8, then run this again',
      });
    }
    const temporary = join(dirname(target), `.operator-mirror-${randomBytes(6).toString('hex')}.tmp`);
    const file = await open(temporary, 'wx', mode & 0o777);
    try {
      try {
        await file.chmod(mode & 0o777);
        await file.writeFile(text, 'utf8');
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, target);
    } catch (error) {
      await unlink(temporary);
      throw error;
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError('unwritable', `${path} could not be written: ${reason}`, {
      nextStep: 'the file is as it was; free some space or change its permissions, then run this again',
      cause: error,
    });
  }
}

/**
 * Applies edits to a text. Nothing but the edited ranges changes: line ends, a byte order mark and everything
 * else stay to the byte; added line ends are of the kind that the text uses. Edits must not overlap.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const offsetOf = offsets(text);
  const lineEnd = lineEndOf(text);
  const placed = edits.map((edit, order) => ({
    start: offsetOf(edit.range.start),
    end: offsetOf(edit.range.end),
    newText: lineEnd === '\n' ? edit.newText : edit.newText.replaceAll('\n', lineEnd),
    order,
  }));
  placed.sort((a, b) => a.start - b.start || a.order - b.order);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, newText } of placed) {
    parts.push(text.slice(at, Math.max(start, at)), newText);
    at = Math.max(end, at);
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** Positions to offsets, with the line ends of LSP. Positions count from after the byte order mark. */
function offsets(text: string): (position: Position) => number {
  const starts = [text.startsWith('\uFEFF') ? 1 : 0];
  const ends: number[] = [];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) {
    ends.push(match.index);
    starts.push(match.index + match[0].length);
  }
  ends.push(text.length);
  return ({ line, character }) => {
    const start = starts[line];
    const end = ends[line];
    return start === undefined || end === undefined ? text.length : Math.min(start + character, end);
  };
}

/** The error for a file or a folder that the operating system did not let us read. */
export function unreadable(path: string, error: unknown): UserError {
  const code = (error as { code?: string }).code;
  const reasons: Record<string, [string, string]> = {
    ENOENT: [`there is no ${path}`, 'check the path'],
    EACCES: [`${path} may not be read`, 'change its permissions or run this as another user'],
    EISDIR: [`${path} is a folder`, 'name a file'],
  };
  const [message, nextStep] = reasons[code ?? ''] ?? [
    `${path} could not be read: ${String(error)}`,
    'check the path',
  ];
  return new UserError('unreadable', message, { nextStep, cause: error });
}
