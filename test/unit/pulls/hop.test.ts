import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mountRepository } from '../../../server/src/documents/naming.ts';
import { isLocalPath, repositoryBehindHop } from '../../../server/src/pulls/hop.ts';
import { likelyRegistries } from '../../../server/src/workspace/knownRegistries.ts';
import { fuzz } from '../../support/texts.ts';

describe('the repository behind a hop', () => {
  const path = (...words: string[]) => fc.array(fc.constantFrom(...words), { minLength: 2, maxLength: 4 });

  it('is found for every way of flattening, from the mirror alone', () => {
    fc.assert(
      fc.property(
        path('media', 'disk', 'my-operator', 'idx'),
        path('openshift4', 'ose-proxy', 'a', 'b', 'a-b'),
        fc.array(fc.constantFrom('olm', 'mirror', 'team'), { maxLength: 3 }),
        fc.constantFrom(0, 2, 3, 5),
        (prefix, rest, namespace, most) => {
          const mirror = `reg.example.com:8443/${mountRepository(namespace.join('/'), rest.join('/'), most)}`;
          expect(repositoryBehindHop([...prefix, ...rest].join('/'), [mirror], [])).toBe(rest.join('/'));
        },
      ),
      fuzz(500),
    );
  });

  it.each([
    ['a destination with the name of the index', 'reg.example.com/my-index/openshift4-x', 'olm-my-index-0'],
    ['the same with a second set', 'reg.example.com/my-index/openshift4-x', 'olm-my-index-12'],
    ['mirrors that were renamed', 'reg.example.com/elsewhere/y', 'olm-my-index-0'],
  ])('is found by the name of the set: %s', (_what, mirror, name) => {
    expect(repositoryBehindHop('disk/olm/my-index/openshift4/x', [mirror], [], name)).toBe('openshift4/x');
  });

  it('is found by the index of a mapping before anything else', () => {
    const mirrors = ['reg.example.com/my-index/openshift4-x'];
    expect(repositoryBehindHop('disk/olm/my-index/openshift4/x', mirrors, ['disk/olm/my-index'])).toBe(
      'openshift4/x',
    );
    expect(repositoryBehindHop('disk/olm/my-index/openshift4/x', mirrors, ['other/index'])).toBe(
      'my-index/openshift4/x',
    );
  });

  it('is not known when nothing fits', () => {
    expect(repositoryBehindHop('a/b/c/d', ['reg.example.com/x'], [])).toBeUndefined();
    expect(repositoryBehindHop('a/b/c/d', [], [])).toBeUndefined();
    expect(repositoryBehindHop('a/b', ['reg.example.com/b'], [])).toBeUndefined();
    expect(repositoryBehindHop('', [''], [])).toBeUndefined();
  });
});

describe('registries that are likely', () => {
  it.each([
    ['openshift4/x', ['registry.redhat.io', 'quay.io']],
    ['ubi8/ubi', ['registry.redhat.io', 'quay.io', 'registry.access.redhat.com']],
    ['kubebuilder/kube-rbac-proxy', ['registry.redhat.io', 'quay.io', 'gcr.io']],
    ['x', ['registry.redhat.io', 'quay.io']],
  ])('are for %s: %s', (repository, registries) => {
    expect(likelyRegistries(repository)).toEqual(registries);
  });
});

describe('a path that can never match', () => {
  it.each(['efk/my/idx/openshift4/x', 'library/busybox', 'busybox', 'efk_mirror/x'])('%s', (source) => {
    expect(isLocalPath(source)).toBe(true);
  });

  it.each([
    ...[
      'registry.redhat.io/x/y',
      'localhost/x',
      'localhost:5000/x',
      'registry:5000/x',
      'registry.redhat.io',
      '*.redhat.io',
    ],
    ...['quay.io/x/y:v1', 'x/y:v1', '', '/', 'https://quay.io/x', 'x/Y', '10.0.0.1/x'],
  ])('%s is none, or is another mistake', (source) => {
    expect(isLocalPath(source)).toBe(false);
  });
});
