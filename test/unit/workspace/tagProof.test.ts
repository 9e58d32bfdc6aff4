import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fnv1a, fnv1aBefore } from '../../../server/src/base/fnv1a.ts';
import { digestTag } from '../../../server/src/documents/naming.ts';
import { knownRegistries } from '../../../server/src/workspace/knownRegistries.ts';
import { isSurelyDigestTag, provenRepository } from '../../../server/src/workspace/tagProof.ts';
import { filesOf, pairsOf, textOf } from '../../support/groundTruth.ts';
import { fuzz } from '../../support/texts.ts';

const digest = `sha256:${'0'.repeat(64)}`;

describe('a hash that is taken back', () => {
  it('is what it was before the end was added, in any language', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.string({ unit: 'grapheme' }));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(fnv1aBefore(fnv1a(a + b), b)).toBe(fnv1a(a));
      }),
      fuzz(500),
    );
  });
});

describe('the repository that a tag proves', () => {
  it.each([
    ['registry.redhat.io/openshift4/x', 'efk/my/idx/openshift4/x', 'registry.redhat.io/openshift4/x'],
    ['quay.io/a/b/c', 'disk/idx/a/b/c', 'quay.io/a/b/c'],
    ['grafana/grafana', 's/n/idx/grafana/grafana', 'docker.io/grafana/grafana'],
    ['docker.io/grafana/grafana', 's/n/idx/grafana/grafana', 'docker.io/grafana/grafana'],
    ['index.docker.io/grafana/grafana', 's/n/idx/grafana/grafana', 'docker.io/grafana/grafana'],
    ['busybox', 's/n/idx/library/busybox', 'docker.io/library/busybox'],
    ['docker.io/library/busybox', 's/n/idx/library/busybox', 'docker.io/library/busybox'],
    ['docker.io/busybox', 's/n/idx/library/busybox', 'docker.io/library/busybox'],
    ['quay.io/ns/a', 'quay.io/ns/a', 'quay.io/ns/a'],
    ['reg.corp.example.com/ns/a', 'reg.corp.example.com/ns/a', 'reg.corp.example.com/ns/a'],
    ['reg.corp.example.com/ns/a', 's/n/idx/ns/a', undefined],
    ['quay.io/ns/a', 's/n/idx/ns/b', undefined],
  ])('of %s in %s is %s', (pullSpec, path, repository) => {
    expect(provenRepository(digestTag(`${pullSpec}@${digest}`), path, digest)).toBe(repository);
  });

  it.each(['', '0', '00', 'v1', 'latest', '123456789', 'ABCDEF'])('is none for the tag %j', (tag) => {
    expect(provenRepository(tag, 's/n/idx/ns/a', digest)).toBeUndefined();
  });

  it('never fits two registries that are known: their beginnings have different hashes', () => {
    const beginnings = ['', 'index.docker.io/', ...knownRegistries.map((registry) => `${registry}/`)];
    expect(new Set(beginnings.map((text) => fnv1a(text))).size).toBe(beginnings.length);
  });

  it('is what the first hop says, for every image by digest of the ground truth that oc copied to files', () => {
    const hops = filesOf('.', 'mapping.txt').flatMap((file) =>
      pairsOf(textOf('.', file)).filter(
        ({ source, destination }) => source.includes('@sha256:') && destination.startsWith('file://'),
      ),
    );
    const unknown = new Set<string>();
    for (const { source, destination } of hops) {
      const [repository = '', hash = ''] = source.split('@');
      const [path = '', tag = ''] = destination.slice('file://'.length).split(/:(?=[^:/]*$)/);
      const proven = provenRepository(tag, path, hash);
      if (proven === undefined) unknown.add(`${repository} ${isSurelyDigestTag(tag)}`);
      else expect(proven).toBe(repository.replace('index.docker.io', 'docker.io'));
    }
    expect(hops.length).toBeGreaterThan(400);
    expect([...unknown].sort()).toMatchInlineSnapshot(`
      [
        "codeberg.org/forgejo/forgejo false",
        "quay.io/edge/app false",
        "registry.lab.example.com:5000/team/backend/api true",
      ]
    `);
  });
});
