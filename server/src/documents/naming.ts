import { fnv1a } from '../base/fnv1a.ts';

/**
 * How `oc adm catalog mirror` names what it writes: tags for images by digest, and repositories with fewer
 * path components than the source had.
 */

/**
 * The tag of an image that the catalog names by digest: FNV-1a 32 over the original pull spec, in hexadecimal
 * without padding. The same in both hops of a transfer over files, so it also proves where an image came from.
 */
export function digestTag(pullSpec: string): string {
  return fnv1a(pullSpec).toString(16);
}

/**
 * True when a tag is `digestTag` of an image in a repository, `HOST/PATH`. Docker Hub's images have several pull
 * specs, and `oc` hashes the one that the catalog has, before it fills in Docker's defaults.
 */
export function isDigestTagOf(tag: string, repository: string, digest: string): boolean {
  const spellings = [repository];
  if (repository.startsWith('docker.io/')) {
    const path = repository.slice('docker.io/'.length);
    const short = path.startsWith('library/') ? [path.slice('library/'.length)] : [];
    spellings.push(path, `index.docker.io/${path}`, ...short, ...short.map((name) => `docker.io/${name}`));
  }
  return spellings.some((spelling) => fnv1a(digest, fnv1a('@', fnv1a(spelling))).toString(16) === tag);
}

/** True for a tag that `digestTag` could have made. */
export function looksLikeDigestTag(tag: string): boolean {
  return hash32.test(tag);
}

const hash32 = /^[0-9a-f]{1,8}$/;

/**
 * True for the tag that `oc adm release mirror` and oc-mirror give an image of an OpenShift release, or the release
 * itself: `VERSION-ARCHITECTURE[-COMPONENT]`.
 * https://github.com/openshift/oc/blob/master/pkg/cli/admin/release/mirror.go
 */
export function isReleaseTag(tag: string): boolean {
  return /^[0-9]+\.[0-9]+\.[0-9][0-9a-z.-]*-(?:x86_64|aarch64|arm64|ppc64le|s390x|multi)(?:-|$)/.test(tag);
}

/**
 * The repository path that a source gets below a destination: the destination's components and the source's,
 * of which the first `maxComponents - 1` are kept and the rest is joined with `-`. 0 is no limit.
 * https://github.com/openshift/oc/blob/master/pkg/cli/admin/catalog/mirrorer.go
 */
export function mountRepository(destination: string, source: string, maxComponents: number): string {
  const components = [...destination.split('/'), ...source.split('/')].filter((part) => part !== '');
  if (maxComponents < 1 || components.length <= maxComponents) return components.join('/');
  const kept = components.slice(0, maxComponents - 1);
  return [...kept, components.slice(maxComponents - 1).join('-')].join('/');
}

/**
 * A name that the Kubernetes API accepts for a resource, made from one that it does not: lower-case, runs of
 * other characters become one `-`, and what is left over at the ends is cut. One that it accepts stays as it is.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names
 */
export function validResourceName(name: string, maxLength: number): string {
  if (isResourceName(name) && name.length <= maxLength) return name;
  return trimDashes(trimDashes(name.toLowerCase().replace(/[^a-z0-9.]+/g, '-')).slice(0, maxLength));
}

/** True for an RFC 1123 subdomain. Only the whole has a longest length; the API lets a single part use all of it. */
export function isResourceName(name: string): boolean {
  return name.length <= 253 && name.split('.').every(isNamePart);
}

function isNamePart(part: string): boolean {
  return /^[a-z0-9-]+$/.test(part) && !part.startsWith('-') && !part.endsWith('-');
}

function trimDashes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSeparator(text.charAt(start))) start++;
  while (end > start && isSeparator(text.charAt(end - 1))) end--;
  return text.slice(start, end).replace(/-*\.[-.]*/g, '.');
}

function isSeparator(character: string): boolean {
  return character === '-' || character === '.';
}
