import type { Icon } from '../catalog/model.ts';

/** Characters of base64 of the largest icon that is shown. Most have some thousand, and a catalog has hundreds of them. */
const longest = 48 * 1024;

/** How the base64 of pictures begins, by their media types. */
const beginnings: Readonly<Record<string, readonly string[]>> = {
  'image/png': ['iVBORw0KGgo'],
  'image/jpeg': ['/9j/'],
  'image/gif': ['R0lGODdh', 'R0lGODlh'],
  // `<`, after a mark of the byte order or blanks.
  'image/svg+xml': ['P', '77u/P', 'ID', 'IC', 'Cg', 'Cj', 'DQ'],
};

/**
 * The icon of a package as a `data:` address for an image element or a background, and for nothing else: an SVG that is shown so
 * runs no script and loads nothing. Undefined for what is no picture, or too large. What a catalog says of it is anybody's word.
 */
export function iconAddress(icon: Icon | undefined): string | undefined {
  if (icon === undefined || icon.base64.length > longest) return undefined;
  const mediaType = icon.mediaType.trim().toLowerCase();
  const known = Object.hasOwn(beginnings, mediaType) ? beginnings[mediaType] : undefined;
  const base64 = icon.base64.replace(/\s+/g, '');
  if (known === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  if (!known.some((beginning) => base64.startsWith(beginning))) return undefined;
  return `data:${mediaType};base64,${base64}`;
}
