import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { AttachmentCopies } from '../../../../server/src/mirror/signatures/attachmentCopies.ts';
import type { AttachmentBounds } from '../../../../server/src/mirror/signatures/attachmentFinder.ts';
import type { AttachmentOutcome } from '../../../../server/src/mirror/signatures/attachmentOutcome.ts';
import { openDestination, openSource } from '../../../../server/src/stores/open.ts';
import { cosignImage, cosignTag, listTag, referrerOf, referrersList } from '../../../support/attachments.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../../support/fakeRegistry.ts';
import { registryFault, status } from '../../../support/faults.ts';
import { addToStore, temporaryFolder } from '../../../support/fileStore.ts';
import { multiArchImage, type TestImage, testImage, testIndex } from '../../../support/images.ts';
import { writeLayout } from '../../../support/ociLayout.ts';
import { testClient } from '../../registry/harness.ts';

const image = testImage();
const { digest } = image.manifest;
const withApi = { referrers: 100 };

let source: FakeRegistry;
let destination: FakeRegistry;
const started: FakeRegistry[] = [];

async function start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(options);
  started.push(registry);
  return registry;
}

beforeEach(async () => {
  [source, destination] = [await start(), await start()];
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((registry) => registry.stop()));
});

/** Where the image of a test is at both ends. */
const there = (tag = 'v1', of = image) => ({
  source: `${source.host}/team/app:${tag}`,
  destination: `${destination.host}/mirror/app:${tag}`,
  digest: of.manifest.digest,
});

/** Puts an image at both ends, as a run has it when it comes to signatures. */
function bothHave(of: TestImage, tag = 'v1'): void {
  source.add('team/app', tag, of);
  destination.add('mirror/app', tag, of);
}

interface Words {
  readonly images?: readonly ReturnType<typeof there>[];
  readonly taken?: readonly string[];
  readonly bounds?: Partial<AttachmentBounds>;
  readonly found?: number;
  /** What holds the `v2/` of `file://` images. */
  readonly folder?: string;
}

async function bring({ images = [there()], taken = [], bounds, found, folder }: Words = {}) {
  const { client } = testClient({ retryTimes: 0 });
  onTestFinished(() => client.close());
  const looked: [string, number][] = [];
  const copies = new AttachmentCopies({
    openSource: (reference) => openSource(reference, client, folder),
    openDestination: (reference) => openDestination(reference, client, folder),
    parallelImages: 8,
    parallelLayers: 8,
    signal: new AbortController().signal,
    listener: () => {},
    isTaken: (name) => taken.includes(name),
    bounds,
    foundBefore: () => found,
    onLooked: ({ destination: name }, count) => looked.push([name, count]),
  });
  for (const each of images) copies.add(each);
  return { outcomes: await copies.ended(), looked };
}

/** What came of the attachments, in short. */
function short({ copied, skipped, failed, unknown }: AttachmentOutcome) {
  return { copied, skipped, failed: failed.map(({ error }) => error.code), unknown: unknown?.code };
}

const digestUnder = (tag: string) => destination.manifest('mirror/app', tag);

