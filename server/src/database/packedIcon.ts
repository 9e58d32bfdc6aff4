import type { Icon } from '../catalog/model.ts';

/** The first byte: the picture follows as it is, or as the text that stands in the catalog. */
const asPicture = 1;
const asText = 0;

/** An icon as bytes: a picture is packed already, so it is kept as it is where its base64 says no more than that. */
export function packIcon({ mediaType, base64 }: Icon): Uint8Array {
  const picture = Buffer.from(base64, 'base64');
  const isPicture = picture.toString('base64') === base64;
  return Buffer.concat([
    Buffer.from([isPicture ? asPicture : asText]),
    Buffer.from(`${JSON.stringify(mediaType)}\n`),
    isPicture ? picture : Buffer.from(base64),
  ]);
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
