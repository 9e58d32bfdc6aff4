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
  'registry.marketplace.redhat.com',
  'registry.ci.openshift.org',
  'registry-proxy.engineering.redhat.com',
  'brew.registry.redhat.io',
  'registry.developers.crunchydata.com',
  'us.icr.io',
  'us.gcr.io',
  'eu.gcr.io',
  'asia.gcr.io',
  'marketplace.gcr.io',
  'us-docker.pkg.dev',
  'europe-docker.pkg.dev',
  'asia-docker.pkg.dev',
  'us-central1-docker.pkg.dev',
  'docker.elastic.co',
  'container-registry.oracle.com',
  'registry.suse.com',
  'registry.opensuse.org',
  'registry.fedoraproject.org',
  'registry.centos.org',
  'codeberg.org',
  'cr.l5d.io',
  'cr.fluentbit.io',
  'cgr.dev',
  'lscr.io',
  'xpkg.upbound.io',
  'oci.stackable.tech',
  'docker.stackable.tech',
  'images.sonarsource.com',
  'registry.hub.docker.com',
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

/**
 * Registries to offer for a repository that nothing tells the origin of, named without its registry: first
 * registry.redhat.io and quay.io, then others that the namespace suggests.
 */
export function likelyRegistries(repository: string): string[] {
  const namespace = repository.slice(0, Math.max(repository.indexOf('/'), 0));
  const suggested = namespaceHomes
    .filter((home) => home.namespace.test(namespace))
    .map((home) => home.registry);
  return [...new Set(['registry.redhat.io', 'quay.io', ...suggested])];
}
