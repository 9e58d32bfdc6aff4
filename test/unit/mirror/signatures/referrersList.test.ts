import { describe, expect, it } from 'vitest';
import { isReferrersList, withReferrers } from '../../../../server/src/mirror/signatures/referrersList.ts';
import { referrerOf, referrersList } from '../../../support/attachments.ts';
import { multiArchImage, type TestImage, testImage } from '../../../support/images.ts';

const image = testImage();
const [one, two] = [
  referrerOf(image, { seed: 'one' }),
  referrerOf(image, { seed: 'two', annotations: { a: 'b' } }),
];
const entriesOf = (bytes: Uint8Array | undefined) => JSON.parse(String(bytes)).manifests;
const entryOf = ({ manifest: { mediaType, digest, size } }: TestImage) => ({ mediaType, digest, size });

describe('a list of referrers', () => {
  it('is made where there is none', () => {
    const list = withReferrers(undefined, [one.manifest, two.manifest]);
    expect(entriesOf(list?.bytes)).toEqual([
      { ...entryOf(one), artifactType: 'application/vnd.example.signature' },
      { ...entryOf(two), artifactType: 'application/vnd.example.signature', annotations: { a: 'b' } },
    ]);
    expect(list?.mediaType).toBe('application/vnd.oci.image.index.v1+json');
  });

  it('keeps what others have written, to the field', () => {
    const there = { ...referrersList(one).manifest };
    const json = { ...JSON.parse(String(there.bytes)), annotations: { theirs: 'x' }, extra: [1] };
    const list = withReferrers({ ...there, bytes: Buffer.from(JSON.stringify(json)) }, [
      one.manifest,
      two.manifest,
    ]);
    const written = JSON.parse(String(list?.bytes));
    expect(written).toMatchObject({ annotations: { theirs: 'x' }, extra: [1] });
    expect(written.manifests[0]).toEqual(entryOf(one));
    expect(written.manifests).toHaveLength(2);
  });

  it('stays as it is where all are in it', () => {
    expect(withReferrers(referrersList(one, two).manifest, [two.manifest])).toBeUndefined();
  });

  it.each([
    ['a list', referrersList(one), true],
    ['an empty list', referrersList(), true],
    ['an image', image, false],
    ['an image for several platforms, as OCI has it', multiArchImage({ format: 'oci' }), false],
    ['the same as Docker has it', multiArchImage(), false],
  ])('is told from an image: %s', (_, { manifest }, is) => {
    expect(isReferrersList(manifest)).toBe(is);
  });
});
