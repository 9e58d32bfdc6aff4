import { describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import type { Manifest } from '../../../server/src/content/descriptor.ts';
import { type Walk, walkManifests } from '../../../server/src/content/walkManifests.ts';
import {
  blobOf,
  mediaTypes,
  multiArchImage,
  type TestImage,
  testImage,
  testIndex,
} from '../../support/images.ts';

const never = new AbortController().signal;

function manifestsOf(image: TestImage): Map<string, Manifest> {
  return new Map([
    ...image.children.flatMap((child) => [...manifestsOf(child)]),
    [image.manifest.digest, image.manifest],
  ]);
}

/** Walks an image and gives the digests in which manifests are visited, parents first. */
async function walk(image: TestImage, more: Partial<Walk<string[]>> = {}) {
  const all = manifestsOf(image);
  const read: string[] = [];
  const digests = await walkManifests<string[]>(image.manifest, {
    place: 'registry.test/team/app',
    signal: never,
    read: async ({ digest }) => {
      read.push(digest);
      return all.get(digest) ?? Promise.reject(new Error(`${digest} is not there`));
    },
    visit: async ({ manifest }, below) => [manifest.digest, ...(await below()).flat()],
    ...more,
  });
  return { digests, read };
}

const failure = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
};

/** An index in an index in an index. */
const layered = (levels: number): TestImage =>
  levels === 0 ? testImage({ format: 'oci' }) : testIndex([layered(levels - 1)], { format: 'oci' });

describe('a walk', () => {
  it('comes to everything once, in the order of the index', async () => {
    const inner = multiArchImage({ seed: 'inner' });
    const index = testIndex([testImage({ seed: 'a' }), inner, testImage({ seed: 'b' })]);
    const { digests, read } = await walk(index);
    const children = index.children.map(({ manifest }) => manifest.digest);
    const grandchildren = inner.children.map(({ manifest }) => manifest.digest);
    expect(digests).toEqual([index.manifest.digest, ...children.slice(0, 2), ...grandchildren, children[2]]);
    expect(read.sort()).toEqual([...children, ...grandchildren].sort());
  });

  it('goes below only when the visitor says so, and to the children that he wants', async () => {
    const index = multiArchImage();
    expect(await walk(index, { visit: async ({ manifest }) => [manifest.digest] })).toEqual({
      digests: [index.manifest.digest],
      read: [],
    });
    const arm = index.children[1]?.manifest.digest;
    const { read } = await walk(index, {
      visit: async (_, below) => (await below(async ({ digest }) => digest === arm)).flat(),
    });
    expect(read).toEqual([arm]);
  });

  it('does not follow a subject, nor the layers of an index', async () => {
    const { manifest } = testImage({ format: 'oci' });
    const subject = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.size };
    const layer = { ...subject, mediaType: mediaTypes.oci.layer };
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.oci.index,
      manifests: [layer],
      subject,
    });
    const index = { ...testImage(), manifest: blobOf(mediaTypes.oci.index, Buffer.from(text)) };
    expect((await walk(index)).read).toEqual([]);
  });

  it('refuses a child that is no manifest, with its digest', async () => {
    const old = blobOf(mediaTypes.docker.manifest, Buffer.from('{"schemaVersion":1}'));
    const index = testIndex([{ ...testImage(), manifest: old }]);
    const error = await failure(walk(index));
    expect(error).toMatchObject({ code: 'unsupportedManifest' });
    expect(error.message).toContain(`registry.test/team/app@${old.digest} has a manifest of schema 1`);
  });

  it('ends at what is deeper than anybody makes it', async () => {
    expect((await walk(layered(8))).digests).toHaveLength(9);
    expect(await failure(walk(layered(9)))).toMatchObject({
      code: 'unsupportedManifest',
      message: expect.stringContaining('is an index inside more than 8'),
    });
  });

  it('ends at more manifests than anybody has, before one of them is read', async () => {
    const manifests = Array.from({ length: 5_000 }, (_, index) => {
      const { mediaType, digest, size } = blobOf(mediaTypes.oci.manifest, Buffer.from(String(index)));
      return { mediaType, digest, size };
    });
    const bytes = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.oci.index, manifests }),
    );
    const liar = { ...testImage(), manifest: blobOf(mediaTypes.oci.index, bytes) };
    let asked = 0;
    const read = () => {
      asked++;
      return Promise.reject(new Error());
    };
    const error = await failure(walk(liar, { read }));
    expect(error.message).toContain('is an index of more than 2000 manifests');
    expect(asked).toBe(0);
  });

  it('ends where few indexes name each other so that the ways are many', async () => {
    // Seven levels of ten: seventy indexes and ten million ways through them.
    let level: readonly TestImage[] = [testImage()];
    for (let depth = 0; depth < 7; depth++) {
      const below = level;
      level = Array.from({ length: 10 }, (_, index) =>
        testIndex([...below, testImage({ seed: `${depth} ${index}` })]),
      );
    }
    const top = testIndex(level);
    const all = new Map<string, Manifest>();
    const collect = (image: TestImage) => {
      if (all.has(image.manifest.digest)) return;
      all.set(image.manifest.digest, image.manifest);
      for (const child of image.children) collect(child);
    };
    collect(top);
    let asked = 0;
    const read = async ({ digest }: { digest: string }) => {
      asked++;
      return all.get(digest) as Manifest;
    };
    const error = await failure(
      walkManifests<void>(top.manifest, {
        place: 'registry.test/team/app',
        signal: never,
        read,
        visit: async (_, below) => {
          await below();
        },
      }),
    );
    expect(error.message).toContain('is an index of more than 2000 manifests');
    expect(asked).toBeLessThan(2100);
  });

  it('ends at manifests that are too long together', async () => {
    expect(await failure(walk(multiArchImage(), { bounds: { bytes: 2000 } }))).toMatchObject({
      message: expect.stringContaining('more than 2000 bytes'),
    });
  });

  it('reads no more at the same time than it may', async () => {
    const index = testIndex(Array.from({ length: 20 }, (_, seed) => testImage({ seed: String(seed) })));
    const all = manifestsOf(index);
    let now = 0;
    let most = 0;
    const read = async ({ digest }: { digest: string }) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return all.get(digest) as Manifest;
    };
    await walk(index, { read, bounds: { parallel: 3 } });
    expect(most).toBe(3);
  });

  it('begins nothing new after an error, and ends when all has ended', async () => {
    const index = testIndex(Array.from({ length: 20 }, (_, seed) => testImage({ seed: String(seed) })));
    const all = manifestsOf(index);
    const ended: string[] = [];
    let begun = 0;
    const read = async ({ digest }: { digest: string }) => {
      if (begun++ === 1) throw new UserError('missing', 'gone');
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended.push(digest);
      return all.get(digest) as Manifest;
    };
    expect((await failure(walk(index, { read }))).message).toBe('gone');
    expect(begun).toBe(4);
    expect(ended).toHaveLength(3);
  });

  it('ends with the reason of its signal', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped');
    const visit: Walk<string[]>['visit'] = async (_, below) => {
      stop.abort(reason);
      return (await below()).flat();
    };
    await expect(walk(multiArchImage(), { signal: stop.signal, visit })).rejects.toBe(reason);
  });
});
