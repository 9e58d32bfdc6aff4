import { expect, it } from 'vitest';
import { parsePlaced } from '../../../../server/src/documents/layoutReference.ts';
import {
  cosignTags,
  isAttachment,
  isAttachmentName,
  signedDigest,
  tagBeside,
} from '../../../../server/src/mirror/signatures/attachmentNames.ts';

const hex = 'a'.repeat(64);
const digest = `sha256:${hex}`;
const other = `sha256:${'b'.repeat(64)}`;

it('are the tags of cosign', () => {
  expect(cosignTags(digest)).toEqual([`sha256-${hex}.sig`, `sha256-${hex}.att`, `sha256-${hex}.sbom`]);
});

it.each([
  [`sha256-${hex}.sig`, digest],
  [`sha256-${hex}.att`, digest],
  [`quay.io/a/b:sha256-${hex}.sbom`, digest],
  [`sha256-${hex}`, undefined],
  [`sha256-${hex}.sigs`, undefined],
  [`sha256-${hex.slice(1)}.sig`, undefined],
  [`my-sha256-${hex}.sig`, undefined],
  ['v1.sig', undefined],
  ['', undefined],
])('%s is about %s', (tag, about) => {
  expect(signedDigest(tag)).toBe(about);
});

it.each([
  // What cosign keeps, whatever it is.
  [`sha256-${hex}.sig`, other, true],
  [`quay.io/a/b:sha256-${hex}.att`, other, true],
  // A list of referrers, and an image that oc-mirror calls by its digest.
  [`sha256-${hex}`, other, true],
  [`sha256-${hex}`, digest, false],
  [`quay.io/a/b:sha256-${hex}`, digest, false],
  ['v1', digest, false],
  ['', digest, false],
])('of %s with the digest %s nobody misses a signature: %s', (tag, of, is) => {
  expect(isAttachment(tag, of)).toBe(is);
});

it('are told from other tags of a list', () => {
  const names = [`sha256-${hex}.att`, `sha256-${hex}`, `quay.io/a/b:sha256-${hex}.sig`];
  const others = ['v1', `sha256-${hex}.other`, `a-sha256-${hex}`, `sha256-${hex}0`, ''];
  expect([...names, ...others].filter(isAttachmentName)).toEqual(names);
});

it.each([
  ['quay.io/a/b:v1', 'x', 'x'],
  [`quay.io/a/b@${digest}`, 'x', 'x'],
  ['file://hop/a/b:v1', 'x', 'x'],
  ['oci://layout:quay.io/a/b:v1', 'x', 'quay.io/a/b:x'],
  [`oci://layout:quay.io/a/b@${digest}`, 'x', 'quay.io/a/b:x'],
  [`oci://layout:quay.io/a/b:v1@${digest}`, 'x', 'quay.io/a/b:x'],
  ['oci://layout:localhost:5000/a/b:v1', 'x', 'localhost:5000/a/b:x'],
  ['oci://layout:v1', 'x', 'x'],
  [`oci://layout@${digest}`, 'x', 'x'],
  ['oci://layout', 'x', 'x'],
])('a tag beside %s is %s: %s', (image, tag, name) => {
  const parsed = parsePlaced(image);
  if (!parsed.ok) throw new Error(parsed.problem);
  expect(tagBeside(parsed.reference, tag)).toBe(name);
});
