import type { Icon } from '../catalog/model.ts';

/** The first byte: the picture follows as it is, or as the text that stands in the catalog. */
const asPicture = 1;
const asText = 0;

/** An icon as bytes: a picture is packed already, so it is kept as it is where its base64 says no more than that. */
export function packIcon({ mediaType, base64 }: Icon): Uint8Array {
  const head = ` ${JSON.stringify(mediaType)}\n`;
  const start = Buffer.byteLength(head);
  const picture = Buffer.allocUnsafeSlow(start + Buffer.byteLength(base64, 'base64'));
  const end = start + picture.write(base64, start, 'base64');
  if (saysNoMoreThan(base64, picture.subarray(start, end))) {
    picture.write(head);
    picture[0] = asPicture;
    return picture.subarray(0, end);
  }
  const text = Buffer.from(head + base64);
  text[0] = asText;
  return text;
}

/**
 * True where these bytes are written in base64 just so. Then no letter was passed over, none is of base64 for addresses, and the last
 * ones say nothing that is dropped: what is long need not be written again to be compared.
 */
function saysNoMoreThan(base64: string, bytes: Buffer): boolean {
  const end = Math.max(0, base64.length - 4);
  return (
    base64.length === 4 * Math.ceil(bytes.length / 3) &&
    !base64.includes('-') &&
    !base64.includes('_') &&
    bytes.toString('base64', (end / 4) * 3) === base64.slice(end)
  );
}

/** The icon again; undefined for bytes that are none. */
export function unpackIcon(bytes: Uint8Array): Icon | undefined {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = packed.indexOf('\n');
  const mediaType = end === -1 ? undefined : jsonText(packed.toString('utf8', 1, end));
  if (mediaType === undefined) return undefined;
  return { mediaType, base64: packed.toString(packed[0] === asPicture ? 'base64' : 'utf8', end + 1) };
}

function jsonText(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
