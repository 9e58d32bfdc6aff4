import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  digestTag,
  isReleaseTag,
  isResourceName,
  looksLikeDigestTag,
  mountRepository,
  validResourceName,
} from '../../../server/src/documents/naming.ts';
import { anyText, fuzz } from '../../support/texts.ts';

describe('the tag that oc gives an image by digest', () => {
  it.each([
    [
      'quay.io/coreos/etcd-operator@sha256:db563baa8194fcfe39d1df744ed70024b0f1f9e9b55b5923c2f3a413c44dc6b8',
      'b56e2636',
    ],
    ['', '811c9dc5'],
    ['a', 'e40c292c'],
    ['foobar', 'bf9cf968'],
  ])('is FNV-1a of its pull spec: %s', (spec, tag) => {
    expect(digestTag(spec)).toBe(tag);
  });

  it('is taken over the bytes of UTF-8, and never throws', () => {
    fc.assert(
      fc.property(anyText(60), (text) => {
        expect(looksLikeDigestTag(digestTag(text))).toBe(true);
        expect(digestTag(text)).toBe(fnv(Buffer.from(text, 'utf8')));
      }),
      fuzz(200),
    );
  });
});

describe('the tag of an image of a release', () => {
  it.each(['4.20.1-x86_64', '4.20.1-x86_64-cli', '4.21.0-rc.1-multi', '4.8.0-0.nightly-2021-s390x-etcd'])(
    'is known: %s',
    (tag) => {
      expect(isReleaseTag(tag)).toBe(true);
    },
  );

  it.each(['15.0.2', '4.20.1-cli', 'v4.20.1-x86_64', '4.20-x86_64', '4.20.1-x86_64b', 'x86_64-cli'])(
    'is another: %s',
    (tag) => {
      expect(isReleaseTag(tag)).toBe(false);
    },
  );
});

describe('a repository below a destination', () => {
  it.each([
    ['efk-mirror', 'openshift4/ose-oauth-proxy', 2, 'efk-mirror/openshift4-ose-oauth-proxy'],
    ['', 'openshift4/ose-oauth-proxy', 2, 'openshift4/ose-oauth-proxy'],
    ['', 'a/b/c/d', 3, 'a/b/c-d'],
    ['a/b/c', 'd/e/f', 5, 'a/b/c/d/e-f'],
    ['a/b/c', 'd/e', 2, 'a/b-c-d-e'],
    ['a', 'b/c/d', 0, 'a/b/c/d'],
  ])('%s + %s with %i components is %s', (destination, source, most, repository) => {
    expect(mountRepository(destination, source, most)).toBe(repository);
  });
});

describe('a resource name', () => {
  it.each(['a', 'a.b', 'my-operator', '0', 'a'.repeat(253), `${'a'.repeat(100)}.b`])(
    'is valid: %s',
    (name) => {
      expect(isResourceName(name)).toBe(true);
    },
  );

  it.each(['', 'A', 'a/b', '-a', 'a-', 'a.', '.a', 'a..b', 'a_b', 'a.-b', 'ä', 'a'.repeat(254), 'a b'])(
    'is not valid: %s',
    (name) => {
      expect(isResourceName(name)).toBe(false);
    },
  );

  it.each([
    ['my-operator/my-operator-index', 63, 'my-operator-my-operator-index'],
    ['My Catalog', 63, 'my-catalog'],
    ['a//b__c', 63, 'a-b-c'],
    ['--a--', 63, 'a'],
    ['a--a', 63, 'a--a'],
    ['a--a_', 63, 'a-a'],
    ['a.-b', 63, 'a.b'],
    ['///', 63, ''],
    [`${'a'.repeat(62)}-b`, 63, 'a'.repeat(62)],
  ])('is made of %s', (name, longest, valid) => {
    expect(validResourceName(name, longest)).toBe(valid);
  });

  it('that is made of any text is valid, or there is none', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText(300), fc.string({ unit: fc.constantFrom(...'aB0.-/_ '), maxLength: 300 })),
        fc.constantFrom(63, 253),
        (text, longest) => {
          const name = validResourceName(text, longest);
          expect(name === '' || isResourceName(name)).toBe(true);
          expect(name.length).toBeLessThanOrEqual(longest);
          expect(validResourceName(name, longest)).toBe(name);
          if (isResourceName(text) && text.length <= longest) expect(name).toBe(text);
        },
      ),
      fuzz(500),
    );
  });
});

/** https://datatracker.ietf.org/doc/html/draft-eastlake-fnv, with big numbers instead of `Math.imul`. */
function fnv(bytes: Uint8Array): string {
  let hash = 0x811c9dc5n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  return hash.toString(16);
}
