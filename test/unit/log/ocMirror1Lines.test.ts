import { describe } from 'vitest';
import { itExplains } from '../../support/lineCases.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('a line of oc-mirror v1', () => {
  itExplains([
    ['error: invalid mirror sequence order, want 4, got 6', 'oc-mirror/sequence', 'error'],
    [
      'error: error during publishing, expecting imageset with prefix mirror_seq4: x',
      'oc-mirror/sequence',
      'error',
    ],
    ['backend is not configured in imageset.yaml, using stateless mode', 'oc-mirror/stateless', 'hint'],
    ['No metadata detected, creating new workspace', 'oc-mirror/new-workspace', 'hint'],
    ['No new images detected, process stopping', 'oc-mirror/no-new-images', 'information'],
    [
      'W0304 05:06:07.000001   12 images.go:1] bundle a.v1: pinning bundle image quay.io/a/b:v1 to digest',
      'oc-mirror/pinned-bundle',
      'information',
      'quay.io/a/b:v1',
    ],
    [
      'W0304 05:06:07.000001   12 images.go:1] skipping bundle a.v1 image quay.io/a/b:v1 resolve error: manifest unknown',
      'oc-mirror/manifest-unknown',
      'warning',
      'quay.io/a/b:v1',
    ],
    [`error: layer "${digest}" is not present in the archive`, 'oc-mirror/layer-not-in-archive', 'error'],
    [
      `error: error finding remote layer "${digest}": manifest unknown`,
      'oc-mirror/manifest-unknown',
      'error',
    ],
    ['error: config GVK not recognized: mirror.openshift.io/v9, Kind=X', 'oc-mirror/unknown-kind', 'error'],
    ['error: decode isc.yaml: json: unknown field "packagez"', 'oc-mirror/unknown-field', 'error'],
    ['The rendered catalog is invalid.', 'oc-mirror/invalid-catalog', 'error'],
    [
      'error: the current default channel "stable" for package "a" could not be determined... ',
      'oc-mirror/default-channel',
      'error',
    ],
    [
      'error: channel stable: head "a.v3" not reachable from bundle "a.v1"',
      'oc-mirror/unreachable-head',
      'error',
    ],
    [
      'error: error regenerating the cache for reg.example.com:5000/a/idx:v1: exit status 1',
      'oc-mirror/cache',
      'error',
      'reg.example.com:5000/a/idx:v1',
    ],
    [
      'error: detected a v2 ImageSetConfiguration, please use --v2 instead of -v2',
      'oc-mirror/wrong-version',
      'error',
    ],
    [
      'error: the max-nested-paths value (1) must be strictly higher than 2',
      'oc-mirror/nested-paths',
      'error',
    ],
  ]);
});