describe('signatures under tags of cosign', () => {
  it('come beside the image, with the content that they name, and once', async () => {
    bothHave(image);
    const kinds = ['sig', 'att', 'sbom'] as const;
    for (const kind of kinds) source.add('team/app', cosignTag(image, kind), cosignImage(image, kind));
    source.add('team/app', cosignTag(testImage({ seed: 'other' }), 'sig'), cosignImage('', 'sig'));
    const first = await bring();
    expect(first.outcomes.map(short)).toEqual([{ copied: 3, skipped: 0, failed: [], unknown: undefined }]);
    expect(first.looked).toEqual([[there().destination, 3]]);
    for (const kind of kinds) {
      const { manifest, blobs } = cosignImage(image, kind);
      expect(digestUnder(cosignTag(image, kind))?.bytes).toEqual(manifest.bytes);
      for (const blob of blobs) expect(destination.blob('mirror/app', blob.digest)).toEqual(blob.bytes);
    }
    const again = await bring();
    expect(again.outcomes.map(short)).toEqual([{ copied: 0, skipped: 3, failed: [], unknown: undefined }]);
  });

  it('are looked for with one list of tags for all images of a repository', async () => {
    const images = Array.from({ length: 20 }, (_, number) => testImage({ seed: String(number) }));
    for (const [number, each] of images.entries()) bothHave(each, `v${number}`);
    const { outcomes } = await bring({ images: images.map((each, number) => there(`v${number}`, each)) });
    expect(outcomes.filter(({ copied, skipped }) => copied + skipped > 0)).toEqual([]);
    // One for the list, and one that finds out that there is no API for referrers.
    expect(source.log.filter((line) => !line.endsWith('/v2/'))).toEqual([
      expect.stringContaining('GET /v2/team/app/tags/list'),
      expect.stringContaining('GET /v2/team/app/referrers/sha256:'),
    ]);
    expect(destination.log).toEqual([]);
  });

  it('are asked for one by one where the list is long, or refused', async () => {
    bothHave(image);
    source.add('team/app', cosignTag(image, 'sig'), cosignImage(image, 'sig'));
    source.inject(registryFault(403, 'DENIED', 'no list for you'), { path: /tags\/list/ });
    expect((await bring()).outcomes.map(short)).toMatchObject([{ copied: 1, unknown: undefined }]);
    source.heal();
    source.clear();
    source.inject(status(200, { link: '</v2/team/app/tags/list?n=2>; rel="next"' }, '{"tags":["v1"]}'), {
      path: /list\?n=1000$/,
    });
    source.inject(status(200, { link: '</v2/team/app/tags/list?n=3>; rel="next"' }, '{"tags":["v2"]}'), {
      path: /list\?n=2$/,
    });
    source.inject(status(200, { link: '</v2/team/app/tags/list?n=4>; rel="next"' }, '{"tags":["v3"]}'), {
      path: /list\?n=3$/,
    });
    source.inject(status(200, { link: '</v2/team/app/tags/list?n=5>; rel="next"' }, '{"tags":["v4"]}'), {
      path: /list\?n=4$/,
    });
    expect((await bring()).outcomes.map(short)).toMatchObject([{ skipped: 1, unknown: undefined }]);
    expect(source.log.filter((line) => line.includes('/list'))).toHaveLength(4);
  });

  it('come of the images that an index is made of, too', async () => {
    const index = multiArchImage();
    const [, arm] = index.children;
    if (arm === undefined) throw new Error('no child');
    bothHave(index);
    source.add('team/app', cosignTag(arm, 'att'), cosignImage(arm, 'att'));
    const { outcomes } = await bring({ images: [there('v1', index)] });
    expect(outcomes.map(short)).toMatchObject([{ copied: 1, failed: [] }]);
    expect(digestUnder(cosignTag(arm, 'att'))).toBeDefined();
  });

  it('take nothing from the image when they fail, and are told one by one', async () => {
    bothHave(image);
    source.add('team/app', cosignTag(image, 'sig'), cosignImage(image, 'sig'));
    source.add('team/app', cosignTag(image, 'sbom'), cosignImage(image, 'sbom'));
    source.inject(registryFault(500, 'UNKNOWN', 'broken'), { path: /manifests\/sha256-\w+\.sig/ });
    const { outcomes, looked } = await bring();
    expect(outcomes.map(short)).toEqual([
      { copied: 1, skipped: 0, failed: ['unavailable'], unknown: undefined },
    ]);
    expect(outcomes[0]?.failed[0]?.name).toBe(`${source.host}/team/app:${cosignTag(image, 'sig')}`);
    // The next run looks again.
    expect(looked).toEqual([]);
  });

  it('are not missed where nobody can be asked, nor of what is itself a signature', async () => {
    bothHave(image);
    source.inject(registryFault(500, 'UNKNOWN', 'broken'), { path: /referrers/ });
    const { outcomes, looked } = await bring({ images: [there(), there(cosignTag(image, 'sig'))] });
    expect(outcomes.map(short)).toEqual([{ copied: 0, skipped: 0, failed: [], unknown: 'unavailable' }]);
    expect(looked).toEqual([]);
  });

  it('are not asked for any more at a registry that fails to say it again and again', async () => {
    const images = Array.from({ length: 30 }, (_, number) => testImage({ seed: String(number) }));
    for (const [number, each] of images.entries()) bothHave(each, `v${number}`);
    source.inject(registryFault(500, 'UNKNOWN', 'broken'), { path: /referrers/ });
    const { outcomes } = await bring({ images: images.map((each, number) => there(`v${number}`, each)) });
    expect(outcomes.every(({ unknown }) => unknown?.code === 'unavailable')).toBe(true);
    // Some were under way when the others failed.
    expect(source.log.filter((line) => line.includes('/referrers/')).length).toBeLessThan(15);
  });

  it('are not asked for where an earlier run has looked', async () => {
    bothHave(image);
    const { outcomes } = await bring({ found: 2 });
    expect(outcomes.map(short)).toMatchObject([{ copied: 0, skipped: 2 }]);
    expect([...source.log, ...destination.log]).toEqual([]);
  });
});

