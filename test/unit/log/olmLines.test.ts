import { describe } from 'vitest';
import { itExplains } from '../../support/lineCases.ts';

describe('a line of OLM and the machine config operator', () => {
  itExplains([
    [
      'bundle unpacking failed. Reason: DeadlineExceeded, and Message: Job was active longer than specified deadline',
      'olm/unpack-deadline',
      'error',
    ],
    [
      'Bundle unpacking failed - BackoffLimitExceeded: Job has reached the specified backoff limit',
      'olm/unpack-failed',
      'error',
    ],
    [
      'constraints not satisfiable: no operators found from catalog a in namespace openshift-marketplace referenced by subscription b',
      'olm/no-operators-found',
      'error',
    ],
    [
      'constraints not satisfiable: no operators found in package a in the catalog referenced by subscription b',
      'olm/no-operators-found',
      'error',
    ],
    [
      'constraints not satisfiable: no operators found in channel a of package b in the catalog referenced by subscription b',
      'olm/no-operators-found',
      'error',
    ],
    [
      'constraints not satisfiable: no operators found with name a.v1 in channel c of package b in the catalog referenced by subscription b',
      'olm/no-operators-found',
      'error',
    ],
    [
      'constraints not satisfiable: bundle a requires an operator with package: b',
      'olm/constraints',
      'error',
    ],
    ['unknown sourcetype: x', 'olm/source-type', 'error'],
    ['image and address unset: at least one must be set for sourcetype: grpc', 'olm/no-image', 'error'],
    ['configmap name unset: must be set for sourcetype: configmap', 'olm/no-config-map', 'error'],
    ['reason: InvalidIntervalError', 'olm/interval', 'warning'],
    [
      'could not update registries config with new changes: invalid format for source "x"',
      'olm/mirror-set-refused',
      'error',
    ],
    ['error: both imagecontentsourcepolicy and imagedigestmirrorset exist', 'olm/kinds-together', 'error'],
  ]);
});
