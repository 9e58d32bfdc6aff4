/**
 * FNV-1a with 32 bits, forwards and backwards.
 * http://www.isthe.com/chongo/tech/comp/fnv/#FNV-1a
 */

const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;
/** `prime` times this is 1 modulo 2^32: it takes a multiplication back. */
const inversePrime = 0x359c449b;

/** The hash of a text in UTF-8, as an unsigned number. `fnv1a(b, fnv1a(a))` is `fnv1a(a + b)`. */
export function fnv1a(text: string, before = offsetBasis): number {
  let hash = before;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > lastOfAscii) return forwards(encoder.encode(text), before);
    hash = Math.imul(hash ^ code, prime);
  }
  return hash >>> 0;
}

/**
 * What the hash was before the text at its end was added: `fnv1aBefore(fnv1a(a + b), b)` is `fnv1a(a)`. Each step of
 * the hash can be taken back, so that every beginning of a text can be tried without hashing its end again.
 */
export function fnv1aBefore(hash: number, end: string): number {
  let before = hash;
  for (let at = end.length - 1; at >= 0; at--) {
    const code = end.charCodeAt(at);
    if (code > lastOfAscii) return backwards(hash, encoder.encode(end));
    before = Math.imul(before, inversePrime) ^ code;
  }
  return before >>> 0;
}

/** Pull specs are ASCII, in which characters are bytes already: files have ten thousands of them, and nothing is made. */
const lastOfAscii = 0x7f;

const encoder = new TextEncoder();

function forwards(bytes: Uint8Array, before: number): number {
  let hash = before;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, prime);
  return hash >>> 0;
}

function backwards(hash: number, bytes: Uint8Array): number {
  let before = hash;
  for (const byte of bytes.toReversed()) before = Math.imul(before, inversePrime) ^ byte;
  return before >>> 0;
}