describe('referrers', () => {
  const signature = referrerOf(image, { annotations: { by: 'me' } });
  const ofSignature = referrerOf(signature, { seed: 'above' });

  const expectThere = (...referrers: TestImage[]) => {
    for (const { manifest, blobs } of referrers) {
      expect(destination.manifest('mirror/app', manifest.digest)?.bytes).toEqual(manifest.bytes);
      for (const blob of blobs) expect(destination.blob('mirror/app', blob.digest)).toEqual(blob.bytes);
    }
  };

  it.each([
    { from: withApi, to: withApi },
    { from: withApi, to: {} },
    { from: {}, to: withApi },
    { from: {}, to: {} },
    { from: { referrers: 1 }, to: { referrers: 1 } },
  ])('come with their own, from $from to $to', async ({ from, to }) => {
    [source, destination] = [await start(from), await start(to)];
    bothHave(image);
    for (const each of [signature, ofSignature]) source.add('team/app', undefined, each);
    if (!('referrers' in from)) {
      source.add('team/app', listTag(image), referrersList(signature));
      source.add('team/app', listTag(signature), referrersList(ofSignature));
    }
    const first = await bring();
    expect(first.outcomes.map(short)).toEqual([{ copied: 2, skipped: 0, failed: [], unknown: undefined }]);
    expectThere(signature, ofSignature);
    const list = digestUnder(listTag(image));
    if ('referrers' in to) expect(list).toBeUndefined();
    else {
      expect(JSON.parse(String(list?.bytes))).toMatchObject({
        mediaType: 'application/vnd.oci.image.index.v1+json',
        manifests: [
          {
            digest: signature.manifest.digest,
            size: signature.manifest.size,
            artifactType: 'application/vnd.example.signature',
            annotations: { by: 'me' },
          },
        ],
      });
    }
    expect((await bring()).outcomes.map(short)).toMatchObject([{ copied: 0, skipped: 2, failed: [] }]);
  });

  it('are added to a list that others have written, of which all stays', async () => {
    source = await start(withApi);
    bothHave(image);
    source.add('team/app', undefined, signature);
    const theirs = referrerOf(image, { seed: 'theirs' });
    destination.add('mirror/app', listTag(image), referrersList(theirs));
    expect((await bring()).outcomes.map(short)).toMatchObject([{ copied: 1, failed: [] }]);
    const { manifests } = JSON.parse(String(digestUnder(listTag(image))?.bytes));
    expect(manifests.map((entry: { digest: string }) => entry.digest)).toEqual([
      theirs.manifest.digest,
      signature.manifest.digest,
    ]);
  });

  it('never take the tag of an image, which oc-mirror names by its digest', async () => {
    source = await start(withApi);
    source.add('team/app', 'v1', image);
    source.add('team/app', undefined, signature);
    destination.add('mirror/app', listTag(image), image);
    const taken = [{ ...there(), destination: `${destination.host}/mirror/app:${listTag(image)}` }];
    expect((await bring({ images: taken })).outcomes.map(short)).toMatchObject([{ failed: ['noReferrers'] }]);
    // Not there yet, but the run will write it.
    destination.lose();
    destination.add('mirror/app', 'v1', image);
    const planned = [`${destination.host}/mirror/app:${listTag(image)}`];
    expect((await bring({ taken: planned })).outcomes.map(short)).toMatchObject([
      { failed: ['noReferrers'] },
    ]);
    expect(digestUnder(listTag(image))).toBeUndefined();
  });

  it('are not what an index has for parts, where its tag is its digest', async () => {
    const index = multiArchImage({ format: 'oci' });
    source.add('team/app', listTag(index), index);
    destination.add('mirror/app', listTag(index), index);
    const { outcomes } = await bring({ images: [there(listTag(index), index)] });
    expect(outcomes.map(short)).toEqual([{ copied: 0, skipped: 0, failed: [], unknown: undefined }]);
  });

  it('are only those that name the image themselves, whatever a list says', async () => {
    bothHave(image);
    const stranger = referrerOf(testImage({ seed: 'other' }));
    const list = referrersList(stranger, image, signature);
    source.add('team/app', listTag(image), list);
    expect((await bring()).outcomes.map(short)).toMatchObject([{ copied: 1, failed: [] }]);
    expectThere(signature);
    expect(destination.manifest('mirror/app', stranger.manifest.digest)).toBeUndefined();
  });

  it('of which some are gone fail by themselves', async () => {
    bothHave(image);
    const gone = referrerOf(image, { seed: 'gone' });
    source.add('team/app', listTag(image), { ...referrersList(gone, signature), children: [signature] });
    const { outcomes } = await bring();
    expect(outcomes.map(short)).toMatchObject([{ copied: 1, failed: ['missing'] }]);
    expect(outcomes[0]?.failed[0]?.name).toBe(`${source.host}/team/app@${gone.manifest.digest}`);
  });

  it('end, however many there are, and in whatever circles they are listed', async () => {
    source = await start({ referrers: 1000 });
    bothHave(image);
    for (let count = 0; count < 2000; count++) {
      source.add('team/app', undefined, referrerOf(image, { seed: String(count) }));
    }
    const { outcomes } = await bring({ bounds: { attachments: 20 } });
    expect(outcomes.map(short)).toMatchObject([{ copied: 20, failed: ['tooLarge'] }]);

    source = await start();
    bothHave(image);
    source.add('team/app', listTag(image), referrersList(signature));
    source.add('team/app', listTag(signature), referrersList(signature, image));
    expect((await bring()).outcomes.map(short)).toMatchObject([{ failed: [] }]);

    let [above, chain] = [signature, [signature]];
    for (let level = 0; level < 10; level++) {
      above = referrerOf(above, { seed: 'chain' });
      chain = [...chain, above];
    }
    source = await start(withApi);
    bothHave(image);
    for (const each of chain) source.add('team/app', undefined, each);
    destination = await start(withApi);
    bothHave(image);
    expect((await bring()).outcomes.map(short)).toMatchObject([{ copied: 4, failed: [] }]);
  });

  it('of a registry that takes them and does not list them are told', async () => {
    [source, destination] = [await start(withApi), await start(withApi)];
    bothHave(image);
    source.add('team/app', undefined, signature);
    destination.inject(status(200, {}, '{"schemaVersion":2,"manifests":[]}'), { path: /referrers/ });
    expect((await bring()).outcomes.map(short)).toMatchObject([{ copied: 0, failed: ['missing'] }]);
  });

  it('come of the images that an index is made of where the index has some', async () => {
    source = await start(withApi);
    const child = testImage({ format: 'oci', seed: 'child' });
    const index = testIndex([child], { format: 'oci' });
    bothHave(index);
    for (const about of [index, child]) source.add('team/app', undefined, referrerOf(about));
    const { outcomes } = await bring({ images: [there('v1', index)] });
    expect(outcomes.map(short)).toMatchObject([{ copied: 2, failed: [] }]);
    expect(digestUnder(listTag(child))).toBeDefined();
  });
});

