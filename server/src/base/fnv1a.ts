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
  let hash = offsetBasis;
  for (const byte of encoder.encode(text)) hash = Math.imul(hash ^ byte, prime);
  return hash >>> 0;
}

/**
 * What the hash was before the text at its end was added: `fnv1aBefore(fnv1a(a + b), b)` is `fnv1a(a)`. Each step of
 * the hash can be taken back, so that every beginning of a text can be tried without hashing its end again.
 */
export function fnv1aBefore(hash: number, end: string): number {
  let before = hash;
  for (const byte of encoder.encode(end).reverse()) before = Math.imul(before, inversePrime) ^ byte;
  return before >>> 0;
}

const encoder = new TextEncoder();
