import { parseReference } from '../documents/imageReference.ts';
import { isInRegistry } from '../documents/transport.ts';
import type { Origin, Origins } from './origins.ts';

/**
 * What is left of a source that a `file://` hop wrote, once the hop's prefix is taken off: of
 * `efk-mirror/my-operator/my-operator-index/openshift4/x`, mirrored at `…/openshift4-x`, it is `openshift4/x`.
 *
 * The prefix is the catalog's own repository in the store, where a mapping.txt tells it, or where the mirror set
 * still has the name that `oc` made of it (`my-operator-my-operator-index-0`). Else it ends where the rest, joined
 * as the flattening joins it, equals the mirror's tail; the longest such rest, because each of its own tails fits
 * too. The prefix has at least two components: the folder and the index image's name.
 */
export function repositoryBehindHop(
  source: string,
  mirrors: readonly string[],
  indexRepositories: Iterable<string>,
  setName = '',
): string | undefined {
  for (const prefix of indexRepositories) {
    if (source.startsWith(`${prefix}/`)) return source.slice(prefix.length + 1);
  }
  const components = source.split('/');
  // Without the number at its end the name is a person's own, and says nothing about the path.
  const index = /^(.+)-[0-9]{1,9}$/.exec(setName)?.[1];
  for (let prefix = 2; prefix < components.length; prefix++) {
    // `oc` takes the first component for the namespace and makes the name of the others.
    if (components.slice(1, prefix).join('-') === index) return components.slice(prefix).join('/');
  }
  for (const mirror of mirrors) {
    const tail = flat(mirror.slice(mirror.indexOf('/') + 1));
    for (let prefix = 2; prefix < components.length; prefix++) {
      const rest = components.slice(prefix).join('/');
      if (tail === flat(rest) || tail.endsWith(`-${flat(rest)}`)) return rest;
    }
  }
  return undefined;
}

function flat(path: string): string {
  return path.replaceAll('/', '-');
}

/**
 * True for a source that no node can ever match: its first component is no registry, while nodes match against
 * full names (`docker.io/library/busybox`). This is what is left of a pull spec after a `file://` hop.
 */
export function isLocalPath(source: string): boolean {
  const parsed = parseReference(source);
  return (
    parsed.ok &&
    isInRegistry(parsed.reference) &&
    parsed.reference.registry === '' &&
    parsed.reference.tag === undefined &&
    parsed.reference.digest === undefined
  );
}

/** What is known of a source that a hop left behind; undefined for a source that a pull can match. */
export function localOrigin(source: string, provenance: Origins): Origin | undefined {
  if (source === '') return undefined;
  const origin = provenance.origin(source);
  if (isLocalPath(source)) return origin;
  // A store may be laid out by registry; a source that names where its images come from is as it should be.
  return origin.certainty === 'unknown' || origin.repositories.includes(source) ? undefined : origin;
}
