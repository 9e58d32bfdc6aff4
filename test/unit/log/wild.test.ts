import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../server/src/log/parseLog.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

/** Lines as people report them of registries, proxies, nodes and OLM, with other names. */
const table: readonly (readonly [string, string])[] = [
  [
    `error: unable to retrieve source image registry.redhat.io/a/b manifest ${digest}: unauthorized: Please login to the Red Hat Registry using your Customer Portal credentials. Further instructions can be found here: https://access.redhat.com/RegistryAuthentication`,
    'oc/unauthorized',
  ],
  [
    `error: unable to retrieve source image registry.redhat.io/a/b manifest ${digest}: Get "https://registry.redhat.io/v2/a/b/manifests/${digest}": unable to retrieve auth token: invalid username/password: unauthorized: Please login to the Red Hat Registry using your Customer Portal credentials.`,
    'oc/no-credentials',
  ],
  [
    `error: unable to retrieve source image registry.redhat.io/a/b manifest ${digest}: Get "https://registry.redhat.io/v2/a/b/manifests/${digest}": unauthorized: access to the requested resource is not authorized`,
    'oc/unauthorized',
  ],
  [
    `error: unable to open source layer ${digest} to copy to reg.example.com:5000/m/a-b: unauthorized: authentication required`,
    'oc/unauthorized',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/a/b/manifests/v1": error parsing HTTP 429 response body: invalid character \'<\' looking for beginning of value: "<html>\\r\\n<head><title>429 Too Many Requests</title></head>\\r\\n<body bgcolor=\\"white\\">\\r\\n</body>\\r\\n</html>\\r\\n"',
    'oc/too-many-requests',
  ],
  [
    'error: unable to retrieve source image docker.io/a/b by tag v1: toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating and upgrading: https://www.docker.com/increase-rate-limit',
    'oc/too-many-requests',
  ],
  [
    'error: unable to push manifest to harbor.example.com/olm/a-b:1a2b3c4d: denied: adding 29.0 MiB of storage resource, which when updated to current usage of 152.4 MiB will exceed the configured upper limit of 10.0 MiB.',
    'oc/quota-exceeded',
  ],
  [
    `error: unable to upload blob ${digest} to reg.example.com:5000/m/a-b: received unexpected HTTP status: 507 Insufficient Storage`,
    'oc/quota-exceeded',
  ],
  [
    `error: unable to upload blob ${digest} to reg.example.com:5000/m/a-b: denied: Quota has been exceeded on namespace`,
    'oc/quota-exceeded',
  ],
  [
    'error: unable to push manifest to quay.example.com/m/a/b/c:v1: unauthorized: access to the requested resource is not authorized',
    'oc/nested-path',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": Proxy Authentication Required',
    'oc/proxy',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": Forbidden',
    'oc/proxy',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": proxyconnect tcp: tls: first record does not look like a TLS handshake',
    'oc/proxy',
  ],
  [
    `error: unable to retrieve source image quay.io/a/b manifest ${digest}: received unexpected HTTP status: 502 Bad Gateway`,
    'oc/registry-error',
  ],
  [
    `error: unable to retrieve source image quay.io/a/b manifest ${digest}: received unexpected HTTP status: 504 Gateway Timeout`,
    'oc/registry-error',
  ],
  [
    `error: unable to retrieve source image quay.io/a/b manifest ${digest}: received unexpected HTTP status: 503 Service Unavailable`,
    'oc/registry-error',
  ],
  [
    `error: unable to upload blob ${digest} to reg.example.com:5000/m/a-b: error parsing HTTP 413 response body: invalid character '<' looking for beginning of value: "<html>\\r\\n<head><title>413 Request Entity Too Large</title></head>"`,
    'oc/body-too-large',
  ],
  [
    `error: unable to upload blob ${digest} to reg.example.com:5000/m/a-b: error parsing HTTP 414 response body: invalid character '<' looking for beginning of value: "<html><title>414 Request-URI Too Large</title>"`,
    'oc/address-too-long',
  ],
  [
    'error: unable to connect to provision.example.com:5000/ocp4/openshift4: Get "https://provision.example.com:5000/v2/": x509: certificate relies on legacy Common Name field, use SANs or temporarily enable Common Name matching with GODEBUG=x509ignoreCN=0',
    'oc/certificate',
  ],
  [
    'error: unable to connect to reg.example.com:5000/m/a-b: Get "https://reg.example.com:5000/v2/": x509: certificate signed by unknown authority',
    'oc/unknown-authority',
  ],
  [
    'error: unable to connect to 10.0.0.5:5000/m/a-b: Get "https://10.0.0.5:5000/v2/": x509: cannot validate certificate for 10.0.0.5 because it doesn\'t contain any IP SANs',
    'oc/certificate',
  ],
  [
    'error: unable to read image reg.example.com/a/idx:v1: Get "https://reg.example.com/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-03-04T05:06:07Z is after 2026-01-01T00:00:00Z',
    'oc/certificate',
  ],
  [
    'error: unable to read image reg.example.com/a/idx:v1: Get "https://reg.example.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'oc/unknown-authority',
  ],
  [
    `error: unable to copy layer ${digest} to file://d/a/b: write v2/d/a/b/blobs/${digest}.download: no space left on device`,
    'oc/disk-full',
  ],
  [
    `error: unable to copy layer ${digest} to reg.example.com/a/b: read tcp 10.0.0.1:44332->104.18.1.1:443: read: connection reset by peer`,
    'oc/connection-cut',
  ],
  [`error: unable to copy layer ${digest} to reg.example.com/a/b: unexpected EOF`, 'oc/connection-cut'],
  [
    `error: unable to copy layer ${digest} to reg.example.com/a/b: net/http: TLS handshake timeout`,
    'oc/timeout',
  ],
  [`error: unable to copy layer ${digest} to reg.example.com/a/b: context deadline exceeded`, 'oc/timeout'],
  [
    `error: unable to copy layer ${digest} to reg.example.com/a/b: Patch "https://reg.example.com/v2/a/b/blobs/uploads/x?_state=y": write tcp 10.0.0.1:1->10.0.0.2:443: write: broken pipe`,
    'oc/connection-cut',
  ],
  [
    `error: unable to copy layer ${digest} to reg.example.com/a/b: Patch "https://reg.example.com/v2/a/b/blobs/uploads/x": EOF`,
    'oc/connection-cut',
  ],
  [
    'error: unable to push manifest to reg.example.com/a/b:v1: tag invalid: tag is immutable',
    'oc/immutable-tag',
  ],
  [
    "error: unable to push manifest to harbor.example.com/a/b:v1: unknown: Failed to process request due to 'b:v1' configured as immutable.",
    'oc/immutable-tag',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: read tcp 10.0.0.1:1->1.1.1.1:443: i/o timeout',
    'oc/timeout',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    'oc/timeout',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)',
    'oc/timeout',
  ],
  [
    'error: unable to retrieve source image quay.io/a/b by tag v1: Get "https://quay.io/v2/": dial tcp: lookup quay.io: i/o timeout',
    'oc/name-not-resolved',
  ],
  [
    `error: unable to retrieve source image registry.connect.redhat.com/a/b manifest ${digest}: name unknown: Repo not found`,
    'oc/repository-unknown',
  ],
  ['error: the server doesn\'t have a resource type "imagedigestmirrorsets"', 'oc/unknown-kind'],
  [
    'error: unable to load --registry-config: stat /root/pull-secret.json: no such file or directory',
    'oc/registry-config',
  ],
  ['error: unable to load --registry-config: unexpected end of JSON input', 'oc/registry-config'],
  ['error: open manifests-x/mapping.txt: permission denied', 'oc/permission-denied'],
  [
    `Failed to pull image "quay.io/a/b@${digest}": rpc error: code = Unknown desc = (Mirrors also failed: [one.example.com:5000/a/b@${digest}: Error reading manifest ${digest} in one.example.com:5000/a/b: unauthorized: authentication required] [two.example.com/a/b@${digest}: pinging container registry two.example.com: Get "https://two.example.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority]): quay.io/a/b@${digest}: error pinging docker registry quay.io: Get "https://quay.io/v2/": dial tcp 18.235.225.205:443: connect: connection refused`,
    'pull/mirrors-failed',
  ],
  [
    `Failed to pull image "quay.io/a/b@${digest}": unable to pull image or OCI artifact: pull image err: initializing source docker://quay.io/a/b@${digest}: (Mirrors also failed: [one.example.com:5000/a/b@${digest}: reading manifest ${digest} in one.example.com:5000/a/b: manifest unknown] [two.example.com/a/b@${digest}: reading manifest ${digest} in two.example.com/a/b: name unknown: repository name not known to registry]): quay.io/a/b@${digest}: reading manifest ${digest} in quay.io/a/b: unauthorized: access to the requested resource is not authorized; artifact err: provided artifact is a container image`,
    'pull/mirrors-failed',
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": unable to pull image or OCI artifact: pull image err: initializing source docker://quay.io/a/b:v1: pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp 34.1.1.1:443: i/o timeout; artifact err: get manifest: build image source: pinging container registry quay.io: Get "https://quay.io/v2/": dial tcp 34.1.1.1:443: i/o timeout',
    'pull/no-mirror',
  ],
  [
    'Failed to inspect image "": rpc error: code = Unknown desc = short name mode is enforcing, but image name synology/synology-csi:v1.2.0 returns ambiguous list',
    'pull/short-name',
  ],
  [
    'Failed to pull image "alpine": short name mode is enforcing, but image name alpine:latest returns ambiguous list',
    'pull/short-name',
  ],
  [
    'Failed to inspect image "busybox": rpc error: code = Unknown desc = short-name "busybox:latest" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
    'pull/short-name',
  ],
  [
    'Error: short-name "nginx:latest" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"',
    'pull/short-name',
  ],
  ['Error: short-name resolution enforced but cannot prompt without a TTY', 'pull/short-name'],
  [
    'Error: unable to copy from source docker://registry.redhat.io/rhceph/rhceph-7-rhel9:latest: Source image rejected: A signature was required, but no signature exists',
    'pull/signature-required',
  ],
  [
    `Back-off pulling image "quay.io/a/b@${digest}": SignatureValidationFailed: image pull failed for quay.io/a/b@${digest} because the signature validation failed: unable to pull image or OCI artifact: pull image err: Source image rejected: A signature was required, but no signature exists; artifact err: x`,
    'pull/signature-required',
  ],
  [
    'Error: choosing an image from manifest list docker://quay.io/a/b:v1: no image found in manifest list for architecture "arm64", variant "v8", OS "linux"',
    'pull/no-architecture',
  ],
  [
    'Failed to pull image "quay.io/a/b:v1": rpc error: code = Unknown desc = choosing image instance: no image found in image index for architecture arm64, variant "v8", OS linux',
    'pull/no-architecture',
  ],
  [
    'Error: writing blob: uploading layer to https://reg.example.com/v2/a/b/blobs/uploads/x?digest=y: received unexpected HTTP status: 502 Bad Gateway',
    'pull/registry-error',
  ],
  [
    `Error: trying to reuse blob ${digest} at destination: checking whether a blob ${digest} exists in reg.example.com/a/b: unauthorized: authentication required`,
    'pull/unauthorized',
  ],
  [
    'Error: writing blob: initiating layer upload to /v2/a/b/blobs/uploads/ in reg.example.com: requested access to the resource is denied',
    'pull/denied',
  ],
  [
    'FATA[0003] copying image 1/2 from manifest list: writing blob: Patch "https://reg.example.com/v2/a/b/blobs/uploads/x": EOF',
    'pull/connection-cut',
  ],
  [
    'time="2026-03-04T05:06:07Z" level=fatal msg="initializing source docker://quay.io/a/b:v1: reading manifest v1 in quay.io/a/b: manifest unknown"',
    'pull/manifest-unknown',
  ],
  [
    'time="2026-03-04T05:06:07Z" level=fatal msg="open /database/index.db: permission denied"',
    'opm/permission-denied',
  ],
  ['Error: open /cache/pogreb.v1/db: permission denied', 'opm/permission-denied'],
  [
    'time="2026-03-04T05:06:07Z" level=fatal msg="open /etc/nsswitch.conf: permission denied"',
    'opm/permission-denied',
  ],
  [
    'failed to populate resolver cache from source operatorhubio-catalog/olm: failed to list bundles: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.229.209.161:50051: i/o timeout"',
    'olm/catalog-unreachable',
  ],
  [
    'error using catalog my-catalog (in namespace openshift-marketplace): failed to list bundles: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing dial tcp: lookup x.ns.svc on 172.30.0.10:53: no such host"',
    'olm/catalog-unreachable',
  ],
  [
    'constraints not satisfiable: no operators found in package stable in the catalog referenced by subscription rhacs-operator, subscription rhacs-operator exists',
    'olm/no-operators-found',
  ],
  [
    'constraints not satisfiable: subscription lso requires idx/openshift-marketplace/stable/lso.v4.15.0, subscription lso exists, clusterserviceversion lso.v4.15.0 exists and is not referenced by a subscription',
    'olm/csv-without-subscription',
  ],
  [
    'constraints not satisfiable: no operators found from catalog cs-redhat in namespace openshift-marketplace referenced by subscription elasticsearch-operator, subscription elasticsearch-operator exists',
    'olm/no-operators-found',
  ],
  [
    'Message: bundle unpacking failed. Reason: BackoffLimitExceeded, and Message: Job has reached the specified backoff limit',
    'olm/unpack-failed',
  ],
  ['  Warning  Failed  6m  kubelet  Error: ImageInspectError', 'pull/back-off'],
  ['  Warning  Failed  6m  kubelet  Error: InvalidImageName', 'pull/back-off'],
  [
    'Failed to apply default image tag "quay.io/A/b": couldn\'t parse image reference "quay.io/A/b": invalid reference format: repository name must be lowercase',
    'pull/invalid-reference',
  ],
  [
    `2025/03/19 08:20:23  [ERROR]  : [Worker] error mirroring image docker://registry.redhat.io/cnv/virt-operator-rhel9@${digest} (Operator bundles: [kubevirt.v4.17.5] - Operators: [kubevirt-hyperconverged]) error: copying image 1/2 from manifest list: reading config blob ${digest}: fetching blob: received unexpected HTTP status: 502 Bad Gateway`,
    'oc-mirror/registry-error',
  ],
  [
    `2025/03/19 08:20:23  [ERROR]  : [Worker] error mirroring image localhost:55000/openshift/graph-image:latest error: copying image 1/4 from manifest list: trying to reuse blob ${digest} at destination: pinging container registry localhost:5000: Get "https://localhost:5000/v2/": http: server gave HTTP response to HTTPS client`,
    'oc-mirror/plain-http',
  ],
];

