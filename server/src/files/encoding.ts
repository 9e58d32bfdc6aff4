import { isUtf8 } from 'node:buffer';
import { withoutMark } from '../documents/lines.ts';

/**
 * How the text of a file is written.
 * - `utf-8`: as everything of ours is
 * - `utf-16le`, `utf-16be`: as PowerShell and some editors of Windows write it
 * - `8-bit`: something that has ASCII in common with UTF-8
 * - `binary`: no text
 */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | '8-bit' | 'binary';

/** Bytes at the start in which text has no zero. */
const probe = 1024;

/** Tells the encoding of a text by its byte order mark, and without one by where its zero bytes are. */
export function encodingOf(bytes: Buffer): Encoding {
  const [first, second] = bytes;
  if (bytes.length >= 2 && first === 0xff && second === 0xfe) return 'utf-16le';
  if (bytes.length >= 2 && first === 0xfe && second === 0xff) return 'utf-16be';
  if (bytes.subarray(0, probe).includes(0)) {
    if (first !== 0 && second === 0) return 'utf-16le';
    return first === 0 && second !== 0 ? 'utf-16be' : 'binary';
  }
  return isUtf8(bytes) ? 'utf-8' : '8-bit';
}

/** The text of a file that is only read, without its byte order mark. What is not UTF-16 is read as UTF-8. */
export function decodeText(bytes: Buffer): string {
  const encoding = encodingOf(bytes);
  if (encoding === 'utf-16le') return withoutMark(bytes.toString('utf16le'));
  if (encoding !== 'utf-16be') return withoutMark(bytes.toString('utf8'));
  const whole = Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2)));
  return withoutMark(whole.swap16().toString('utf16le'));
}
