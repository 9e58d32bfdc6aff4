import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { parseReference } from '../../../server/src/documents/imageReference.ts';
import type { ImageSource, ImageStore } from '../../../server/src/stores/imageStore.ts';
import { openDestination, openSource } from '../../../server/src/stores/open.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { multiArchImage, type TestImage, testImage } from '../../support/images.ts';
import { MemoryPlace } from '../../support/memoryStore.ts';
import { bytesOf, failure, never, type TestClient, testClient } from '../registry/harness.ts';

function referenceOf(text: string) {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.reference;
}

describe('a registry as a store of images', () => {
  let registry: FakeRegistry;
  let test: TestClient;
  const store = (name = 'team/app'): ImageStore =>
    openDestination(referenceOf(`${registry.host}/${name}`), test.client);

  beforeEach(async () => {
    registry = await FakeRegistry.start();
    test = testClient();
  });
  afterEach(async () => {
    await test.client.close();
    await registry.stop();
  });

  const write = async (to: ImageStore, image: TestImage, tags: readonly string[]) => {
    for (const child of image.children) await write(to, child, []);
    for (const blob of image.blobs) await to.putBlob(blob, async () => Readable.from([blob.bytes]), never);
    await to.putManifest(image.manifest, tags, never);
  };

  it('takes an image and gives it back', async () => {
    const image = multiArchImage();
    const app = store();
    await write(app, image, ['v1', 'latest']);
    expect(await app.listTags(never)).toEqual(['latest', 'v1']);
    expect(await app.resolveTag('v1', never)).toBe(image.manifest.digest);
    expect(await app.hasManifest(image.children[1]?.manifest.digest ?? '', never)).toBe(true);
    expect(image.manifest.bytes.equals((await app.getManifest('latest', never))?.bytes ?? Buffer.of())).toBe(
      true,
    );
    const blob = image.children[0]?.blobs[1];
    if (blob === undefined) throw new Error('no blob');
    expect((await bytesOf(await app.getBlob(blob, never))).equals(blob.bytes)).toBe(true);
    expect(app.name).toBe(`${registry.host}/team/app`);
  });

  it('writes a blob also where it is said to be, for registries that have lost it', async () => {
    const [config] = testImage().blobs;
    if (config === undefined) throw new Error('no config');
    const app = store();
    for (let count = 0; count < 2; count++) {
      await app.putBlob(config, async () => Readable.from([config.bytes]), never);
    }
    expect(registry.log.filter((line) => line.startsWith('PUT'))).toHaveLength(2);
  });

  it('mounts from a neighbour, and from nowhere else', async () => {
    const image = testImage();
    registry.add('team/base', 'v1', image);
    const [config] = image.blobs;
    if (config === undefined) throw new Error('no config');
    const app = store();
    expect(await app.mountBlob(config, store('team/base'), never)).toBe(true);
    expect(await app.hasBlob(config.digest, never)).toBe(true);
    const before = registry.log.length;
    const elsewhere = new MemoryPlace(registry.host).store('team/base');
    expect(await app.mountBlob(config, elsewhere, never)).toBe(false);
    // The same registry with the credentials of somebody else is another place.
    const stranger = testClient();
    const theirs = openDestination(referenceOf(`${registry.host}/team/base`), stranger.client);
    expect(await app.mountBlob(config, theirs, never)).toBe(false);
    await stranger.client.close();
    expect(registry.log.length).toBe(before);
  });

  it('is read without anything to write with, where it is only read', () => {
    const source = openSource(referenceOf(`${registry.host}/team/app`), test.client);
    expectTypeOf(source).not.toHaveProperty('putBlob');
    expectTypeOf(source).not.toHaveProperty('putManifest');
    expectTypeOf<ImageStore>().toExtend<ImageSource>();
    for (const method of ['putBlob', 'putManifest', 'mountBlob']) expect(source).not.toHaveProperty(method);
    expect(source.place).toBe(store('team/other').place);
  });

  it('is not what file:// and s3:// name', async () => {
    for (const text of ['file://mirror/app:v1', 's3://host/region/bucket/app:v1']) {
      const error = await failure((async () => openSource(referenceOf(text), test.client))());
      expect(error.code).toBe('unsupportedPlace');
      expect(error.line).toContain('oc image mirror');
    }
  });
});
