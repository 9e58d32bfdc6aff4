/**
 * Content digests, `algorithm:hex`.
 * https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests
 */
const registered = new Map([
  ['sha256', 64],
  ['sha512', 128],
]);

const algorithmCharacters = /^[A-Za-z][A-Za-z0-9]*$/;
const hexCharacters = /^[0-9a-fA-F]+$/;
const usualPrefix = 'sha256:';
const usualLength = usualPrefix.length + 64;

/** Nearly every digest there is. Character by character, as a file has ten thousands of them and this is much quicker. */
function isUsual(text: string): boolean {
  if (text.length !== usualLength || !text.startsWith(usualPrefix)) return false;
  for (let at = usualPrefix.length; at < usualLength; at++) {
    const code = text.charCodeAt(at);
    if ((code < 0x30 || code > 0x39) && (code < 0x61 || code > 0x66)) return false;
  }
  return true;
}

/**
 * True for a digest that a reference may carry, by the grammar that `oc` and the registries use: an algorithm
 * of letters and digits (parts joined by one of `-_+.`), a colon, and at least 32 hexadecimal digits.
 * https://github.com/distribution/reference/blob/main/reference.go
 */
export function isDigest(text: string): boolean {
  if (isUsual(text)) return true;
  const colon = text.indexOf(':');
  if (colon < 1) return false;
  const algorithm = text.slice(0, colon);
  const hex = text.slice(colon + 1);
  if (hex.length < 32 || !hexCharacters.test(hex)) return false;
  if (!algorithm.split(/[-_+.]/).every((part) => algorithmCharacters.test(part))) return false;
  const length = registered.get(algorithm);
  return length === undefined || (hex.length === length && hex === hex.toLowerCase());
}

/** True when the digest's algorithm is one that we can compute, so that content can be held to it. */
export function isVerifiable(digest: string): boolean {
  return isDigest(digest) && registered.has(digest.slice(0, digest.indexOf(':')));
}

/** The digest as people read it in a hint: algorithm and the first 12 hexadecimal digits, `sha256:315510f9b9c3`. */
export function shortDigest(digest: string): string {
  const colon = digest.indexOf(':');
  return digest.slice(0, colon + 1 + 12);
}
