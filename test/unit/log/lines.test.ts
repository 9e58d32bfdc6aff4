import { describe, expect, it } from 'vitest';
import type { ExplainedLine, Verdict } from '../../../server/src/log/logDocument.ts';
import { parseLog } from '../../../server/src/log/parseLog.ts';

const hex = 'ab'.repeat(32);
const digest = `sha256:${hex}`;
const time = '2026/03/04 05:06:07  ';

/** Lines with made-up names in the exact forms of the tools: the code, the severity and the image of each. */
const table: readonly (readonly [string, string, ExplainedLine['severity'], string?])[] = [
  // oc adm catalog mirror and oc image mirror, all versions.
  [
    'no digest mapping available for quay.io/a/b:v1, skip writing to ImageContentSourcePolicy',
    'oc/no-digest-mapping',
    'warning',
    'quay.io/a/b:v1',
  ],
  [
    'no digest mapping available for quay.io/a/b:v1, skip writing to ImageDigestMirrorSet',
    'oc/no-digest-mapping',
    'warning',
    'quay.io/a/b:v1',
  ],
  [
    'warning: Image quay.io/a/b:v1 does not exist and will not be mirrored',
    'oc/missing-tag',
    'warning',
    'quay.io/a/b:v1',
  ],
  ['warning: Expected to mount sha256:1 from x/y but mount was ignored', 'oc/expected-mount', 'hint'],
  [`warning: Layer size mismatch for ${digest}: had 20, wrote 10`, 'oc/damaged-blob', 'error'],
  ['warning: something new', 'oc/warning', 'warning'],
  [
    `error: unable to retrieve source image quay.io/a/b manifest ${digest}: manifest unknown: manifest unknown`,
    'oc/manifest-unknown',
    'error',
    `quay.io/a/b@${digest}`,
  ],
  [
    'error: unable to retrieve source image quay.io/a/b manifest #3 from manifest list: manifest unknown: manifest unknown',
    'oc/list-hole',
    'error',
    'quay.io/a/b',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b manifest #3 from manifest list: unauthorized: access to the requested resource is not authorized',
    'oc/unauthorized',
    'error',
    'quay.io/a/b',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": dial tcp: lookup quay.io: no such host',
    'oc/name-not-resolved',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": dial tcp 10.0.0.1:443: i/o timeout',
    'oc/timeout',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused',
    'oc/proxy',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: toomanyrequests: You have reached your pull rate limit',
    'oc/too-many-requests',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: something new',
    'oc/source-image',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'error: unable to retrieve source image file://d/i/a/b by tag v1: unknown blob',
    'oc/store-missing-tag',
    'error',
    'file://d/i/a/b:v1',
  ],
  [
    `error: unable to retrieve source image file://d/i/a/b manifest ${digest}: open v2/d/i/a/b/manifests/${digest}: no such file or directory`,
    'oc/store-missing-manifest',
    'error',
    `file://d/i/a/b@${digest}`,
  ],
  [
    `error: unable to retrieve source image file://d/i/a/b manifest ${digest}: error unmarshalling content: unexpected end of JSON input`,
    'oc/store-cut-manifest',
    'error',
    `file://d/i/a/b@${digest}`,
  ],
  [
    `error: unable to retrieve source image file://d/i/a/b manifest ${digest}: missing signature key`,
    'oc/old-oc-manifest',
    'error',
    `file://d/i/a/b@${digest}`,
  ],
  [
    `error: unable to push manifest to reg.example.com:5000/a/b:v1: manifest blob unknown: blob unknown to registry`,
    'oc/blobs-missing',
    'error',
    'reg.example.com:5000/a/b:v1',
  ],
  [
    'error: unable to push manifest to reg.example.com:5000/a/b:v1: errors:',
    'oc/blobs-missing',
    'error',
    'reg.example.com:5000/a/b:v1',
  ],
  [
    `error: unable to push manifest to file://d/i/a/b:v1: symlink ${digest} v2/d/i/a/b/manifests/v1.download: file exists`,
    'oc/leftover-link',
    'error',
    'file://d/i/a/b:v1',
  ],
  [
    `error: unable to push quay.io/a/b: failed to retrieve blob ${digest}: open v2/d/i/a/b/blobs/${digest}: no such file or directory`,
    'oc/store-missing-blob',
    'error',
    'quay.io/a/b',
  ],
  [
    `error: unable to push quay.io/a/b: failed to upload blob ${digest}: denied: requested access to the resource is denied`,
    'oc/denied',
    'error',
    'quay.io/a/b',
  ],
  [
    `error: unable to push quay.io/a/b: failed to upload blob ${digest}: something new`,
    'oc/upload-blob',
    'error',
    'quay.io/a/b',
  ],
  [
    `error: unable to upload blob ${digest} to reg.example.com:5000/a/b: error parsing HTTP 405 response body: invalid character 'M' looking for beginning of value: "Method not allowed\\n"`,
    'oc/read-only',
    'error',
    'reg.example.com:5000/a/b',
  ],
  [
    `error: unable to upload blob ${digest} to reg.example.com/a/b: received unexpected HTTP status: 413 Request Entity Too Large`,
    'oc/body-too-large',
    'error',
    'reg.example.com/a/b',
  ],
  [
    `error: unable to upload blob ${digest} to reg.example.com/a/b: received unexpected HTTP status: 502 Bad Gateway`,
    'oc/registry-error',
    'error',
    'reg.example.com/a/b',
  ],
  [
    `error: unable to copy layer ${digest} to file://d/a/b: rename v2/d/a/b/blobs/${digest}.download v2/d/a/b/blobs/${digest}: no such file or directory`,
    'oc/write-race',
    'error',
    'file://d/a/b',
  ],
  [
    `error: unable to copy layer ${digest} to file://d/a/b: write v2/d/a/b/blobs/${digest}.download: no space left on device`,
    'oc/disk-full',
    'error',
    'file://d/a/b',
  ],
  [
    `error: unable to open source layer ${digest} to copy to reg.example.com/a/b: unknown blob`,
    'oc/missing-blob',
    'error',
    'reg.example.com/a/b',
  ],
  [
    `error: failed to commit blob ${digest} from manifest ${digest} to reg.example.com/a/b: digest invalid: provided digest did not match uploaded content`,
    'oc/damaged-blob',
    'error',
    'reg.example.com/a/b',
  ],
  [
    'error: unable to upload all manifests, some dependencies not uploaded: [sha256:1]',
    'oc/unpushed-manifests',
    'error',
  ],
  [
    'errors during mirroring. the full contents of the catalog may not have been mirrored: couldn\'t parse image for mirroring (quay.io/A/b:v1), skipping mirror: "quay.io/A/b:v1" is not a valid image reference: repository name must be lowercase',
    'oc/unparsed-image',
    'error',
    'quay.io/A/b:v1',
  ],
  [
    'errors during mirroring. the full contents of the catalog may not have been mirrored: mirroring failed: error mirroring image: one or more errors occurred',
    'oc/errors-during-mirroring',
    'error',
  ],
  ['error mirroring image: one or more errors occurred', 'oc/errors-during-mirroring', 'error'],
  [
    'error: errors during mirroring. the full contents of the catalog may not have been mirrored: mirroring failed: error mirroring image: an error occurred during planning',
    'oc/stopped-on-errors',
    'error',
  ],
  ['error: an error occurred during planning', 'oc/failed-planning', 'error'],
  ['error: one or more errors occurred while uploading images', 'oc/failed-copy', 'error'],
  [
    'error: unable to read image reg.example.com/a/idx:v1: unauthorized: authentication required',
    'oc/unauthorized',
    'error',
    'reg.example.com/a/idx:v1',
  ],
  [
    'error: unable to read image reg.example.com/a/idx:v1: Get "https://reg.example.com/v2/": x509: certificate signed by unknown authority',
    'oc/unknown-authority',
    'error',
    'reg.example.com/a/idx:v1',
  ],
  [
    'error: unable to read image reg.example.com/a/idx:v1: Get "https://reg.example.com/v2/": x509: certificate is valid for b, not reg.example.com',
    'oc/certificate',
    'error',
    'reg.example.com/a/idx:v1',
  ],
  [
    'error: unable to read image reg.example.com/a/idx:v1: Get "https://reg.example.com/v2/": http: server gave HTTP response to HTTPS client',
    'oc/plain-http',
    'error',
    'reg.example.com/a/idx:v1',
  ],
  [
    'error: unable to read image file://d/idx:v1: unknown blob',
    'oc/store-missing-index',
    'error',
    'file://d/idx:v1',
  ],
  ['error: unable to read image file://d/idx:v1: not a symlink', 'oc/not-a-link', 'error', 'file://d/idx:v1'],
  ['error: no mapping found for index image', 'oc/no-mapping', 'error'],
  [
    'error: the image is a manifest list and contains multiple images - use --index-filter-by-os to select from:',
    'oc/index-is-list',
    'error',
  ],
  ['error: maxPathComponents must be 0 (no limit) or greater than 1', 'oc/max-components', 'error'],
  [
    'error: unable to add mirror {quay.io/a/b [reg.example.com/a/b]} to IDMS with the max-idms-size set to 200',
    'oc/icsp-too-small',
    'error',
    'quay.io/a/b',
  ],
  [
    'error: file m.txt, line 7: each destination tag may only be specified once: reg.example.com/a/b:v1',
    'oc/duplicate-destination',
    'error',
    'reg.example.com/a/b:v1',
  ],
  [
    'error: file m.txt, line 7: you must specify a tag for DST or leave it blank to only push by digest',
    'oc/destination-digest',
    'error',
  ],
  ['error: file m.txt, line 7: all arguments must be valid SRC=DST mappings', 'oc/mapping-syntax', 'error'],
  ['error: SRC and DST may not be the same', 'oc/mapping-syntax', 'error'],
  [
    'info: Filtered all images from quay.io/a/b:v1, skipping',
    'oc/nothing-matched',
    'warning',
    'quay.io/a/b:v1',
  ],
  ['info: Dry run complete', 'oc/dry-run', 'information'],
  [
    'Warning: the default reading order of registry auth file will be changed from x',
    'oc/auth-file-order',
    'hint',
  ],
  ['!! DEPRECATION NOTICE:', 'oc/sqlite-deprecated', 'hint'],
  ['error: something that nobody has seen yet', 'oc/error', 'error'],
  [
    'The CatalogSource "a/b" is invalid: metadata.name: Invalid value: "a/b": a lowercase RFC 1123 subdomain',
    'oc/invalid-name',
    'error',
  ],
  [
    'Error from server (NotFound): error when creating "x.yaml": the server could not find the requested resource',
    'oc/server',
    'error',
  ],
  // oc-mirror v1
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
  [`error: error finding remote layer "${digest}": manifest unknown`, 'oc-mirror/manifest-unknown', 'error'],
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
  ['error: the max-nested-paths value (1) must be strictly higher than 2', 'oc-mirror/nested-paths', 'error'],
  // oc-mirror v2
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
  // opm
  [
    'Error: error pulling image: . exec: "podman": executable file not found in $PATH',
    'opm/no-container-tool',
    'error',
  ],
  ['Error: none is not a valid container-tool for index prune', 'opm/container-tool', 'error'],
  [
    'Error: `opm index prune` only supports sqlite-based catalogs. See https://example.com',
    'opm/file-based-catalog',
    'error',
  ],
  [
    'Error: index image quay.io/a/idx missing label operators.operatorframework.io.index.database.v1',
    'opm/missing-label',
    'error',
  ],
  ['Error: open ./db-123: permission denied', 'opm/database-permission', 'error'],
  ['Error: attempt to write a readonly database', 'opm/database-read-only', 'error'],
  [
    'time="2026-03-04T05:06:07Z" level=fatal msg="cache requires rebuild: cache reports digest as \\"1\\", but computed digest is \\"2\\""',
    'opm/stale-cache',
    'error',
  ],
  ['time="2026-03-04T05:06:07Z" level=fatal msg="integrity check failed: x"', 'opm/cache-integrity', 'error'],
  ['Error: failed to load or rebuild cache: x', 'opm/cache', 'error'],
  ['Error: failed to load or build cache: stat .: permission denied', 'opm/cache', 'error'],
  ['Error: render "a": sqlite-based index images are no longer supported', 'opm/sqlite-removed', 'error'],
  ['Error: image type could not be determined', 'opm/not-a-catalog', 'error'],
  ['time="2026-03-04T05:06:07Z" level=error msg="something new"', 'opm/error', 'error'],
  ['DEPRECATION NOTICE:', 'opm/sqlite-deprecated', 'hint'],
  // Pulls
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = error pinging docker registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io on 10.0.0.2:53: server misbehaving',
    'pull/no-mirror',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    `Failed to pull image "quay.io/a/b@${digest}": rpc error: code = Unknown desc = pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp 1.2.3.4:443: connect: connection refused`,
    'pull/no-mirror',
    'error',
    `quay.io/a/b@${digest}`,
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = (Mirrors also failed: [reg.example.com:5000/a/b:v1: reading manifest v1 in reg.example.com:5000/a/b: manifest unknown]): quay.io/a/b:v1: pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp: lookup quay.io: no such host',
    'pull/mirrors-failed',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = reading manifest v1 in quay.io/a/b: unauthorized: access to the requested resource is not authorized',
    'pull/unauthorized',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = registry quay.io is blocked in /etc/containers/registries.conf or /root/.config/containers/registries.conf.d',
    'pull/blocked',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = too many requests to registry',
    'pull/too-many-requests',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = Source image rejected: A signature was required, but no signature exists',
    'pull/signature-required',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = choosing image instance: no image found in manifest list for architecture "s390x", variant "", OS "linux"',
    'pull/no-architecture',
    'error',
    'quay.io/a/b:v1',
  ],
  ['Failed to pull image "quay.io/a/b:v1": something new', 'pull/failed', 'error', 'quay.io/a/b:v1'],
  [
    'Error: initializing source docker://reg.example.com:5000/a/b:v1: pinging container registry reg.example.com:5000: Get "https://reg.example.com:5000/v2/": http: server gave HTTP response to HTTPS client',
    'pull/plain-http',
    'error',
    'reg.example.com:5000/a/b:v1',
  ],
  [
    'time="2026-03-04T05:06:07Z" level=fatal msg="Error parsing image name \\"docker://quay.io/a/b:v1\\": reading manifest v1 in quay.io/a/b: manifest unknown"',
    'pull/manifest-unknown',
    'error',
    'quay.io/a/b:v1',
  ],
  ['Back-off pulling image "quay.io/a/b:v1"', 'pull/back-off', 'information', 'quay.io/a/b:v1'],
  ['no image found in image index for architecture "s390x"', 'pull/no-architecture', 'error'],
  [
    'E0304 05:06:07.000001    1234 log.go:32] "PullImage from image service failed" err="rpc error: code = Unknown desc = reading manifest v1 in quay.io/a/b: manifest unknown: \\"x\\"" image="quay.io/a/b:v1"',
    'pull/manifest-unknown',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
    'pull/timeout',
    'error',
    'quay.io/a/b:v1',
  ],
  [
    'Failed to pull image "reg.example.com:5000/a/b:v1": rpc error: code = Unknown desc = pinging container registry reg.example.com:5000: Get "https://reg.example.com:5000/v2/": dial tcp 1.2.3.4:5000: connect: connection refused',
    'pull/not-listening',
    'error',
    'reg.example.com:5000/a/b:v1',
  ],
  // OLM and the machine config operator
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
  ['constraints not satisfiable: bundle a requires an operator with package: b', 'olm/constraints', 'error'],
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
];

