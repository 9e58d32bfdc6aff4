import { describe, expect, it } from 'vitest';
import { parseLog } from '../../../server/src/log/parseLog.ts';
import { itExplains } from '../../support/lineCases.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

describe('a line of pulls', () => {
  itExplains([
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
  ]);
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
