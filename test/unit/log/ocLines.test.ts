import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../server/src/log/parseLog.ts';
import { itExplains } from '../../support/lineCases.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('a line of oc adm catalog mirror and oc image mirror, all versions', () => {
  itExplains([
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
    [
      'error: unable to read image file://d/idx:v1: not a symlink',
      'oc/not-a-link',
      'error',
      'file://d/idx:v1',
    ],
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
  ]);
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
