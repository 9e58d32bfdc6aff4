import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Database } from '../../../server/src/database/database.ts';
import { Lookup, type LookupOptions } from '../../../server/src/lookup/lookup.ts';
import { RememberedFacts } from '../../../server/src/lookup/rememberedFacts.ts';
import { StoreFolders } from '../../../server/src/stores/ocDirectoryFolder.ts';
import { addToStore, temporaryFolder } from '../../support/fileStore.ts';
import { multiArchImage, type TestBlob, testImage } from '../../support/images.ts';
import { never } from '../registry/harness.ts';
import { referenceTo } from './harness.ts';

const image = testImage({ labels: { name: 'app' }, created: '2021-11-01T00:00:00Z' });
const index = multiArchImage({ format: 'oci' });
const cleanups: (() => unknown)[] = [];
let folder: string;
let now: number;

beforeEach(() => {
  folder = temporaryFolder();
  now = 1_000_000_000;
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  addToStore(folder, 'mirror/app', 'v1', image);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function make(options: Partial<LookupOptions> = {}): Lookup {
  const folders = new StoreFolders({ named: '', workspaceFolders: () => [], trusted: true, now: () => now });
  const lookup = new Lookup({
    openSource: (reference, from) => folders.open(reference, from),
    remembered: undefined,
    offline: () => 'untrusted',
    now: () => now,
    ...options,
  });
  cleanups.push(() => lookup.dispose());
  return lookup;
}

const document = () => join(folder, 'manifests-app/mapping.txt');
const app = referenceTo('file://mirror/app:v1');

it('answers from the folder near the document, whatever the network', async () => {
  const lookup = make();
  expect(lookup.image(app, document())).toEqual({ state: 'pending' });
  const facts = {
    digest: image.manifest.digest,
    mediaType: image.manifest.mediaType,
    size: image.blobs.reduce((sum, { size }) => sum + size, 0),
    blobs: image.blobs.map(({ digest, size }) => [digest.slice(7, 23), size]),
    platforms: ['linux/amd64'],
    created: '2021-11-01T00:00:00Z',
    labels: { name: 'app' },
  };
  const known = { state: 'known', at: now, value: facts };
  expect(await lookup.whenKnown(app, 5000, document())).toEqual(known);
  // As editors name documents, and by digest.
  expect(lookup.image(app, `file://${document()}`)).toEqual(known);
  const byDigest = referenceTo(`file:///mirror/app@${image.manifest.digest}`);
  expect(await lookup.whenKnown(byDigest, 5000, document())).toEqual(known);
});

it('knows indexes and tags', async () => {
  addToStore(folder, 'mirror/app', 'multi', index);
  const lookup = make();
  const multi = referenceTo('file://mirror/app:multi');
  expect(await lookup.whenKnown(multi, 5000, document())).toMatchObject({
    value: { digest: index.manifest.digest, platforms: expect.arrayContaining(['linux/s390x']) },
  });
  lookup.tags(app, document());
  lookup.tags(referenceTo('file://mirror/none'), document());
  await lookup.idle(never);
  expect(lookup.tags(app, document())).toMatchObject({ state: 'known', value: ['multi', 'v1'] });
  expect(lookup.peekTags(referenceTo('file://mirror/none'), document())).toMatchObject({ state: 'missing' });
});

it('says what is missing, where nothing is, and what is damaged', async () => {
  const lookup = make();
  expect(await lookup.whenKnown(referenceTo('file://mirror/app:v9'), 5000, document())).toEqual({
    state: 'missing',
    reason: 'v2/ does not have file://mirror/app:v9',
  });
  for (const from of [undefined, 'untitled:Untitled-1', '/nonexistent/mapping.txt']) {
    const fact = await lookup.whenKnown(app, 5000, from);
    expect(fact).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('there is no v2/ folder'),
    });
  }
  const [config] = image.blobs as [TestBlob];
  const path = join(folder, 'v2/mirror/app/blobs', config.digest);
  rmSync(path);
  now += 5000;
  expect(await lookup.whenKnown(app, 5000, document())).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining(`${path} is not there`),
  });
});

it('counts for news to rules only what is known or missing, not what nobody can know', async () => {
  const lookup = make();
  const arrived: unknown[] = [];
  lookup.onArrived((reference) => arrived.push(reference));
  const elsewhere = referenceTo('file://nobody/app:v1');
  const { version, news } = lookup;
  expect(await lookup.whenKnown(elsewhere, 5000, document())).toMatchObject({ state: 'failed' });
  expect(lookup.version).toBe(version);
  expect(lookup.news).toBe(news + 1);
  expect(arrived).toEqual([elsewhere]);
  expect(await lookup.whenKnown(app, 5000, document())).toMatchObject({ state: 'known' });
  expect(lookup.version).toBe(version + 1);
  rmSync(join(folder, 'v2'), { recursive: true });
  now += 5000;
  expect(await lookup.whenKnown(app, 5000, document())).toMatchObject({ state: 'failed' });
  expect(lookup.version).toBe(version + 2);
});

it('sees within seconds what changed on disk', async () => {
  const lookup = make();
  await lookup.whenKnown(app, 5000, document());
  const { version } = lookup;
  addToStore(folder, 'mirror/app', 'v1', index);
  expect(await lookup.whenKnown(app, 5000, document())).toMatchObject({
    value: { digest: image.manifest.digest },
  });
  now += 5000;
  expect(await lookup.whenKnown(app, 5000, document())).toMatchObject({
    value: { digest: index.manifest.digest },
  });
  expect(lookup.version).toBe(version + 1);
  rmSync(join(folder, 'v2'), { recursive: true });
  now += 5000;
  expect(await lookup.whenKnown(app, 5000, document())).toMatchObject({ state: 'failed' });
});

it('means another image for a document elsewhere, and mixes nothing up', async () => {
  const other = temporaryFolder();
  cleanups.push(() => rmSync(other, { recursive: true }));
  addToStore(other, 'mirror/app', 'v1', index);
  const lookup = make();
  const [here, there] = await Promise.all([
    lookup.whenKnown(app, 5000, document()),
    lookup.whenKnown(app, 5000, join(other, 'mapping.txt')),
  ]);
  expect(here).toMatchObject({ value: { digest: image.manifest.digest } });
  expect(there).toMatchObject({ value: { digest: index.manifest.digest } });
});

it('remembers nothing of it from run to run: the disk does', async () => {
  const directory = temporaryFolder();
  cleanups.push(() => rmSync(directory, { recursive: true }));
  const database = await Database.open({ file: join(directory, 'facts.db'), report: () => {} });
  if (database === undefined) throw new Error('no database');
  cleanups.push(() => database.close());
  await make({ remembered: new RememberedFacts(database) }).whenKnown(app, 5000, document());
  rmSync(join(folder, 'v2/mirror/app'), { recursive: true });
  expect(
    await make({ remembered: new RememberedFacts(database) }).whenKnown(app, 5000, document()),
  ).toMatchObject({ state: 'missing' });
});
