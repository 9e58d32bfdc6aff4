import { describe } from 'vitest';
import { itExplains } from '../../support/lineCases.ts';

const hex = 'ab'.repeat(32);
const digest = `sha256:${hex}`;
const time = '2026/03/04 05:06:07  ';

describe('a line of oc-mirror v2', () => {
  itExplains([
    [
      `${time}[ERROR]  : [Worker] error mirroring image docker://quay.io/a/b:v1 (Operator bundles: [a.v1] - Operators: [a]) error: initializing source docker://quay.io/a/b:v1: reading manifest v1 in quay.io/a/b: manifest unknown`,
      'oc-mirror/manifest-unknown',
      'error',
      'docker://quay.io/a/b:v1',
    ],
    [
      `${time}[ERROR]  : [Worker] error mirroring image quay.io/a/b:v1 error: something new`,
      'oc-mirror/image',
      'error',
      'quay.io/a/b:v1',
    ],
    [
      `${time}[INFO]   :  ✗  3 / 5 operator images mirrored: Some operator images failed to be mirrored - please check the logs`,
      'oc-mirror/some-failed',
      'error',
    ],
    [
      `${time}[INFO]   : ❌ 3 / 5 release images mirrored: Some release images failed to be mirrored - please check the logs`,
      'oc-mirror/some-failed',
      'error',
    ],
    [`${time}[INFO]   :  ✓  5 / 5 additional images mirrored successfully`, 'oc-mirror/all-copied', 'hint'],
    [
      `${time}[WARN]   : skipping operator bundle a.v1 because one of its related images failed to mirror`,
      'oc-mirror/skipped-bundle',
      'warning',
      'a.v1',
    ],
    [
      `${time}[ERROR]  : Failed to copy operator quay.io/a/b:v1 → cache`,
      'oc-mirror/failed-copy',
      'error',
      'quay.io/a/b:v1',
    ],
    [
      `${time}[WARN]   : quay.io/a/b unable to parse image correctly : tag and digest are empty : SKIPPING`,
      'oc-mirror/unparsed-image',
      'warning',
    ],
    [
      `${time}[WARN]   : quay.io/a/b:v1@${digest} has both tag and digest : using digest to pull, but tag only for mirroring`,
      'oc-mirror/tag-and-digest',
      'information',
    ],
    [`${time}[ERROR]  : 'oci' is not supported in operator catalogs`, 'oc-mirror/oci-catalog', 'error'],
    [`${time}[WARN]   : no related images found`, 'oc-mirror/no-related-images', 'warning'],
    [
      `${time}[ERROR]  : [Executor] collection error: collect catalog "quay.io/a/idx:v1": unauthorized: authentication required`,
      'oc-mirror/unauthorized',
      'error',
      'quay.io/a/idx:v1',
    ],
    [
      `${time}[ERROR]  : failed to filter catalog: Full: true cannot be mixed with versionRange`,
      'oc-mirror/full-with-versions',
      'error',
    ],
    [
      `${time}[ERROR]  : invalid default channel configuration for package "a": the default channel "stable" was filtered out, a new default channel must be configured for this package`,
      'oc-mirror/default-channel',
      'error',
    ],
    [
      `${time}[ERROR]  : package "a" channel "stable" has version range ">=9" that results in an empty channel`,
      'oc-mirror/empty-channel',
      'error',
    ],
    [`${time}[ERROR]  : multiple channel heads found: [a.v1 a.v2]`, 'oc-mirror/several-heads', 'error'],
    [
      `${time}[ERROR]  : maxArchiveSize 1G is too small compared to sizes of files that need to be included`,
      'oc-mirror/archive-size',
      'error',
    ],
    [
      `${time}[ERROR]  : no tar archives matching "mirror_[0-9]{6}\\.tar" found in "/mnt"`,
      'oc-mirror/no-archive',
      'error',
    ],
    [`${time}[ERROR]  : 55000 is already bound and cannot be used`, 'oc-mirror/port', 'error'],
    [
      `${time}[ERROR]  : Detected bad umask 0077 (oc-mirror requires a umask of 0022)`,
      'oc-mirror/umask',
      'warning',
    ],
    [
      `${time}[ERROR]  : when destination is docker://, either --from (assumes disk to mirror workflow) or --workspace need to be provided`,
      'oc-mirror/from-or-workspace',
      'error',
    ],
    [
      `${time}[ERROR]  : the destination contains an internal oc-mirror keyword 'working-dir'`,
      'oc-mirror/reserved-word',
      'error',
    ],
    [
      `${time}[WARN]   : [GenerateReleaseSignatures] no signature found for 4.18.1 image quay.io/a/b@${digest}`,
      'oc-mirror/release-signature',
      'warning',
    ],
    [
      `${time}[ERROR]  : x: reading signatures: reading manifest sha256-${hex}.sig in quay.io/a/b: manifest unknown`,
      'oc-mirror/signature',
      'error',
      'quay.io/a/b',
    ],
    [
      `${time}[ERROR]  : copying: Instructed to preserve digests, however the manifest must be converted`,
      'oc-mirror/preserve-digests',
      'error',
    ],
    [`${time}[ERROR]  : no instances found for platform linux/s390x`, 'oc-mirror/no-platform', 'error'],
    [
      `${time}[WARN]   : 3/9 images necessary for mirroring are not available in the cache.`,
      'oc-mirror/not-in-cache',
      'error',
    ],
    [`${time}[WARN]   : failed to pin catalog at index 0 (quay.io/a/idx:v1)`, 'oc-mirror/pin', 'warning'],
    [`${time}[ERROR]  : something new`, 'oc-mirror/error', 'error'],
    ['the use of the flag --v1 or --v2 is mandatory', 'oc-mirror/version-flag', 'error'],
  ]);
});
