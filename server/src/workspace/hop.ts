import { parseReference } from '../documents/imageReference.ts';
import { isDigestTagOf } from '../documents/naming.ts';
import type { MappingIndex } from './mappingIndex.ts';
import type { Origin, Provenance } from './provenance.ts';

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

/** Registries that operators' images come from, the most likely first. */
export const knownRegistries: readonly string[] = [
  'registry.redhat.io',
  'quay.io',
  'docker.io',
  'ghcr.io',
  'gcr.io',
  'registry.connect.redhat.com',
  'registry.access.redhat.com',
  'registry.gitlab.com',
  'registry.k8s.io',
  'k8s.gcr.io',
  'nvcr.io',
  'icr.io',
  'cp.icr.io',
  'mcr.microsoft.com',
  'public.ecr.aws',
  'registry.stage.redhat.io',
];

/** Namespaces that are at home in one registry. Only a guess: none of these is ever applied unasked. */
const namespaceHomes: readonly { readonly registry: string; readonly namespace: RegExp }[] = [
  { registry: 'docker.io', namespace: /^(?:library|bitnami|grafana|hashicorp|istio|prom|rook|minio)$/ },
  { registry: 'gcr.io', namespace: /^(?:kubebuilder|google-.*|kubeflow-.*|spark-operator|distroless)$/ },
  { registry: 'registry.gitlab.com', namespace: /^gitlab-.*$/ },
  {
    registry: 'registry.k8s.io',
    namespace: /^(?:sig-storage|kube-state-metrics|ingress-nginx|nfd|e2e-test-images)$/,
  },
  {
    registry: 'ghcr.io',
    namespace:
      /^(?:fluxcd|kedacore|external-secrets|kyverno|open-telemetry|cloudnative-pg|grafana-operator)$/,
  },
  { registry: 'registry.access.redhat.com', namespace: /^(?:ubi\d.*|rhel\d.*|rhscl)$/ },
  {
    registry: 'registry.connect.redhat.com',
    namespace: /^(?:mongodb|crunchydata|nvidia|portworx|dynatrace|sysdig|ibm)$/,
  },
  { registry: 'nvcr.io', namespace: /^nvidia$/ },
  { registry: 'cp.icr.io', namespace: /^cp$/ },
];

export interface LikelyRegistry {
  readonly registry: string;
  /** True when the tags that `oc` gave the images are the hashes of this very pull spec. */
  readonly confirmed: boolean;
}

/**
 * Registries to offer for a repository whose origin nobody wrote down: first those that the tags in a second
 * hop's mapping.txt confirm (`oc` makes the tag of an image by digest from the original pull spec), then
 * registry.redhat.io and quay.io, then others that the namespace suggests.
 */
export function likelyRegistries(
  source: string,
  rest: string,
  indexes: Iterable<MappingIndex>,
): LikelyRegistry[] {
  const confirmed = confirmedRegistries(source, rest, indexes);
  const namespace = rest.slice(0, Math.max(rest.indexOf('/'), 0));
  const suggested = namespaceHomes
    .filter((home) => home.namespace.test(namespace))
    .map((home) => home.registry);
  const all = new Set([...confirmed, 'registry.redhat.io', 'quay.io', ...suggested]);
  // Where registries met in one path, none of them alone is the source.
  return [...all].map((registry) => ({
    registry,
    confirmed: confirmed.length === 1 && confirmed.includes(registry),
  }));
}

/**
 * The registries that the tags in a second hop's mapping.txt confirm for a repository: each image there has the tag
 * that `oc` makes of its pull spec in one of them. Several where registries met in one path; none where an image
 * fits no registry that is known, or nothing tells.
 */
export function confirmedRegistries(
  source: string,
  rest: string,
  indexes: Iterable<MappingIndex>,
): readonly string[] {
  const confirmed = new Set<string>();
  for (const { digest, tag } of digestsWithTags(source, indexes)) {
    const registry = knownRegistries.find((known) => isDigestTagOf(tag, `${known}/${rest}`, digest));
    if (registry === undefined) return [];
    confirmed.add(registry);
  }
  return [...confirmed].sort();
}

function digestsWithTags(source: string, indexes: Iterable<MappingIndex>): { digest: string; tag: string }[] {
  const images: { digest: string; tag: string }[] = [];
  for (const index of indexes) {
    for (const line of index.bySource.get(`file://${source}`)) {
      for (const { source: from, destination: to } of line.pairs) {
        if (!from.parsed.ok || !to.parsed.ok) continue;
        const { digest } = from.parsed.reference;
        const { tag } = to.parsed.reference;
        if (digest !== undefined && tag !== undefined) images.push({ digest, tag });
      }
    }
  }
  return images;
}

/**
 * True for a source that no node can ever match: its first component is no registry, while nodes match against
 * full names (`docker.io/library/busybox`). This is what is left of a pull spec after a `file://` hop.
 */
export function isLocalPath(source: string): boolean {
  const parsed = parseReference(source);
  return (
    parsed.ok &&
    parsed.reference.transport === 'registry' &&
    parsed.reference.registry === '' &&
    parsed.reference.tag === undefined &&
    parsed.reference.digest === undefined
  );
}

/** What is known of a source that a hop left behind; undefined for a source that a pull can match. */
export function localOrigin(source: string, provenance: Provenance): Origin | undefined {
  if (source === '') return undefined;
  const origin = provenance.origin(source);
  if (isLocalPath(source)) return origin;
  // A store may be laid out by registry; a source that names where its images come from is as it should be.
  return origin.certainty === 'unknown' || origin.repositories.includes(source) ? undefined : origin;
}
