import { describe, expect, it } from 'vitest';
import { formatReference, parseReference } from '../../../server/src/documents/imageReference.ts';
import { normalizedPullSpec, parsePullSpec } from '../../../server/src/documents/pullSpec.ts';

const hex = (length: number) => 'a'.repeat(length);

describe('a pull spec as nodes read it', () => {
  it.each([
    ['test.com:5000', 'docker.io/library/test.com:5000'],
    ['quay.io', 'docker.io/library/quay.io:latest'],
    ['ubi8/ubi', 'docker.io/ubi8/ubi:latest'],
    ['index.docker.io/busybox', 'docker.io/library/busybox:latest'],
    ['registry-1.docker.io/busybox', 'registry-1.docker.io/busybox:latest'],
    ['localhost/x', 'localhost/x:latest'],
    ['[fd00::1]:5000/a/b:v1', '[fd00::1]:5000/a/b:v1'],
    [`quay.io/a@sha512:${hex(128)}`, `quay.io/a@sha512:${hex(128)}`],
    [`quay.io/a@sha384:${hex(96)}`, `quay.io/a@sha384:${hex(96)}`],
    [`quay.io/a:v1@sha256:${hex(64)}`, `quay.io/a:v1@sha256:${hex(64)}`],
    [`${'a'.repeat(200)}/b`, `docker.io/${'a'.repeat(200)}/b:latest`],
  ])('%s stands for %s', (text, normal) => {
    const parsed = parsePullSpec(text);
    expect(parsed.ok && formatReference(normalizedPullSpec(parsed.reference))).toBe(normal);
  });

  it.each([
    ['', 'the repository is missing'],
    [hex(64), '64 hexadecimal digits are the ID of an image and no repository'],
    ['quay.io/A', 'the repository name must be lower-case'],
    [`quay.io/a@blake3:${hex(64)}`, 'the digest is not valid (sha256: and 64 hexadecimal digits)'],
    [`quay.io/a@sha256:${hex(32)}`, 'the digest is not valid (sha256: and 64 hexadecimal digits)'],
    // 255 characters only before the registry is put before them.
    [`a/${hex(253)}`, 'the name is longer than 255 characters'],
    ['file://a/b', 'it is no image of a registry'],
    ['docker://quay.io/a', 'docker:// is not part of an image reference'],
  ])('%s is none: %s', (text, problem) => {
    expect(parsePullSpec(text)).toEqual({ ok: false, problem });
  });

  it('keeps a short name short, which search registries stand for', () => {
    const parsed = parsePullSpec('nginx:1');
    expect(parsed.ok && parsed.reference.registry).toBe('');
  });

  it('is another thing than what oc reads in a mapping.txt', () => {
    expect(parseReference('test.com:5000').ok).toBe(false);
    expect(parseReference(hex(64)).ok).toBe(true);
  });
});
