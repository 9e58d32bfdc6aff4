import { gunzip } from '../base/inflate.ts';

/** More text than any configuration file of a node has; what is compressed could be anything. */
const longestText = 4 * 1024 * 1024;

/**
 * The text that a `data:` URL holds, as Ignition reads it; undefined for another URL, for bytes that are no UTF-8 and for
 * more than 4 MiB of text.
 * https://www.rfc-editor.org/rfc/rfc2397
 *
 * @param compression what Ignition's `contents.compression` says
 */
export function dataUrlText(url: string, compression: '' | 'gzip' = ''): string | undefined {
  const comma = url.indexOf(',');
  if (!/^data:/i.test(url) || comma === -1) return undefined;
  const isBase64 = /;\s*base64\s*$/i.test(url.slice(Math.max(0, comma - 20), comma));
  const content = percentDecoded(url.slice(comma + 1));
  const bytes = isBase64 ? base64Decoded(content) : content;
  const plain = bytes !== undefined && compression === 'gzip' ? gunzip(bytes, longestText) : bytes;
  if (plain === undefined || plain.length > longestText) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(plain);
  } catch {
    return undefined;
  }
}

function percentDecoded(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (!text.includes('%')) return bytes;
  const decoded: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const code = byte === 0x25 ? hexByte(bytes[at + 1], bytes[at + 2]) : undefined;
    decoded.push(code ?? byte);
    if (code !== undefined) at += 2;
  }
  return Uint8Array.from(decoded);
}

function hexByte(high: number | undefined, low: number | undefined): number | undefined {
  const text = String.fromCharCode(high ?? 0, low ?? 0);
  return /^[0-9a-fA-F]{2}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** Blanks and line ends are passed over, as they come from long lines in YAML; undefined for what is no base64. */
function base64Decoded(text: Uint8Array): Uint8Array | undefined {
  try {
    const decoded = atob(new TextDecoder().decode(text));
    return Uint8Array.from(decoded, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** A text as a `data:` URL that people can read: only what a URL cannot hold is escaped. */
export function textDataUrl(text: string): string {
  return `data:,${encodeURIComponent(text)}`;
}
