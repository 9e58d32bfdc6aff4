import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../../server/src/content/imageConfig.ts';
import { parseReference } from '../../../server/src/documents/imageReference.ts';
import { readImageFacts } from '../../../server/src/lookup/imageFacts.ts';
import { openSource } from '../../../server/src/stores/open.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import {
  blobOf,
  buildCache,
  mediaTypes,
  multiArchImage,
  type TestBlob,
  type TestImage,
  testImage,
  testIndex,
} from '../../support/images.ts';
import { failure, never, type TestClient, testClient } from '../registry/harness.ts';

const sum = (blobs: readonly TestBlob[]) =>
  [...new Map(blobs.map((blob) => [blob.digest, blob.size])).values()].reduce(
    (total, size) => total + size,
    0,
  );

/** Each blob once, as facts name it. */
const beginnings = (blobs: readonly TestBlob[]) =>
  [...new Map(blobs.map(({ digest, size }) => [digest, size]))].map(([digest, size]) => [
    digest.slice('sha256:'.length, 'sha256:'.length + 16),
    size,
  ]);

describe('what a registry knows of an image', () => {
  let registry: FakeRegistry;
  let test: TestClient;

  beforeEach(async () => {
    registry = await FakeRegistry.start();
    test = testClient();
  });
  afterEach(async () => {
    await test.client.close();
    await registry.stop();
  });
  const facts = async (image?: TestImage, reference = 'v1') => {
    if (image !== undefined) registry.add('team/app', 'v1', image);
    const parsed = parseReference(`${registry.host}/team/app`);
    if (!parsed.ok) throw new Error();
    return readImageFacts(openSource(parsed.reference, test.client), reference, never);
  };

  it('is nothing when it is not there', async () => {
    expect(await facts()).toBeUndefined();
  });

  it('of a single image: its config and its compressed layers', async () => {
    const labels = { a: '1', 'io.openshift.tags': 'x y' };
    const image = testImage({
      labels,
      created: '2022-02-02T02:02:02.123Z',
      platform: { os: 'linux', architecture: 's390x' },
    });
    expect(await facts(image)).toEqual({
      digest: image.manifest.digest,
      mediaType: mediaTypes.docker.manifest,
      size: sum(image.blobs),
      blobs: beginnings(image.blobs),
      platforms: ['linux/s390x'],
      created: '2022-02-02T02:02:02.123Z',
      labels,
    });
  });

  it('of an index: each distinct blob of all children once, and linux/amd64 for the rest', async () => {
    const arm = testImage({ format: 'oci', platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
    const amd = testImage({ format: 'oci', labels: { of: 'amd64' }, created: '2020-01-01T00:00:00Z' });
    const index = testIndex([arm, amd], { format: 'oci' });
    const all = [...arm.blobs, ...amd.blobs];
    // The two have their layers in common.
    expect(sum(all)).toBeLessThan(all.reduce((total, blob) => total + blob.size, 0));
    expect(await facts(index)).toEqual({
      digest: index.manifest.digest,
      mediaType: mediaTypes.oci.index,
      size: sum(all),
      blobs: beginnings(all),
      platforms: ['linux/arm64/v8', 'linux/amd64'],
      created: '2020-01-01T00:00:00Z',
      labels: { of: 'amd64' },
    });
  });

  it('of an index without linux/amd64: the first', async () => {
    const images = ['ppc64le', 's390x'].map((architecture) =>
      testImage({ platform: { os: 'linux', architecture }, labels: { of: architecture } }),
    );
    expect(await facts(testIndex(images))).toMatchObject({
      platforms: ['linux/ppc64le', 'linux/s390x'],
      labels: { of: 'ppc64le' },
    });
  });

  it('counts an attestation as bytes, not as a platform', async () => {
    const attestation = testImage({
      format: 'oci',
      seed: 'sbom',
      platform: { os: 'unknown', architecture: 'unknown' },
    });
    const image = testImage({ format: 'oci' });
    const found = await facts(testIndex([attestation, image], { format: 'oci' }));
    expect(found?.platforms).toEqual(['linux/amd64']);
    expect(found?.size).toBe(sum([...attestation.blobs, ...image.blobs]));
  });

  it('of an index in an index, and of one that does not say its platforms', async () => {
    const inner = testIndex([testImage({ platform: { os: 'linux', architecture: 'arm64' } })]);
    const nameless = testImage({ platform: { os: 'windows', architecture: 'amd64' } });
    const outer = blobOf(
      mediaTypes.oci.index,
      Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          manifests: [inner, nameless].map(({ manifest: { mediaType, digest, size } }) => ({
            mediaType,
            digest,
            size,
          })),
        }),
      ),
    );
    const index = { ...inner, manifest: outer, children: [inner, nameless] };
    expect((await facts(index))?.platforms).toEqual(['linux/arm64', 'windows/amd64']);
  });

  it('of a build cache: what it is and how many bytes, and no platform', async () => {
    const cache = buildCache();
    expect(await facts(cache)).toEqual({
      digest: cache.manifest.digest,
      mediaType: mediaTypes.oci.index,
      artifactType: 'application/vnd.buildkit.cacheconfig.v0',
      size: sum(cache.blobs),
      blobs: expect.any(Array),
      platforms: [],
      created: undefined,
      labels: {},
    });
  });

  it('is an error when an index names what is not there', async () => {
    const whole = multiArchImage();
    registry.add('team/app', 'v1', { ...whole, children: whole.children.slice(0, 3) });
    const error = await failure(facts());
    expect(error.code).toBe('incomplete');
    expect(error.message).toContain('linux/s390x');
  });

  it('is an error for schema 1', async () => {
    const old = blobOf(
      'application/vnd.docker.distribution.manifest.v1+json',
      Buffer.from('{"schemaVersion":1}'),
    );
    const error = await failure(facts({ ...testImage(), manifest: old, blobs: [] }));
    expect(error.code).toBe('unsupportedManifest');
    expect(error.message).toContain('schema 1');
  });
});

describe('a config', () => {
  it('may be anything at all', () => {
    const none = { platform: undefined, created: undefined, labels: {} };
    for (const text of [
      '',
      '{}',
      '[]',
      'null',
      '{"config":null}',
      '{"os":5,"created":{},"config":{"Labels":[]}}',
    ]) {
      expect(parseConfig(Buffer.from(text))).toEqual(none);
    }
    const odd =
      '{"os":"linux","architecture":"amd64","variant":"","config":{"Labels":{"a":1,"b":"2","__proto__":"3"}}}';
    expect(parseConfig(Buffer.from(odd))).toMatchObject({ labels: { b: '2' } });
  });
});
