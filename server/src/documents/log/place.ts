import type { Failure } from './reason.ts';

/** Where the words of a failure name the registry that they are of, the surest first. Each is tried once; linear. */
const places: readonly RegExp[] = [
  /\blookup ([\w.-]{1,255}?)\.?(?::? on |: )/,
  /\\?"https?:\/\/([^/"\s\\]+)\//,
  /\bhttps?:\/\/([^/"\s]+)\/v2\//,
  /\b(?:GET|HEAD|POST|PUT|PATCH|Get|Head|Post|Put|Patch) \\?"?https?:\/\/([^/"\s?\\]+)/,
  /\bpulling from host (\S+)/,
  /\bregistry ([\w-]+(?:\.[\w-]+)+(?::\d{1,5})?|[\w.-]+:\d{1,5})[:/ ]/,
  /\b(?:exists|in|to) ([\w-]+(?:\.[\w-]+)+(?::\d{1,5})?|[\w.-]+:\d{1,5})[/:]/,
];

/** The registry that words such as `Get "https://HOST/v2/": …` name; undefined where they name none. */
export function placeInWords(words: string): string | undefined {
  for (const place of places) {
    const host = place.exec(words)?.[1];
    if (host !== undefined) return host;
  }
  return undefined;
}

/** The host in front of an image's name; undefined where it has none, as Docker Hub's short names. */
export function hostOf(image: string): string | undefined {
  const name = image.replace(/^docker:\/\//, '');
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  return /[.:]|^localhost$/.test(first) ? first : undefined;
}

/**
 * Who failed, in words. The reason's own URL says it best; otherwise the image does where it is on the failing
 * side.
 */
export function placeOf({ side, image, reason }: Failure): string {
  const named = placeInWords(reason);
  if (named !== undefined) return named;
  if (side === 'unnamed-destination') return 'the destination';
  if (side === 'unnamed-source') return 'the source';
  if (image.startsWith('file://')) return 'the file store';
  return hostOf(image) ?? (side === 'source' ? 'the source registry' : 'the destination registry');
}

/** A registry's name as the key of a ConfigMap with its certificate: a colon is no character of keys. */
export function trustKey(place: string): string {
  return place.replace(':', '..');
}
