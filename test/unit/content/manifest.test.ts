import { describe, expect, it } from 'vitest';
import { isAttestation } from '../../../server/src/content/descriptor.ts';
import { type ParsedManifest, parseManifest } from '../../../server/src/content/manifest.ts';
import { inRole, successors } from '../../../server/src/content/successors.ts';
import { digestOf, mediaTypes, multiArchImage, testImage, testIndex } from '../../support/images.ts';
import { inFull } from '../../support/texts.ts';

const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const digest = digestOf(Buffer.from('x'));
const descriptor = { mediaType: 'x/y', digest, size: 1 };

const blobsOf = (manifest: ParsedManifest) => inRole(successors(manifest), 'config', 'layer');
const childrenOf = (manifest: ParsedManifest) => inRole(successors(manifest), 'child');
/** What is said of it by a name; undefined where it is read. */
const problemOf = (parsed: ParsedManifest) =>
  parsed.kind === 'unsupported' ? parsed.problem('quay.io/example/app') : undefined;

describe('a manifest', () => {
  for (const format of ['docker', 'oci'] as const) {
    it(`is read: an image of ${format}, with and without its media type`, () => {
      for (const withoutMediaType of [false, true]) {
        const image = testImage({ format, withoutMediaType });
        const parsed = parseManifest(image.manifest.bytes);
        expect(parsed).toMatchObject({ kind: 'image', mediaType: mediaTypes[format].manifest });
        expect(blobsOf(parsed).map((blob) => blob.digest)).toEqual(image.blobs.map((blob) => blob.digest));
        expect(childrenOf(parsed)).toEqual([]);
      }
    });

    it(`is read: an index of ${format}`, () => {
      const image = multiArchImage({ format });
      const parsed = parseManifest(image.manifest.bytes);
      expect(parsed).toMatchObject({ kind: 'index', mediaType: mediaTypes[format].index });
      expect(childrenOf(parsed).map((child) => child.digest)).toEqual(
        image.children.map((child) => child.manifest.digest),
      );
      expect(childrenOf(parsed)[1]?.platform).toEqual({ os: 'linux', architecture: 'arm64' });
      expect(blobsOf(parsed)).toEqual([]);
    });
  }

  it('is read once, for all who ask with the same header', () => {
    const index = testIndex([testImage()], { withoutMediaType: true }).manifest.bytes;
    expect(parseManifest(index)).toBe(parseManifest(index));
    expect(parseManifest(index, mediaTypes.docker.index)).toBe(parseManifest(index, mediaTypes.docker.index));
    expect(parseManifest(index, mediaTypes.docker.index)).not.toEqual(parseManifest(index));
  });

  it('takes a missing media type from the header, and its own before that of the header', () => {
    const index = testIndex([testImage()], { withoutMediaType: true });
    expect(parseManifest(index.manifest.bytes)).toMatchObject({ mediaType: mediaTypes.oci.index });
    expect(parseManifest(index.manifest.bytes, `${mediaTypes.docker.index}; charset=utf-8`)).toMatchObject({
      mediaType: mediaTypes.docker.index,
    });
    expect(parseManifest(testImage().manifest.bytes, mediaTypes.oci.index)).toMatchObject({
      kind: 'image',
      mediaType: mediaTypes.docker.manifest,
    });
    // A header that contradicts the shape is not believed.
    expect(parseManifest(index.manifest.bytes, mediaTypes.docker.manifest)).toMatchObject({ kind: 'index' });
  });

  it('names each blob and each child once', () => {
    const layers = [descriptor, descriptor];
    expect(blobsOf(parseManifest(bytes({ schemaVersion: 2, config: descriptor, layers })))).toHaveLength(1);
    const child = { ...descriptor, mediaType: mediaTypes.oci.manifest };
    const manifests = [child, child];
    expect(childrenOf(parseManifest(bytes({ schemaVersion: 2, manifests })))).toHaveLength(1);
  });

  it('knows attestations', () => {
    const unknown = { os: 'unknown', architecture: 'unknown' };
    expect(isAttestation({ ...descriptor, platform: unknown })).toBe(true);
    expect(isAttestation({ ...descriptor, platform: { os: 'linux', architecture: 'amd64' } })).toBe(false);
    expect(isAttestation(descriptor)).toBe(false);
  });

  it('of schema 1 is refused in so many words', () => {
    for (const old of [{ schemaVersion: 1 }, { fsLayers: [] }]) {
      expect(problemOf(parseManifest(bytes(old)))).toContain(
        'quay.io/example/app has a manifest of schema 1',
      );
    }
  });

  it('that can be read both ways is refused', () => {
    const both = { schemaVersion: 2, manifests: [descriptor], layers: [descriptor], config: descriptor };
    expect(problemOf(parseManifest(bytes(both)))).toContain('at the same time');
  });

  it('with a descriptor that cannot be trusted is refused, with the place', () => {
    const bad: unknown[] = [
      { ...descriptor, digest: 'sha256:short' },
      { ...descriptor, digest: `md5:${'0'.repeat(32)}` },
      { ...descriptor, size: -1 },
      { ...descriptor, size: 1.5 },
      { ...descriptor, size: 1e300 },
      { ...descriptor, size: '1' },
      null,
      7,
    ];
    for (const layer of bad) {
      const parsed = parseManifest(
        bytes({ schemaVersion: 2, config: descriptor, layers: [descriptor, layer] }),
      );
      expect(problemOf(parsed)).toMatch(
        /^quay\.io\/example\/app has a manifest that is not valid \(layers\.1/,
      );
    }
  });

  it('never throws, whatever the bytes', () => {
    const garbage = [
      '',
      'null',
      '[]',
      '"x"',
      '7',
      '{',
      '{}',
      '<html>',
      '{"manifests":5}',
      '{"manifests":{}}',
      '{"config":[]}',
      '{"mediaType":5}',
      '{"mediaType":"text/plain"}',
      '[{"a":'.repeat(inFull(100_000)),
      '['.repeat(inFull(1_000_000)),
      JSON.stringify({ __proto__: null, constructor: 1, mediaType: 'x' }),
    ];
    for (const text of garbage) expect(parseManifest(bytes(text)).kind).toBe('unsupported');
    expect(parseManifest(Buffer.from([0xff, 0xfe, 0x00])).kind).toBe('unsupported');
  });
});