describe('a line', () => {
  it.each(table.map(([text, code, severity, image]) => ({ text, code, severity, image })))(
    '$text',
    ({ text, code, severity, image }) => {
      const [line] = parseLog([text]).lines;
      expect({ ...line, cause: '', fix: '' }).toMatchObject({ line: 0, code, severity });
      expect(line?.image).toBe(image);
      expect(line?.cause).not.toMatch(/[{}`]|undefined|\.\.$/);
      expect(line?.fix).not.toMatch(/[{}`]|undefined|\.\.$/);
    },
  );

  it.each([
    '2026-03-04T05:06:07Z ',
    '2026-03-04 05:06:07,123 ',
    '[2026-03-04T05:06:07.123+01:00] ',
    'Mar  4 05:06:07 bastion mirror[12]: ',
    '\u001b[31m',
    '    ',
  ])('is known behind %j', (prefix) => {
    const [line] = parseLog([
      `${prefix}warning: Image quay.io/a/b:v1 does not exist and will not be mirrored`,
    ]).lines;
    expect(line).toMatchObject({ code: 'oc/missing-tag', image: 'quay.io/a/b:v1' });
  });

  it.each([
    'src image has index label for database path: /database/index.db',
    'using index path mapping: /configs/:/tmp/1',
    `uploading: file://d/a/b ${digest} 1KiB`,
    `mounted: file://d/a/b ${digest} 1KiB`,
    `${digest} reg.example.com/a/b:v1`,
    'wrote mirroring manifests to manifests-a-1',
    'W0304 05:06:07.000001   12 manifest.go:442] Chose linux/amd64 manifest from the manifest list.',
    'info: Mirroring completed in 0s (0B/s)',
    'time="2026-03-04T05:06:07Z" level=info msg="serving registry" port=50051',
    'sha256:error: failed',
    'the word error: in the middle',
  ])('is no problem: %s', (text) => {
    expect(parseLog([text]).lines).toEqual([]);
  });
});

