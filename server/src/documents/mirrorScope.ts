import { t } from '../base/sentences.ts';
import { isPathComponent, usualComponent, usualFirst } from './imageReference.ts';

/** Why the API server or the MCO refuses a `source` or `mirror`, and the repair where it is obvious. */
export interface ScopeProblem {
  readonly message: string;
  /** What is left when the part that is refused is taken away; undefined when that does not help. */
  readonly repaired: string | undefined;
  readonly certain: boolean;
}

const label = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;

/**
 * Holds a `source` to the pattern of ImageDigestMirrorSet, which the machine-config-operator applies to
 * ImageContentSourcePolicy too: `HOST[:PORT][/PATH]`, or `*.DOMAIN` for all hosts below a domain. Undefined
 * when it is valid. Written without the pattern's nested repetitions, which take exponential time in V8.
 * https://github.com/openshift/api/blob/master/config/v1/types_image_digest_mirror_set.go
 */
export function sourceProblem(text: string): ScopeProblem | undefined {
  if (!text.startsWith('*')) return scopeProblem(text);
  const labels = text.startsWith('*.') ? text.slice(2).split('.') : [];
  if (labels.length > 0 && labels.every((part) => label.test(part))) return undefined;
  return {
    message: t('a wildcard is *.DOMAIN, with nothing after the domain'),
    repaired: undefined,
    certain: false,
  };
}

/** The same for a `mirror`, which cannot be a wildcard. */
export function mirrorProblem(text: string): ScopeProblem | undefined {
  if (text.startsWith('*'))
    return { message: t('a mirror cannot be a wildcard'), repaired: undefined, certain: false };
  return scopeProblem(text);
}

function scopeProblem(text: string): ScopeProblem | undefined {
  if (text === '') return { message: t('it is empty'), repaired: undefined, certain: false };
  if (isScope(text)) return undefined;
  const { message, repaired, certain } = diagnose(text);
  const valid = repaired !== undefined && isScope(repaired);
  // With a tag goes whatever stands behind it; of several words nobody knows which are meant.
  const isOneWord = !/[ \t\r\n]/.test(text.trim());
  return { message, repaired: valid ? repaired : undefined, certain: valid && certain && isOneWord };
}

const usualScope = new RegExp(`^${usualFirst}(?:/${usualComponent})*$`);

function isScope(text: string): boolean {
  if (usualScope.test(text)) return true;
  const [host = '', ...path] = text.split('/');
  const colon = host.indexOf(':');
  const name = colon === -1 ? host : host.slice(0, colon);
  if (colon !== -1 && !/^[0-9]+$/.test(host.slice(colon + 1))) return false;
  return name.split('.').every((part) => label.test(part)) && path.every(isPathComponent);
}

function diagnose(text: string): ScopeProblem {
  const scheme = /^[a-z][a-z0-9+.-]{0,20}:\/\//.exec(text);
  if (scheme !== null) {
    return {
      message: t('{0} is not allowed, only HOST[:PORT][/PATH]', scheme[0]),
      repaired: clean(text.slice(scheme[0].length)),
      certain: true,
    };
  }
  if (text !== text.trim())
    return { message: t('blanks are not allowed'), repaired: clean(text.trim()), certain: true };
  if (text.endsWith('/'))
    return { message: t('a slash at the end is not allowed'), repaired: clean(text), certain: true };
  const at = text.indexOf('@');
  if (at !== -1)
    return {
      message: t('a digest is not allowed: it stands for the whole repository'),
      repaired: clean(text),
      certain: true,
    };
  const colon = text.lastIndexOf(':');
  if (colon > text.lastIndexOf('/') && text.includes('/')) {
    return {
      message: t('a tag is not allowed: it stands for the whole repository'),
      repaired: clean(text),
      certain: true,
    };
  }
  const lower = lowerPath(text);
  if (lower !== text && isScope(lower))
    return { message: t('the path must be lower-case'), repaired: lower, certain: false };
  const foreign = /[^\x20-\x7e]/u.exec(text)?.[0];
  if (foreign !== undefined)
    return {
      message: t('the character {0} is not allowed', nameOfCharacter(foreign)),
      repaired: clean(text.replace(pasted, '')),
      certain: true,
    };
  if (text.slice(0, hostEnd(text)).includes('_'))
    return {
      message: t('the name of a host cannot have an underscore'),
      repaired: undefined,
      certain: false,
    };
  if (/^\[[^\]]*:/.test(text))
    return {
      message: t('an IPv6 address is not allowed here: give the registry a name'),
      repaired: undefined,
      certain: false,
    };
  return { message: t('it must be HOST[:PORT][/PATH]'), repaired: undefined, certain: false };
}

/** What editors and web pages put round or into a text that is copied: quotes of printers, and what nobody sees. */
const pasted = /[\u201c\u201d\u2018\u2019\u00a0\u00ad\u200b-\u200f\u2060\ufeff]/g;

/** A character with its code point, because many of these cannot be seen. */
function nameOfCharacter(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /[\p{L}\p{P}\p{S}]/u.test(character) ? `${character} (${code})` : code;
}

function hostEnd(text: string): number {
  const slash = text.indexOf('/');
  return slash === -1 ? text.length : slash;
}

/** Without tag, digest and slashes at the end. */
function clean(text: string): string {
  const at = text.indexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  let end = name.length;
  while (end > 0 && name.charAt(end - 1) === '/') end--;
  const trimmed = name.slice(0, end);
  const colon = trimmed.lastIndexOf(':');
  return colon > trimmed.lastIndexOf('/') && trimmed.includes('/') ? trimmed.slice(0, colon) : trimmed;
}

function lowerPath(text: string): string {
  const slash = text.indexOf('/');
  return slash === -1 ? text : text.slice(0, slash) + text.slice(slash).toLowerCase();
}

/**
 * Why an entry of `blockedRegistries`, `insecureRegistries` or `allowedRegistries` of the cluster's image configuration is
 * refused: by the machine-config-operator, which lets through all but bad wildcards and empty texts, or by the nodes, to
 * which it hands everything else. Undefined when it is valid; `stops` where it is the operator.
 * https://github.com/openshift/runtime-utils/blob/master/pkg/registries/registries.go
 */
export function registryScopeProblem(text: string): (ScopeProblem & { readonly stops: boolean }) | undefined {
  if (text === '')
    return {
      message: t('it is empty, and the machine-config-operator stops'),
      repaired: undefined,
      certain: false,
      stops: true,
    };
  if (text.includes('*')) {
    const rest = text.slice('*.'.length);
    if (text.startsWith('*.') && !/[/@:*]/.test(rest)) return undefined;
    return {
      message: t(
        'a wildcard is *.DOMAIN, with nothing after the domain, and the machine-config-operator stops at any other',
      ),
      repaired: undefined,
      certain: false,
      stops: true,
    };
  }
  const scheme = /^https?:\/\//.exec(text)?.[0];
  if (scheme === undefined) return undefined;
  const repaired = clean(text.slice(scheme.length));
  return {
    message: t('nodes refuse their whole configuration of registries because of {0}', scheme),
    repaired: repaired === '' ? undefined : repaired,
    certain: repaired !== '',
    stops: false,
  };
}
