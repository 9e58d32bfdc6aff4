import type { LogPattern } from './pattern.ts';

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
    effect: 'ended',
    cause:
      'The job that unpacks the bundle did not finish within ten minutes. Nearly always its pod cannot pull the bundle image: no mirror set redirects it, or the mirror does not have it.',
    fix: 'Look at the events of the job’s pod in openshift-marketplace, or ask operator-mirror trace BUNDLE-IMAGE --in FOLDER. When the pull works, delete the job and its ConfigMap of the same name, then the InstallPlan and Subscription, and install again.',
  },
  {
    code: 'olm/unpack-failed',
    severity: 'error',
    holds: 'undle unpacking failed',
    strong: true,
    effect: 'ended',
    cause: 'The bundle of the operator could not be unpacked; the rest of the line says why.',
    fix: 'Look at the events of the job’s pod in openshift-marketplace; operator-mirror trace BUNDLE-IMAGE --in FOLDER says where its image is looked for.',
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
      'The catalog that the subscription names does not offer this operator: another catalog name or namespace, a package or channel that was pruned away, or the catalog’s pod does not run.',
    fix: 'Compare the Subscription’s source, sourceNamespace, name and channel with operator-mirror catalog show CATALOG PACKAGE, and look at the CatalogSource’s pod.',
  },
  {
    code: 'olm/constraints',
    severity: 'error',
    holds: 'constraints not satisfiable: ',
    strong: true,
    effect: 'ended',
    cause: 'OLM finds no set of operators that satisfies all subscriptions and their dependencies.',
    fix: 'The rest of the line names the requirement; a dependency that was pruned out of the catalog must be mirrored too.',
  },
  {
    code: 'olm/source-type',
    severity: 'error',
    holds: 'unknown sourcetype: ',
    strong: true,
    effect: 'ended',
    cause: 'spec.sourceType of the CatalogSource is none of grpc, configmap and internal.',
    fix: 'Write sourceType: grpc; operator-mirror check shows the line.',
  },
  {
    code: 'olm/no-image',
    severity: 'error',
    holds: 'image and address unset: at least one must be set',
    strong: true,
    effect: 'ended',
    cause: 'The CatalogSource names neither an image nor an address.',
    fix: 'Set spec.image to the catalog at its place in the mirror registry.',
  },
  {
    code: 'olm/no-config-map',
    severity: 'error',
    holds: 'configmap name unset',
    strong: true,
    effect: 'ended',
    cause: 'The CatalogSource is of type configmap and names none.',
    fix: 'Set spec.configMap, or use sourceType: grpc with an image.',
  },
  {
    code: 'olm/interval',
    severity: 'warning',
    holds: 'InvalidIntervalError',
    strong: true,
    cause: 'spec.updateStrategy.registryPoll.interval is no duration, so 15 minutes are taken.',
    fix: 'Write it like 45m or 1h.',
  },
  {
    code: 'olm/name-invalid',
    severity: 'error',
    holds: 'invalid resource name',
    effect: 'ended',
    cause:
      'The name of the resource is not valid, as oc adm catalog mirror writes it after a file:// hop: with a slash.',
    fix: 'operator-mirror check --fix gives it a valid name (catalog-source/name, mirror-set/name).',
  },
  {
    code: 'olm/mirror-conflict',
    severity: 'error',
    holds: 'conflicting mirrorSourcePolicy is set for the same source ',
    strong: true,
    effect: 'ended',
    cause:
      'Two mirror sets say different things about one source, so the machine config operator applies none of them.',
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
    cause:
      'The machine config operator does not accept the mirror sets, and no node gets any of the changes.',
    fix: 'The rest of the line names the entry: operator-mirror check shows what is wrong with it.',
  },
  {
    code: 'olm/kinds-together',
    severity: 'error',
    holds: 'both imagecontentsourcepolicy and imagedigestmirrorset exist',
    strong: true,
    effect: 'ended',
    cause: 'OpenShift before 4.13.27 and 4.14.3 accepts ICSP or IDMS, and not both.',
    fix: 'Convert the ICSP to IDMS with oc adm migrate icsp, or update the cluster.',
  },
];