describe('a mirror that failed', () => {
  it('is told apart from the source behind it', () => {
    const [line] = parseLog([
      `Failed to pull image "quay.io/a/b@${digest}": rpc error: code = Unknown desc = (Mirrors also failed: [reg.example.com/a/b@${digest}: reading manifest ${digest} in reg.example.com/a/b: manifest unknown] [two.example.com/a/b@${digest}: unauthorized: authentication required]): quay.io/a/b@${digest}: pinging container registry quay.io: dial tcp: lookup quay.io: no such host`,
    ]).lines;
    expect(line?.cause).toContain('reg.example.com does not have this image');
    expect(line?.cause).toContain('two.example.com did not accept the login');
    expect(line?.cause).toContain('quay.io is a name that the DNS server');
    expect(line?.fix).toContain('reg.example.com');
  });

  it('is no problem once the image was pulled', () => {
    const log = parseLog([
      'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = reading manifest v1 in quay.io/a/b: manifest unknown',
      'Successfully pulled image "quay.io/a/b:v1" in 3s',
    ]);
    expect(log.verdict).toBe('unknown');
    expect(log.lines[0]?.severity).toBe('information');
  });
});

describe('the verdict', () => {
  const plan = [
    'reg.example.com/',
    '  olm/b',
    '    blobs:',
    `      quay.io/a/b ${digest} 1KiB`,
    '    manifests:',
    `      ${digest} -> v1`,
    '  stats: shared=0 unique=1 size=1KiB ratio=1.00',
    'info: Planning completed in 1s',
  ];
  const written = `${digest} reg.example.com/olm/b:v1`;
  const done = 'info: Mirroring completed in 1s (1kB/s)';
  it.each<[string, Verdict, string[]]>([
    ['nothing', 'unknown', ['']],
    ['everything written', 'complete', [...plan, written, done]],
    [
      'an image that is not reported as written',
      'incomplete',
      [...plan, `uploading: reg.example.com/olm/b ${digest} 1KiB`, done],
    ],
    ['an end in the middle', 'incomplete', [...plan, `uploading: reg.example.com/olm/b ${digest} 1KiB`]],
    ['a part that was left out', 'complete', [...plan, '...', done]],
    ['a dry run', 'unknown', [...plan, 'info: Dry run complete']],
    [
      'a tag that the plan leaves out',
      'incomplete',
      [
        ...plan,
        written,
        done,
        'no digest mapping available for quay.io/a/b:v2, skip writing to ImageContentSourcePolicy',
      ],
    ],
    [
      'a tag that the plan writes',
      'complete',
      [
        ...plan,
        written,
        done,
        'no digest mapping available for quay.io/a/b:v1, skip writing to ImageContentSourcePolicy',
      ],
    ],
    ['an error that nobody knows, at the end', 'failed', ['uploading: x', 'error: the sky fell']],
    ['an error that nobody knows, in the middle', 'incomplete', ['error: the sky fell', done]],
    ['v2 that copied all', 'complete', [`${time}[INFO]   :  ✓  5 / 5 operator images mirrored successfully`]],
    [
      'v2 that did not',
      'incomplete',
      [
        `${time}[INFO]   :  ✓  5 / 5 release images mirrored successfully`,
        `${time}[INFO]   :  ✗  3 / 5 operator images mirrored: Some operator images failed to be mirrored - please check the logs`,
      ],
    ],
    [
      'the worst of two',
      'incomplete',
      [
        '$ oc adm catalog mirror a b',
        done,
        '$ oc adm catalog mirror a b',
        'error mirroring image: one or more errors occurred',
      ],
    ],
  ])('of %s is %s', (_, verdict, lines) => {
    expect(parseLog(lines).verdict).toBe(verdict);
  });
});

describe('the catalog itself', () => {
  const text =
    'no digest mapping available for reg.example.com/my/idx:v1, skip writing to ImageDigestMirrorSet';
  it.each([
    [
      'by the command',
      ['$ oc adm catalog mirror -a auth.json reg.example.com/my/idx:v1 mirror.example.com/x', text],
    ],
    ['by the folder of the manifests', [text, 'wrote mirroring manifests to manifests-idx-1795166143']],
    [
      'in a file store',
      [
        text.replace('reg.example.com/my/idx:v1', 'file://d/my/idx:v1'),
        text.replace('reg.example.com/my/idx:v1', 'file://d/my/idx/a/b:v1'),
      ],
    ],
  ])('is known %s', (_, lines) => {
    expect(parseLog(lines).lines.filter(({ code }) => code === 'oc/no-digest-mapping')[0]).toMatchObject({
      severity: 'hint',
      fix: 'Nothing.',
    });
  });
});