function only(...lines: string[]) {
  return parseLog(lines).lines[0];
}

describe('a line that people report', () => {
  it.each(table)('%s', (text, code) => {
    const { lines } = parseLog([text]);
    expect(lines.map((line) => line.code)).toEqual([code]);
    expect(lines[0]?.cause).not.toMatch(/[{}`]|undefined|\.\.$/);
    expect(lines[0]?.fix).not.toMatch(/[{}`]|undefined|\.\.$/);
  });
});

describe('who failed', () => {
  it.each([
    [
      `[ERROR]  : [Worker] error mirroring image docker://quay.io/a/b@${digest} (Operator bundles: [a.v1] - Operators: [a]) error: copying image 1/2 from manifest list: reading config blob ${digest}: fetching blob: received unexpected HTTP status: 502 Bad Gateway`,
      'quay.io has an error',
    ],
    [
      `[ERROR]  : [Worker] error mirroring image docker://quay.io/a/b@${digest} (Operator bundles: [a.v1] - Operators: [a]) error: writing blob: initiating layer upload to /v2/a/b/blobs/uploads/ in reg.example.com:5000: unauthorized: authentication required`,
      'reg.example.com:5000 did not accept',
    ],
    [
      `Error: trying to reuse blob ${digest} at destination: checking whether a blob ${digest} exists in reg.example.com/a/b: unauthorized: authentication required`,
      'reg.example.com did not accept',
    ],
  ])('%s', (text, cause) => {
    expect(only(text)?.cause).toContain(cause);
  });
});

