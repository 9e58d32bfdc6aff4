import { sentence, t } from '../base/sentences.ts';
import type { Failure, Reason } from './reason.ts';

/** Where the words of a failure name the registry that they are of, the surest first. Each is tried once; linear. */
const places: readonly RegExp[] = [
  /\b(?:creds for|logging into) "([^"/\s]+)/,
  /Could not resolve host: ([\w.-]+)/,
  /Failed to connect to ([\w.-]+) port/,
  /\blookup ([\w.-]{1,255}?)\.?(?::? on |: )/,
  /\\?"https?:\/\/([^/"\s\\]+)\//,
  /\bhttps?:\/\/([^/"\s]+)\/v2\//,
  /\b(?:GET|HEAD|POST|PUT|PATCH|Get|Head|Post|Put|Patch) \\?"?https?:\/\/([^/"\s?\\]+)/,
  /\bpulling from host (\S+)/,
  /\btarget host "([^"\s]+)"/,
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

/** Hosts that answer for Docker Hub, under whose one name people log in and images are kept. */
const dockerHub = /^(?:auth|index|registry-1|registry)\.docker\.(?:io|com)$/;

/** The registry to log in to, and whose images these are, where a host only serves it. */
function registryBehind(host: string): string {
  return dockerHub.test(host) ? 'docker.io' : host;
}

/**
 * The registry that a sentence names: for logins and content the registry itself, for the network the very host.
 */
export function placeFor(reason: Reason, host: string): string;
export function placeFor(reason: Reason, host: string | undefined): string | undefined;
export function placeFor({ pull }: Reason, host: string | undefined): string | undefined {
  const ofRegistry = pull === 'login' || pull === 'missing' || pull === 'rate-limit';
  return host === undefined || !ofRegistry ? host : registryBehind(host);
}

/** The host in front of an image's name; undefined where it has none, as Docker Hub's short names. */
export function hostOf(image: string): string | undefined {
  const name = image.replace(/^docker:\/\//, '');
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  return /[.:]|^localhost$/.test(first) ? first : undefined;
}

/** Whoever failed, where no text names a registry. */
const unnamed = {
  any: sentence('the registry'),
  source: sentence('the source'),
  destination: sentence('the destination'),
  files: sentence('the file store'),
  sourceRegistry: sentence('the source registry'),
  destinationRegistry: sentence('the destination registry'),
} as const;

/** A word for a registry that no text names. */
export function someRegistry(): string {
  return t(unnamed.any);
}

/**
 * Who failed, in words. The reason's own URL says it best; otherwise the image does where it is on the failing
 * side.
 */
export function whoFailed({ side, image, reason }: Failure): string {
  const named = placeInWords(reason);
  if (named !== undefined) return named;
  if (side === 'unnamed-destination') return t(unnamed.destination);
  if (side === 'unnamed-source') return t(unnamed.source);
  if (image.startsWith('file://')) return t(unnamed.files);
  return hostOf(image) ?? t(side === 'source' ? unnamed.sourceRegistry : unnamed.destinationRegistry);
}

/**
 * What sentences say of a registry: `{place}` its name or a word for it, `{host}` what a command wants there, and `{key}`
 * the key that its certificate has in a ConfigMap, where a colon is no character of keys.
 */
export function wordsFor(place: string): {
  readonly place: string;
  readonly host: string;
  readonly key: string;
} {
  // In whatever language: no word for a registry could be the name of a host.
  const isWord = !/^[\w.:[\]-]+$/.test(place);
  const host = isWord ? 'HOST' : place;
  return { place, host, key: host.replace(':', '..') };
}