describe('layouts', () => {
  const signature = referrerOf(image);
  const above = referrerOf(signature, { seed: 'above' });

  it('that ORAS has written name what refers to an image by nothing', async () => {
    const folder = temporaryFolder();
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeLayout(folder, [
      { name: 'v1', image },
      { image: signature },
      { image: above },
      { image: testImage() },
    ]);
    const from = { ...there(), source: `oci://${folder}:v1` };
    expect((await bring({ images: [from] })).outcomes.map(short)).toMatchObject([{ copied: 2, failed: [] }]);
    expect(digestUnder(listTag(image))).toBeDefined();
  });

  it('of ours have lists of referrers and tags of cosign, each beside the name of its image', async () => {
    const folder = temporaryFolder();
    onTestFinished(() => rmSync(folder, { recursive: true }));
    source = await start(withApi);
    for (const each of [signature, above]) source.add('team/app', undefined, each);
    source.add('team/app', cosignTag(image, 'sig'), cosignImage(image, 'sig'));
    source.add('team/app', 'v1', image);
    writeLayout(folder, [{ name: `${source.host}/team/app:v1`, image }]);
    const to = { ...there(), destination: `oci://${folder}:${source.host}/team/app:v1` };
    expect((await bring({ images: [to] })).outcomes.map(short)).toMatchObject([{ copied: 3, failed: [] }]);
    const names = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')).manifests.map(
      (entry: { annotations: Record<string, string> }) =>
        entry.annotations['org.opencontainers.image.ref.name'],
    );
    const beside = (tag: string) => `${source.host}/team/app:${tag}`;
    const wanted = ['v1', cosignTag(image, 'sig'), listTag(image), listTag(signature)].map(beside);
    expect(names.toSorted()).toEqual(wanted.toSorted());

    destination.add('mirror/app', 'v1', image);
    const from = { ...there(), source: to.destination };
    expect((await bring({ images: [from] })).outcomes.map(short)).toMatchObject([{ copied: 3, failed: [] }]);
    expect(digestUnder(listTag(signature))).toBeDefined();
  });
});

