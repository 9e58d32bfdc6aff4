import type { ImageReference } from './imageReference.ts';
import { parsePullSpec } from './pullSpec.ts';

/** What stands round an image in events and logs of kubelet, podman and skopeo, the surest first. */
const phrases: readonly RegExp[] = [
  // Failed to pull image "quay.io/a/b:v1": rpc error …; Back-off pulling image "quay.io/a/b:v1"
  /\bimage \\?"([^"\\\s]{1,600})\\?"/i,
  /\bdocker:\/\/([^\s"'\\,;]{1,600})/,
  /\bimage:[ \t]{1,20}["']?([^\s"',]{1,600})/i,
];
const manifest = /\breading manifest ([^\s]{1,200}) in ([^\s:]{1,300}(?::[0-9]{1,5}\/[^\s:]{1,300})?)/;

/**
 * The image that a text is about: a reference alone, with `docker://` or quotes round it, a line of YAML, or an
 * event such as `Failed to pull image "quay.io/a/b:v1": rpc error: …`. Undefined when there is none. Only a
 * reference alone may be short; within other words it must name its registry.
 */
export function imageInText(text: string): ImageReference | undefined {
  const word = onlyWord(text);
  if (word !== undefined) return read(word);
  for (const phrase of phrases) {
    const found = phrase.exec(text)?.[1];
    const image = found === undefined ? undefined : read(withoutEnd(found));
    if (image !== undefined) return image;
  }
  const [, version = '', repository = ''] = manifest.exec(text) ?? [];
  const named = read(version.startsWith('sha256:') ? `${repository}@${version}` : `${repository}:${version}`);
  return named ?? firstWord(text);
}

/**
 * What stands where the image of a text does, whether nodes take it or not: the only word, or what an event quotes.
 * Undefined when a text of several words says nothing of an image.
 */
export function imageNamedIn(text: string): string | undefined {
  const word = onlyWord(text);
  if (word !== undefined) return word;
  const found = phrases.flatMap((phrase) => phrase.exec(text)?.[1] ?? []);
  return found.length === 0 ? undefined : withoutEnd(found[0] ?? '');
}

/** A text that is one word, without quotes and the transport round it. */
function onlyWord(text: string): string | undefined {
  const trimmed = withoutQuotes(text.trim());
  return /\s/.test(trimmed) ? undefined : trimmed.replace(/^docker:\/\//, '');
}

/** A word with a registry and a tag or digest: anything less is too often no image. */
function firstWord(text: string): ImageReference | undefined {
  for (const word of text.split(/[\s"'`\\,;()[\]{}<>=]+/)) {
    const image = word.includes('/') && word.length < 600 ? read(withoutEnd(word)) : undefined;
    if (image !== undefined && image.registry !== '' && (image.tag ?? image.digest) !== undefined)
      return image;
  }
  return undefined;
}

function read(text: string): ImageReference | undefined {
  const parsed = parsePullSpec(text);
  return parsed.ok ? parsed.reference : undefined;
}

function withoutQuotes(text: string): string {
  return /^(["'`]).*\1$/s.test(text) ? text.slice(1, -1) : text;
}

/** Punctuation of the sentence that the word stands in. */
function withoutEnd(word: string): string {
  let end = word.length;
  while (end > 0 && ':.,;'.includes(word.charAt(end - 1))) end--;
  return word.slice(0, end);
}
