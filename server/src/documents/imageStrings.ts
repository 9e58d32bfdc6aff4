import { type ImageReference, looksLikeRegistry, parseReference } from './imageReference.ts';
import { isInRegistry } from './transport.ts';

/** An image reference in a line of text; `end` is exclusive. */
export interface ImageInLine {
  readonly reference: ImageReference;
  readonly start: number;
  readonly end: number;
}

/** No reference is longer: 255 for the name, 128 for the tag, and a digest. */
const longest = 600;
const allowed = /[\w.:/@-]/;
const imageKey = /(?:^|[\s"'{,-])(?:image|[a-z]+Image)["']?[ \t]*[:=][ \t]*["']?$/i;

/**
 * The image reference at a place of a line of any text: YAML, JSON, a script. A word counts when it names a registry
 * and a tag or digest, or when it is the value of `image`; all else is too often something else. Cheap enough for a
 * hover: it looks at the word alone.
 */
export function imageInLine(line: string, character: number): ImageInLine | undefined {
  let start = Math.min(character, line.length);
  let end = start;
  while (start > 0 && character - start <= longest && allowed.test(line.charAt(start - 1))) start--;
  while (end < line.length && end - character <= longest && allowed.test(line.charAt(end))) end++;
  const scheme = line.slice(start, end).indexOf('://');
  if (scheme !== -1) {
    if (line.slice(start, start + scheme) !== 'docker') return undefined;
    start += scheme + '://'.length;
  }
  while (end > start && ':.,-'.includes(line.charAt(end - 1))) end--;
  if (end <= start || end - start > longest || character < start || character > end) return undefined;
  const parsed = parseReference(line.slice(start, end));
  if (!parsed.ok || !isInRegistry(parsed.reference)) return undefined;
  const { reference } = parsed;
  const named = looksLikeRegistry(reference.registry) && (reference.tag ?? reference.digest) !== undefined;
  return named || imageKey.test(line.slice(Math.max(0, start - 80), start))
    ? { reference, start, end }
    : undefined;
}