it('takes what a registry says below the line into account', () => {
  const line = only(
    `error: unable to retrieve source image docker.io/a/b manifest ${digest}: errors:`,
    'denied: requested access to the resource is denied',
    'unauthorized: authentication required',
    '',
  );
  expect(line).toMatchObject({ code: 'oc/denied-or-missing', image: `docker.io/a/b@${digest}` });
});

it('calls a refusal for a deep path so only where the path is deep', () => {
  const refused = 'unauthorized: access to the requested resource is not authorized';
  expect(only(`error: unable to push manifest to quay.example.com/a/b:v1: ${refused}`)?.code).toBe(
    'oc/unauthorized',
  );
  expect(only(`error: unable to push manifest to quay.example.com/a/b/c:v1: ${refused}`)?.code).toBe(
    'oc/nested-path',
  );
});

describe('a pull', () => {
  it.each([
    'Source image rejected: A signature was required, but no signature exists',
    'choosing image instance: no image found in image index for architecture arm64, variant "v8", OS linux',
    `copying system image from manifest list: reading blob ${digest}: fetching blob: received unexpected HTTP status: 502 Bad Gateway`,
  ])('does not prove that no mirror was tried when it says %s', (reason) => {
    const line = only(
      `Failed to pull image "quay.io/a/b@${digest}": rpc error: code = Unknown desc = ${reason}`,
    );
    expect(line?.cause).not.toMatch(/no mirror was tried/i);
  });

  it('tells each of two mirrors and the source by its own reason', () => {
    const line = only(
      `Failed to pull image "quay.io/a/b@${digest}": rpc error: code = Unknown desc = (Mirrors also failed: [one.example.com:5000/a/b@${digest}: Error reading manifest ${digest} in one.example.com:5000/a/b: unauthorized: authentication required] [two.example.com/a/b@${digest}: pinging container registry two.example.com: Get "https://two.example.com/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority]): quay.io/a/b@${digest}: error pinging docker registry quay.io: Get "https://quay.io/v2/": dial tcp 18.0.0.1:443: connect: connection refused`,
    );
    expect(line?.cause).toMatch(
      /one\.example\.com:5000 did not accept the login.*certificate of two\.example\.com is from an authority.*quay\.io/s,
    );
  });
});
