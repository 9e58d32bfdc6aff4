/**
 * FNV-1a with 32 bits, forwards and backwards.
 * http://www.isthe.com/chongo/tech/comp/fnv/#FNV-1a
 */

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;
/** `prime` times this is 1 modulo 2^32: it takes a multiplication back. */
const inversePrime = 0x359c449b;

/** The hash of a text in UTF-8, as an unsigned number. */
export function fnv1a(text: string): number {
  const bytes = bytesOf(text);
  let hash = offsetBasis;
  for (let at = 0; at < bytes.length; at++) hash = Math.imul(hash ^ byteAt(bytes, at), prime);
  return hash >>> 0;
}

/**
 * What the hash was before the text at its end was added: `fnv1aBefore(fnv1a(a + b), b)` is `fnv1a(a)`. Each step of
 * the hash can be taken back, so that every beginning of a text can be tried without hashing its end again.
 */
export function fnv1aBefore(hash: number, end: string): number {
  const bytes = bytesOf(end);
  let before = hash;
  for (let at = bytes.length - 1; at >= 0; at--) before = Math.imul(before, inversePrime) ^ byteAt(bytes, at);
  return before >>> 0;
}

/** Pull specs are ASCII, in which characters are bytes already: files have ten thousands of them, and nothing is made. */
function bytesOf(text: string): string | Uint8Array {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7f) return encoder.encode(text);
  return text;
}

function byteAt(bytes: string | Uint8Array, at: number): number {
  return typeof bytes === 'string' ? bytes.charCodeAt(at) : (bytes[at] as number);
}

const encoder = new TextEncoder();
