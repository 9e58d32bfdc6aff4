import { beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../../server/src/base/errors.ts';
import { copyImage } from '../../../../server/src/mirror/copy/copyImage.ts';
import { CopyRun } from '../../../../server/src/mirror/copy/copyRun.ts';
import type { RunEvent } from '../../../../server/src/mirror/copy/events.ts';
import type { ImageStore } from '../../../../server/src/stores/imageStore.ts';
import {
  blobOf,
  buildCache,
  digestOf,
  mediaTypes,
  multiArchImage,
  type TestImage,
  testImage,
  testIndex,
} from '../../../support/images.ts';
import { MemoryPlace } from '../../../support/memoryStore.ts';

let source: MemoryPlace;
let destination: MemoryPlace;
let events: RunEvent[];
let run: CopyRun;
let stop: AbortController;

const newRun = (parallelLayers = 6) => {
  stop = new AbortController();
  return new CopyRun({ parallelLayers, signal: stop.signal, listener: (event) => events.push(event) });
};

beforeEach(() => {
  source = new MemoryPlace('source.test');
  destination = new MemoryPlace('destination.test');
  events = [];
  run = newRun();
});

interface Words {
  readonly from?: string;
  readonly reference?: string;
  readonly to?: string;
  readonly tags?: readonly string[];
}

function copy({ from = 'team/app', reference = 'v1', to = 'mirror/app', tags = ['v1'] }: Words = {}) {
  return copyImage({ source: source.store(from), reference, destination: destination.store(to), tags }, run);
}

async function failure(promise: Promise<unknown>): Promise<UserError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

/** All digests of an image, the parents' after those that they name. */
function closure(image: TestImage): string[] {
  const { children, blobs, manifest } = image;
  return [...children.flatMap(closure), ...blobs.map(({ digest }) => digest), manifest.digest];
}

const outcomes = () => events.flatMap((event) => (event.type === 'blob' ? [event.outcome] : []));

describe('what arrives', () => {
  it.each(['docker', 'oci'] as const)('is the same to the byte: %s image', async (format) => {
    const image = testImage({ format });
    source.add('team/app', 'v1', image);
    const { result, digest, blobs } = await copy({ tags: ['v1', 'latest'] });
    expect({ result, digest }).toEqual({ result: 'copied', digest: image.manifest.digest });
    const stored = destination.content('mirror/app');
    expect(stored.manifests.get(digest)).toMatchObject({
      mediaType: image.manifest.mediaType,
      bytes: image.manifest.bytes,
    });
    expect(Object.fromEntries(stored.tags)).toEqual({ v1: digest, latest: digest });
    expect(blobs).toEqual({
      moved: 3,
      mounted: 0,
      skipped: 0,
      bytes: image.blobs.reduce((sum, { size }) => sum + size, 0),
      bytesThere: 0,
    });
  });

  it('is a whole index with all its children, also those that are indexes', async () => {
    const inner = multiArchImage({ seed: 'inner', format: 'oci' });
    const index = testIndex([testImage({ seed: 'a', format: 'oci' }), inner], { format: 'oci' });
    source.add('team/app', 'v1', index);
    expect((await copy()).digest).toBe(index.manifest.digest);
    expect([...destination.content('mirror/app').manifests.keys()].sort()).toEqual(
      [index, ...index.children, ...inner.children].map(({ manifest }) => manifest.digest).sort(),
    );
  });

  it('is a build cache with its layers, whose index names no manifest', async () => {
    const cache = buildCache();
    source.add('team/app', 'v1', cache);
    const { result } = await copy({ tags: [] });
    expect(destination.done('putBlob').sort()).toEqual(cache.blobs.map(({ digest }) => digest).sort());
    expect(destination.done('getManifest')).toEqual([]);
    expect(source.done('getManifest')).toEqual([cache.manifest.digest]);
    expect(result).toBe('copied');
  });

  it('is there by digest only when no tag is wanted', async () => {
    const image = testImage();
    source.add('team/app', undefined, image);
    await copy({ reference: image.manifest.digest, tags: [] });
    expect(destination.content('mirror/app').tags.size).toBe(0);
    expect(destination.content('mirror/app').manifests.has(image.manifest.digest)).toBe(true);
  });

  it('comes children before parents, blobs before manifests', async () => {
    const index = multiArchImage();
    source.add('team/app', 'v1', index);
    await copy();
    const written = destination.log
      .filter(({ what }) => what === 'putBlob' || what === 'putManifest')
      .map(({ item }) => item);
    expect(written.at(-1)).toBe(index.manifest.digest);
    for (const child of index.children) {
      const at = written.indexOf(child.manifest.digest);
      for (const blob of child.blobs) expect(written.indexOf(blob.digest)).toBeLessThan(at);
    }
    expect([...written].sort()).toEqual([...new Set(closure(index))].sort());
  });

  it('leaves foreign layers where their urls point', async () => {
    const image = testImage();
    const manifest = JSON.parse(image.manifest.bytes.toString());
    const foreign = {
      digest: digestOf(Buffer.from('windows')),
      size: 7,
      urls: ['https://example.com/layer'],
    };
    manifest.layers.push({ ...foreign, mediaType: mediaTypes.docker.layer });
    manifest.layers.push({
      ...foreign,
      digest: digestOf(Buffer.from('nano')),
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    });
    const changed = {
      ...image,
      manifest: blobOf(mediaTypes.docker.manifest, Buffer.from(JSON.stringify(manifest))),
    };
    source.add('team/app', 'v1', changed);
    await copy();
    expect(destination.done('putBlob').sort()).toEqual(image.blobs.map(({ digest }) => digest).sort());
  });
});

describe('what is there already', () => {
  it('is left alone, and the source is not even asked for it', async () => {
    const image = multiArchImage();
    source.add('team/app', undefined, image);
    await copy({ reference: image.manifest.digest });
    destination.log.length = 0;
    source.log.length = 0;
    run = newRun();
    expect((await copy({ reference: image.manifest.digest })).result).toBe('skipped');
    expect(source.log).toEqual([]);
    expect(destination.log.map(({ what }) => what)).toEqual(['resolveTag']);
  });

  it('is left alone without a tag too', async () => {
    const image = testImage();
    source.add('team/app', undefined, image);
    destination.add('mirror/app', undefined, image);
    expect((await copy({ reference: image.manifest.digest, tags: [] })).result).toBe('skipped');
  });

  it('gets the tag that is missing, and nothing else', async () => {
    const image = multiArchImage();
    source.add('team/app', 'v1', image);
    destination.add('mirror/app', 'v1', image);
    expect((await copy({ tags: ['v1', 'v2'] })).result).toBe('copied');
    expect(destination.done('putManifest')).toEqual([image.manifest.digest]);
    expect(destination.done('hasBlob')).toEqual([]);
    expect(destination.content('mirror/app').tags.get('v2')).toBe(image.manifest.digest);
  });

  it('is moved away from by a tag that pointed to something else', async () => {
    destination.add('mirror/app', 'v1', testImage({ seed: 'old' }));
    source.add('team/app', 'v1', testImage({ seed: 'new' }));
    const { digest, blobs } = await copy();
    expect(destination.content('mirror/app').tags.get('v1')).toBe(digest);
    // The base layer is the same in both.
    expect(blobs).toMatchObject({ moved: 2, skipped: 1 });
  });

  it('is completed, child by child and blob by blob', async () => {
    const index = multiArchImage();
    const [first, second] = index.children as [TestImage, TestImage];
    source.add('team/app', 'v1', index);
    destination.add('mirror/app', undefined, first);
    const blob = second.blobs[0];
    if (blob !== undefined) destination.content('mirror/app').blobs.set(blob.digest, blob.bytes);
    await copy();
    expect(destination.done('putManifest')).not.toContain(first.manifest.digest);
    expect(destination.done('putBlob')).not.toContain(blob?.digest);
    expect(destination.content('mirror/app').tags.get('v1')).toBe(index.manifest.digest);
  });
});

describe('a destination that had none of the images before', () => {
  const images = Array.from({ length: 10 }, (_, n) =>
    n === 9 ? multiArchImage() : testImage({ seed: `${n}` }),
  );
  const tag = (n: number) => ({ reference: `v${n}`, tags: [`v${n}`] });

  beforeEach(async () => {
    for (const [n, image] of images.entries()) source.add('team/app', `v${n}`, image);
    for (let n = 0; n < 8; n++) await copy(tag(n));
    destination.log.length = 0;
  });

  it('is not asked for the next one before its blobs', async () => {
    expect((await copy(tag(8))).result).toBe('copied');
    const first = destination.log.findIndex(({ what }) => what === 'resolveTag');
    expect(destination.log.slice(first).map(({ what }) => what)).toEqual(['resolveTag']);
  });

  it.each([8, 9])('is left alone where it has one all the same: %s', async (n) => {
    destination.add('mirror/app', `v${n}`, images[n] as TestImage);
    const { result, digest } = await copy(tag(n));
    expect({ result, digest }).toEqual({ result: 'skipped', digest: images[n]?.manifest.digest });
    expect([...destination.done('putBlob'), ...destination.done('putManifest')]).toEqual([]);
    // From then on it is asked again.
    source.log.length = 0;
    await copy(tag(n));
    expect(source.done('getManifest')).toEqual([]);
  });

  it('gets the tag where it has the image under another one', async () => {
    destination.add('mirror/app', 'other', images[8] as TestImage);
    expect((await copy(tag(8))).result).toBe('copied');
    expect(destination.done('putManifest')).toEqual([images[8]?.manifest.digest]);
    expect(destination.content('mirror/app').tags.get('v8')).toBe(images[8]?.manifest.digest);
  });
});

describe('a blob', () => {
  const images = Array.from({ length: 40 }, (_, number) => testImage({ seed: String(number) }));
  const shared = images[0]?.blobs[1]?.digest ?? '';

  it('is moved once to a place and mounted from then on', async () => {
    for (const [number, image] of images.entries()) source.add(`team/app${number}`, 'v1', image);
    await Promise.all(images.map((_, n) => copy({ from: `team/app${n}`, to: `mirror/app${n}` })));
    expect(source.done('getBlob').filter((digest) => digest === shared)).toHaveLength(1);
    expect(destination.done('mountBlob').filter((digest) => digest === shared)).toHaveLength(39);
    expect(new Set(source.done('getBlob')).size).toBe(source.done('getBlob').length);
  });

  it('is moved once into a repository that many images share', async () => {
    for (const [number, image] of images.entries()) source.add('team/app', `v${number}`, image);
    await Promise.all(images.map((_, n) => copy({ reference: `v${n}`, tags: [`v${n}`] })));
    expect(destination.done('putBlob').filter((digest) => digest === shared)).toHaveLength(1);
    expect(destination.done('mountBlob')).toEqual([]);
    expect(outcomes().filter((outcome) => outcome === 'skipped')).toHaveLength(39);
  });

  it('is mounted from the source when that is the same registry', async () => {
    source.add('team/app', 'v1', testImage());
    destination = source;
    expect((await copy()).blobs).toMatchObject({ moved: 0, mounted: 3 });
    expect(source.done('getBlob')).toEqual([]);
  });

  it('is moved again where the registry does not mount', async () => {
    destination.mounts = false;
    for (const n of [0, 1, 2]) source.add(`team/app${n}`, 'v1', testImage());
    await Promise.all([0, 1, 2].map((n) => copy({ from: `team/app${n}`, to: `mirror/app${n}` })));
    expect(destination.done('putBlob')).toHaveLength(9);
  });

  it('is not waited for in vain when the first to move it fails', async () => {
    source.add('broken/app', 'v1', testImage({ seed: 'x' }));
    source.add('team/app', 'v1', testImage({ seed: 'y' }));
    source.content('broken/app').blobs.delete(shared);
    const results = await Promise.allSettled([copy({ from: 'broken/app', to: 'mirror/broken' }), copy()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  });

  it('is one of so many at the same time, and no more', async () => {
    run = newRun(2);
    let most = 0;
    let now = 0;
    destination.before = async ({ what }) => {
      if (what !== 'putBlob') return;
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now--;
    };
    for (const [n, image] of images.slice(0, 5).entries()) source.add(`team/app${n}`, 'v1', image);
    await Promise.all([0, 1, 2, 3, 4].map((n) => copy({ from: `team/app${n}`, to: `mirror/app${n}` })));
    expect(most).toBe(2);
  });

  it('is counted byte by byte, once, also when it is read again', async () => {
    const layer = { 'big.txt': 'x'.repeat(5000) + Math.random() };
    const image = testImage({ layers: [layer] });
    source.add('team/app', 'v1', image);
    const store = destination.store('mirror/app');
    const half: ImageStore = {
      name: store.name,
      place: store.place,
      homeOf: store.homeOf.bind(store),
      resolveTag: store.resolveTag.bind(store),
      listTags: store.listTags.bind(store),
      getManifest: store.getManifest.bind(store),
      hasManifest: store.hasManifest.bind(store),
      putManifest: store.putManifest.bind(store),
      hasBlob: store.hasBlob.bind(store),
      beginBlob: store.beginBlob.bind(store),
      getBlob: store.getBlob.bind(store),
      mountBlob: store.mountBlob.bind(store),
      putBlob: async (blob, open, signal) => {
        for await (const _ of await open()) break;
        await store.putBlob(blob, open, signal);
      },
    };
    await copyImage(
      { source: source.store('team/app'), reference: 'v1', destination: half, tags: ['v1'] },
      run,
    );
    const counted = events.reduce((sum, event) => sum + (event.type === 'bytes' ? event.bytes : 0), 0);
    expect(counted).toBe(image.blobs.reduce((sum, { size }) => sum + size, 0));
  });
});

describe('a destination that has lost what it said to have', () => {
  const lying = (image: TestImage) => {
    const stored = destination.content('mirror/app').blobs;
    const [lost] = image.blobs;
    // HEAD answers from a cache; the manifest is checked against the storage.
    const has = stored.has.bind(stored);
    let asked = true;
    destination.before = ({ what }) => {
      asked = what === 'hasBlob';
    };
    stored.has = (digest) => (asked && digest === lost?.digest) || has(digest);
  };

  it('gets the blobs again, once', async () => {
    const image = testImage();
    source.add('team/app', 'v1', image);
    lying(image);
    expect((await copy()).result).toBe('copied');
    expect(destination.done('putBlob')).toContain(image.blobs[0]?.digest);
    expect(destination.content('mirror/app').blobs.get(image.blobs[0]?.digest ?? '')).toBeDefined();
  });

  it('gets them again below an index', async () => {
    const index = multiArchImage();
    source.add('team/app', 'v1', index);
    lying(index.children[2] as TestImage);
    expect((await copy()).digest).toBe(index.manifest.digest);
  });

  it('gets children of an index again', async () => {
    const index = multiArchImage();
    source.add('team/app', 'v1', index);
    const stored = destination.content('mirror/app');
    const child = index.children[1]?.manifest.digest ?? '';
    const has = stored.manifests.has.bind(stored.manifests);
    let asked = true;
    destination.before = ({ what }) => {
      asked = what === 'hasManifest';
    };
    stored.manifests.has = (digest) => (asked && digest === child) || has(digest);
    await copy();
    expect(stored.manifests.get(child)).toBeDefined();
  });

  it('is believed the second time', async () => {
    const image = testImage();
    source.add('team/app', 'v1', image);
    destination.before = ({ what }) => {
      if (what === 'putManifest') throw new UserError('blobUnknown', 'no');
    };
    const error = await failure(copy());
    expect(error).toMatchObject({ code: 'blobUnknown', side: 'destination' });
    // All blobs were moved by this very run, so that moving them again would be no better.
    expect(destination.done('putBlob')).toHaveLength(3);
  });
});

describe('an error', () => {
  it('names the source that does not have the image', async () => {
    const error = await failure(copy({ reference: 'v9' }));
    expect(error.line).toMatch(/^source: source\.test\/team\/app:v9 is not there; check the name/);
  });

  it('names the child that an index has lost at the source', async () => {
    const index = multiArchImage();
    source.add('team/app', 'v1', index);
    const child = index.children[2]?.manifest.digest ?? '';
    source.content('team/app').manifests.delete(child);
    const error = await failure(copy());
    expect(error.side).toBe('source');
    expect(error.message).toContain(
      `does not have ${child} (linux/ppc64le), which the index ${index.manifest.digest}`,
    );
    expect(destination.content('mirror/app').tags.size).toBe(0);
  });

  it('of the source keeps its side while the destination reads', async () => {
    const image = testImage();
    source.add('team/app', 'v1', image);
    source.content('team/app').blobs.set(image.blobs[1]?.digest ?? '', Buffer.from('other'));
    expect(await failure(copy())).toMatchObject({ code: 'digestMismatch', side: 'source' });
    expect(destination.done('putManifest')).toEqual([]);
  });

  it('of the destination says so', async () => {
    source.add('team/app', 'v1', testImage());
    destination.before = ({ what }) => {
      if (what === 'putBlob') throw new UserError('denied', 'no right to push');
    };
    expect(await failure(copy())).toMatchObject({ code: 'denied', side: 'destination' });
  });

  it('names the old format that is not copied', async () => {
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 1, name: 'x', fsLayers: [] }));
    const mediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
    source.add('team/app', 'v1', { ...testImage(), manifest: blobOf(mediaType, bytes) });
    const error = await failure(copy());
    expect(error).toMatchObject({ code: 'unsupportedManifest', side: 'source' });
    expect(error.message).toContain('schema 1');
  });

  it('is what the destination gets for another digest under the tag afterwards', async () => {
    const image = testImage();
    source.add('team/app', 'v1', image);
    const other = digestOf(Buffer.from('other'));
    destination.before = ({ what }) => {
      if (what === 'resolveTag') destination.content('mirror/app').tags.set('v1', other);
    };
    expect(await failure(copy())).toMatchObject({ code: 'digestMismatch', side: 'destination' });
  });

  it('keeps the rest of the image from being moved', async () => {
    run = newRun(1);
    const image = testImage({ layers: Array.from({ length: 20 }, (_, n) => ({ [`f${n}`]: String(n) })) });
    source.add('team/app', 'v1', image);
    source.before = ({ what }) => {
      if (what === 'getBlob') throw new UserError('missing', 'gone');
    };
    await failure(copy());
    expect(source.done('getBlob').length).toBeLessThan(4);
  });

  it('of a repository that hides because it does not exist yet is none', async () => {
    source.add('team/app', 'v1', testImage());
    destination.before = ({ what }) => {
      const asks = ['resolveTag', 'hasManifest', 'hasBlob'].includes(what);
      if (asks && destination.content('mirror/app').manifests.size === 0)
        throw new UserError('denied', 'who?');
    };
    expect((await copy()).result).toBe('copied');
  });
});

it('stops at once when the signal fires, and says the reason', async () => {
  const image = testImage();
  source.add('team/app', 'v1', image);
  const reason = new UserError('cancelled', 'stopped by SIGINT');
  destination.before = ({ what }) => {
    if (what === 'putBlob') stop.abort(reason);
  };
  expect(await failure(copy())).toBe(reason);
  expect(destination.done('putBlob')).toEqual([]);
  expect(destination.done('putManifest')).toEqual([]);
});
