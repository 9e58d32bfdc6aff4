import type { LogPattern } from './pattern.ts';

const ended = { severity: 'error', strong: true, effect: 'ended', requester: 'node' } as const;

const notConnected = {
  ...ended,
  code: 'olm/catalog-not-connected',
  cause:
    'OLM has no connection to the pod of this catalog: the pod does not run, or its image cannot be pulled, or it does not serve yet.',
  fix: 'Look at the pod of the CatalogSource and at its events: oc get pods -n openshift-marketplace, then oc describe pod POD.',
} as const;

const waits = {
  code: 'pull/pod-waits',
  severity: 'error',
  strong: true,
  effect: 'unpulled',
  requester: 'node',
  captures: /[^\S\n]/y,
  cause:
    'A pod of this table waits because an image cannot be pulled. The table does not say which, nor why.',
  fix: 'oc describe pod POD -n NAMESPACE shows the event that begins with Failed to pull image: explain that.',
} as const;

/**
 * States in which OLM and the tables of `oc get` show catalogs, operators and pods.
 * https://github.com/operator-framework/operator-lifecycle-manager, https://github.com/operator-framework/operator-controller
 */
export const olmStatusLines: readonly LogPattern[] = [
  {
    code: 'olm/conflict',
    severity: 'hint',
    holds: 'the object has been modified; please apply your changes to the latest version',
    cause: 'Two controllers wrote the same object at once, and one of them tries again. Nothing is wrong.',
    fix: 'Nothing.',
  },
  { ...notConnected, holds: 'TRANSIENT_FAILURE' },
  { ...notConnected, holds: 'lastObservedState: CONNECTING' },
  {
    ...ended,
    code: 'olm/update-signature',
    holds: 'unable to locate a valid signature for one or more sources',
    cause: 'The cluster does not have the signature of this release, so it does not accept the update.',
    fix: 'Apply the ConfigMap with the signatures that was written when the release was mirrored (signature-configmap, or release-signatures), in the namespace openshift-config-managed.',
  },
  {
    ...ended,
    code: 'olm/update-signature',
    holds: 'The update cannot be verified: ',
    cause: 'The cluster cannot verify the signature of this release, so it does not accept the update.',
    fix: 'Apply the ConfigMap with the signatures that was written when the release was mirrored (signature-configmap, or release-signatures), in the namespace openshift-config-managed.',
  },
  {
    ...ended,
    code: 'olm/changed-by-hand',
    holds: 'content mismatch for file ',
    captures: /"?(?<path>[^"\s]+)/y,
    cause:
      'Somebody changed {path} on a node by hand, so the machine-config-operator writes nothing to this node any more.',
    fix: 'Put the file back as the MachineConfig has it, and bring the change in with a mirror set or a MachineConfig.',
  },
  {
    code: 'olm/catalog-not-ready',
    severity: 'warning',
    holds: 'probe failed: timeout: failed to connect service "',
    captures: /(?:localhost)?:50051"/y,
    strong: true,
    effect: 'ended',
    requester: 'node',
    cause:
      'The pod of a catalog does not serve yet: it still builds its cache, which takes minutes for a large catalog, or opm ended with an error.',
    fix: 'Look at the log of the pod: oc logs POD -n openshift-marketplace. If it only takes long, give the pod more CPU and memory, or mirror fewer packages.',
  },
  {
    ...ended,
    code: 'olm/catalog-missing',
    holds: 'targeted catalogsource ',
    captures: /(?<catalog>\S+) missing/y,
    cause: 'The Subscription names the catalog {catalog}, and there is none of this name.',
    fix: 'Correct spec.source and spec.sourceNamespace of the Subscription, or create the CatalogSource.',
  },
  {
    ...ended,
    code: 'olm/catalog-name',
    holds: 'metadata.labels: Invalid value: ',
    also: 'must be no more than 63 characters',
    cause:
      'The name of the CatalogSource is too long: OLM puts it into a label of the pod, which holds 63 characters.',
    fix: 'Give the CatalogSource a shorter name. operator-mirror check --fix FILE offers one (catalog-source/name).',
  },
  {
    ...ended,
    code: 'olm/pod-security',
    holds: 'violates PodSecurity ',
    cause: 'The namespace does not admit the pod of the catalog: its security context asks for too much.',
    fix: 'Set spec.grpcPodConfig.securityContextConfig: restricted in the CatalogSource, or create it in openshift-marketplace.',
  },
  {
    ...ended,
    code: 'olm/pod-quota',
    holds: 'is forbidden: exceeded quota',
    cause: 'A ResourceQuota of the namespace does not admit another pod.',
    fix: 'Raise the quota, or create the CatalogSource in openshift-marketplace.',
  },
  {
    code: 'olm/unpack-pending',
    severity: 'information',
    holds: 'unpack job not completed',
    strong: true,
    cause: 'The job that unpacks the bundle still runs, or its pod waits, most often for its image.',
    fix: 'Look at the pods of the job: oc get pods -n openshift-marketplace. If one cannot pull its image, explain its events.',
  },
  {
    ...ended,
    code: 'olm/no-bundles',
    holds: 'no bundles found for package ',
    captures: /"?(?<package>[^"\s]+)/y,
    cause: 'No ClusterCatalog that is served has a bundle of the package {package} that fits.',
    fix: 'Check the name, the version and the channel in the ClusterExtension, and whether the ClusterCatalog is Serving. The package may have been pruned away.',
  },
  {
    ...ended,
    code: 'olm/several-catalogs',
    holds: 'found bundles for package ',
    also: ' in multiple catalogs',
    captures: /"?(?<package>[^"\s]+)/y,
    cause: 'Several ClusterCatalogs of the same priority offer the package {package}, so OLM chooses none.',
    fix: 'Give the mirrored ClusterCatalog a higher spec.priority, or set availabilityMode: Unavailable on the default ones.',
  },
  {
    ...ended,
    code: 'olm/no-catalog-label',
    holds: 'catalog image ',
    also: ' is missing the required label ',
    captures: /"?(?<image>[^"\s]{1,600})/y,
    image: '{image}',
    cause:
      'The image lacks the label operators.operatorframework.io.index.configs.v1, so it is no file-based catalog. It may be an SQLite catalog or the image of an operator.',
    fix: 'Name a file-based catalog in spec.source.image.ref. operator-mirror inspect IMAGE shows the labels.',
  },
  {
    code: 'olm/deployment-timeout',
    severity: 'warning',
    holds: 'install failed: deployment ',
    captures: /(?<deployment>\S+) not ready before timeout/y,
    strong: true,
    effect: 'ended',
    requester: 'node',
    cause: 'The pods of the operator did not become ready in time. Most often their image cannot be pulled.',
    fix: 'Look at the events of the pods of the deployment {deployment}.',
  },
  // The column STATUS of oc get pods.
  { ...waits, holds: ' ImagePullBackOff' },
  { ...waits, holds: ' ErrImagePull' },
  { ...waits, holds: ':ImagePullBackOff' },
  { ...waits, holds: ':ErrImagePull' },
  { ...waits, holds: ' InvalidImageName' },
  { ...waits, holds: ' SignatureValidationFailed' },
  { ...waits, holds: ' RegistryUnavailable' },
];