it('keeps referrers in a v2/ folder by their digests, also of an image whose tag is its digest', async () => {
  const folder = temporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [signature, above] = [referrerOf(image), referrerOf(referrerOf(image), { seed: 'above' })];
  source = await start(withApi);
  for (const each of [signature, above]) source.add('team/app', undefined, each);
  source.add('team/app', cosignTag(image, 'sig'), cosignImage(image, 'sig'));
  source.add('team/app', 'v1', image);
  const name = `file://hop/app:${listTag(image)}`;
  addToStore(folder, 'hop/app', listTag(image), image);
  const to = { ...there(), destination: name };
  const out = await bring({ images: [to], taken: [name], folder });
  expect(out.outcomes.map(short)).toMatchObject([{ copied: 3, failed: [] }]);
  destination.add('mirror/app', 'v1', image);
  const back = await bring({ images: [{ ...there(), source: name }], folder });
  expect(back.outcomes.map(short)).toMatchObject([{ copied: 3, failed: [] }]);
  expect(digestUnder(listTag(signature))).toBeDefined();
});

it('brings a signature once for an image that has two tags', async () => {
  bothHave(image);
  bothHave(image, 'v2');
  source.add('team/app', cosignTag(digest, 'sig'), cosignImage(digest, 'sig'));
  const { outcomes, looked } = await bring({ images: [there('v1'), there('v2')] });
  expect(outcomes.map(short)).toMatchObject([
    { copied: 1, skipped: 0 },
    { copied: 0, skipped: 1 },
  ]);
  expect(looked.map(([, count]) => count)).toEqual([1, 1]);
  expect(source.log.filter((line) => line.includes('/list'))).toHaveLength(1);
});
