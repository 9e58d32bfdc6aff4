import type { LogPattern } from './pattern.ts';

const unreachable = {
  strong: true,
  effect: 'ended',
  cause:
    'OLM cannot read the catalog {catalog}. Until it can, it resolves no Subscription in any namespace that sees this catalog.',
  fix: 'Look at the pod of this CatalogSource: most often its image cannot be pulled. Delete the CatalogSource if nobody needs it; on a cluster without internet access, disable the default sources in OperatorHub.',
} as const;

/**
 * What OLM says in CatalogSources, Subscriptions and InstallPlans, and the machine config operator of mirror sets.
 * https://github.com/operator-framework/operator-lifecycle-manager
 */
export const olmLines: readonly LogPattern[] = [
  {
    code: 'olm/unpack-deadline',
    severity: 'error',
    holds: 'undle unpacking failed',
    also: 'DeadlineExceeded',
    strong: true,
    effect: 'unpulled',
    requester: 'node',
    cause:
      'The job that unpacks the bundle did not finish within ten minutes. Nearly always its pod cannot pull the bundle image: no mirror set redirects it, or the mirror does not have it.',
    fix: 'Look at the events of the pod of the job in openshift-marketplace. operator-mirror trace BUNDLE-IMAGE --in FOLDER says where nodes look for it. When the pull works, delete the job, its ConfigMap of the same name, the InstallPlan and the Subscription. Then install again.',
  },
  {
    code: 'olm/unpack-deadline',
    severity: 'error',
    holds: 'Bundle extract Job failed',
    also: 'DeadlineExceeded',
    strong: true,
    effect: 'unpulled',
    requester: 'node',
    cause:
      'The job that unpacks the bundle did not finish within ten minutes. Nearly always its pod cannot pull the bundle image: no mirror set redirects it, or the mirror does not have it.',
    fix: 'Look at the events of the pod of the job in openshift-marketplace. operator-mirror trace BUNDLE-IMAGE --in FOLDER says where nodes look for it. When the pull works, delete the job, its ConfigMap of the same name, the InstallPlan and the Subscription. Then install again.',
  },
  {
    code: 'olm/unpack-failed',
    severity: 'error',
    holds: 'undle unpacking failed',
    strong: true,
    effect: 'ended',
    cause: 'The bundle of the operator could not be unpacked. The rest of the line says why.',
    fix: 'Look at the events of the pod of the job in openshift-marketplace. operator-mirror trace BUNDLE-IMAGE --in FOLDER says where nodes look for it.',
  },
  {
    code: 'olm/no-operators-found',
    severity: 'error',
    holds: 'no operators found ',
    also: 'referenced by subscription ',
    captures: /(?:from catalog (?<catalog>\S+)|in (?:package|channel) (?<name>\S+)|with name (?<csv>\S+))/y,
    strong: true,
    effect: 'ended',
    cause:
      'The catalog that the Subscription names does not offer this operator. The name or namespace of the catalog is wrong, the package or channel was pruned away, or the pod of the catalog does not run.',
    fix: 'Compare source, sourceNamespace, name and channel of the Subscription with what oc get packagemanifests shows. Look at the pod of the CatalogSource.',
  },
  {
    code: 'olm/catalog-unreachable',
    severity: 'error',
    holds: 'failed to populate resolver cache from source ',
    captures: /(?<catalog>[^\s:]+): /y,
    ...unreachable,
  },
  {
    code: 'olm/catalog-unreachable',
    severity: 'error',
    holds: 'error using catalogsource ',
    captures: /(?<catalog>\S+?): /y,
    ...unreachable,
  },
  {
    code: 'olm/catalog-unreachable',
    severity: 'error',
    holds: 'error using catalog',
    captures: /(?:source)? ?(?<catalog>\S+) \(in namespace [^)\s]+\): /y,
    ...unreachable,
  },
  {
    code: 'olm/csv-without-subscription',
    severity: 'error',
    holds: 'constraints not satisfiable: ',
    also: ' exists and is not referenced by a subscription',
    strong: true,
    effect: 'ended',
    cause:
      'The operator is installed already, but its ClusterServiceVersion belongs to no Subscription. So the new Subscription cannot install it.',
    fix: 'Delete that ClusterServiceVersion (what the operator manages stays). OLM then installs it again for the Subscription.',
  },
  {
    code: 'olm/constraints',
    severity: 'error',
    holds: 'constraints not satisfiable: ',
    strong: true,
    effect: 'ended',
    cause: 'OLM finds no set of operators that satisfies all subscriptions and their dependencies.',
    fix: 'The rest of the line names the requirement. If a dependency was pruned out of the catalog, mirror it too.',
  },
  {
    code: 'olm/source-type',
    severity: 'error',
    holds: 'unknown sourcetype: ',
    strong: true,
    effect: 'ended',
    cause: 'spec.sourceType of the CatalogSource is not grpc, configmap or internal.',
    fix: 'Write sourceType: grpc. operator-mirror check FILE shows the line.',
  },
  {
    code: 'olm/no-image',
    severity: 'error',
    holds: 'image and address unset: at least one must be set',
    strong: true,
    effect: 'ended',
    cause: 'The CatalogSource names neither an image nor an address.',
    fix: 'Set spec.image to the catalog in the mirror registry.',
  },
  {
    code: 'olm/no-config-map',
    severity: 'error',
    holds: 'configmap name unset',
    strong: true,
    effect: 'ended',
    cause: 'The CatalogSource has the type configmap and names no ConfigMap.',
    fix: 'Set spec.configMap, or use sourceType: grpc with an image.',
  },
  {
    code: 'olm/interval',
    severity: 'warning',
    holds: 'InvalidIntervalError',
    strong: true,
    cause: 'spec.updateStrategy.registryPoll.interval is not a duration. OLM takes 15 minutes instead.',
    fix: 'Write it like 45m or 1h.',
  },
  {
    code: 'olm/name-invalid',
    severity: 'error',
    holds: 'invalid resource name',
    effect: 'ended',
    cause:
      'The name of the resource is not valid. After a file:// hop oc adm catalog mirror writes names with a slash.',
    fix: 'operator-mirror check --fix FOLDER gives it a valid name (catalog-source/name, mirror-set/name).',
  },
  {
    code: 'olm/mirror-conflict',
    severity: 'error',
    holds: 'conflicting mirrorSourcePolicy is set for the same source ',
    strong: true,
    effect: 'ended',
    cause:
      'Two mirror sets have different mirrorSourcePolicy values for one source. The machine-config-operator applies no mirror set.',
    fix: 'Give all entries of this source the same mirrorSourcePolicy, in ICSP, IDMS and ITMS together.',
  },
  {
    code: 'olm/mirror-blocks-itself',
    severity: 'error',
    holds: 'cannot set mirrorSourcePolicy: NeverContactSource if the source ',
    strong: true,
    effect: 'ended',
    cause: 'A source that is its own mirror cannot be blocked at the same time.',
    fix: 'Remove the source from its mirrors, or allow contacting it.',
  },
  {
    code: 'olm/mirror-set-refused',
    severity: 'error',
    holds: 'could not update registries config with new changes',
    strong: true,
    effect: 'ended',
    cause: 'The machine-config-operator does not accept the mirror sets. No node gets any of the changes.',
    fix: 'The rest of the line names the entry. operator-mirror check FOLDER shows what is wrong with it.',
  },
  {
    code: 'olm/kinds-together',
    severity: 'error',
    holds: 'both imagecontentsourcepolicy and imagedigestmirrorset exist',
    strong: true,
    effect: 'ended',
    cause: 'Before 4.13.27 and 4.14.3 OpenShift accepts ICSP or IDMS, not both.',
    fix: 'Convert the ICSP to IDMS with oc adm migrate icsp, or update the cluster.',
  },
];
