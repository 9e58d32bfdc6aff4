import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../server/src/base/errors.ts';
import { Database } from '../../../server/src/database/database.ts';
import { formatReference } from '../../../server/src/documents/imageReference.ts';
import { Lookup, type LookupOptions } from '../../../server/src/lookup/lookup.ts';
import type { OfflineReason } from '../../../server/src/lookup/offline.ts';
import { RememberedFacts } from '../../../server/src/lookup/rememberedFacts.ts';
import { openSource } from '../../../server/src/stores/open.ts';
import type { Fact, ImageFacts } from '../../../server/src/workspace/facts.ts';
import { basicAuth } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { held, slow, status } from '../../support/faults.ts';
import { testImage } from '../../support/images.ts';
import { never, password, type TestClientOptions, testClient } from '../registry/harness.ts';
import { referenceTo } from './harness.ts';

const image = testImage({ labels: { name: 'app' } });
const other = testImage({ seed: 'other' });

describe('the look-up', () => {
  const cleanups: (() => unknown)[] = [];
  let registry: FakeRegistry;
  let now: number;
  let offline: OfflineReason | undefined;

  const startRegistry = async (options: FakeRegistryOptions = {}) => {
    const started = await FakeRegistry.start(options);
    cleanups.push(() => started.stop());
    started.add('team/app', 'v1', image);
    return started;
  };
  beforeEach(async () => {
    now = 1_000_000_000;
    offline = undefined;
    registry = await startRegistry();
  });
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const make = (options: Partial<LookupOptions> = {}, clientOptions: TestClientOptions = {}) => {
    const { client } = testClient({ retryTimes: 0, ...clientOptions });
    const lookup = new Lookup({
      openSource: (reference) => openSource(reference, client),
      remembered: undefined,
      offline: () => offline,
      now: () => now,
      ...options,
    });
    cleanups.push(() => client.close());
    cleanups.push(() => lookup.dispose());
    const arrived: string[] = [];
    lookup.onArrived((reference) =>
      arrived.push(reference === undefined ? 'a file' : formatReference(reference)),
    );
    return { lookup, arrived, client };
  };
  const app = (version = ':v1', host = registry.host) => referenceTo(`${host}/team/app${version}`);
  const known = (fact: Fact<ImageFacts>) => (fact.state === 'known' ? fact.value.digest : fact);
  const manifests = (of = registry) => of.log.filter((line) => line.includes('/manifests/'));

  it('is told once that somebody asked about a file, which is news to rules', () => {
    const { lookup, arrived } = make();
    const path = 'file:///w/mapping.txt';
    expect(lookup.asked(path)).toBe(false);
    const { version } = lookup;
    lookup.askAbout(path);
    lookup.askAbout(path);
    expect(lookup.asked(path)).toBe(true);
    expect(lookup.asked('file:///w/other/mapping.txt')).toBe(false);
    expect(lookup.version).toBe(version + 1);
    expect(arrived).toEqual(['a file']);
  });

  it('never waits: pending at first, known when the answer has arrived', async () => {
    const { lookup, arrived } = make();
    expect(lookup.image(app())).toEqual({ state: 'pending' });
    expect(arrived).toEqual([]);
    await expect.poll(() => arrived).toEqual([`${registry.host}/team/app:v1`]);
    expect(lookup.image(app())).toEqual({
      state: 'known',
      at: now,
      value: {
        digest: image.manifest.digest,
        mediaType: image.manifest.mediaType,
        size: expect.any(Number),
        blobs: expect.any(Array),
        platforms: ['linux/amd64'],
        created: '2021-05-01T10:00:00Z',
        labels: { name: 'app' },
      },
    });
  });

  it('asks once, however many want to know', async () => {
    const { lookup } = make();
    const facts = await Promise.all(Array.from({ length: 50 }, () => lookup.whenKnown(app(), 30_000)));
    for (let count = 0; count < 50; count++) lookup.image(app());
    expect(new Set(facts.map(known))).toEqual(new Set([image.manifest.digest]));
    expect(manifests()).toHaveLength(1);
  });

  it('gives what is known by then when the time is up, and the rest later', async () => {
    registry.inject(slow(150), { path: /manifests/ });
    const { lookup, arrived } = make();
    expect(await lookup.whenKnown(app(), 20)).toEqual({ state: 'pending' });
    const controller = new AbortController();
    const waiting = lookup.whenKnown(app(), Number.POSITIVE_INFINITY, undefined, controller.signal);
    controller.abort();
    expect(await waiting).toEqual({ state: 'pending' });
    await expect.poll(() => arrived).toHaveLength(1);
    expect(known(lookup.image(app()))).toBe(image.manifest.digest);
    expect(manifests()).toHaveLength(1);
  });

  it('says missing, and asks again after a minute', async () => {
    const { lookup } = make();
    const missing = {
      state: 'missing',
      reason: `${registry.host} does not have ${registry.host}/team/app:v2`,
    };
    expect(await lookup.whenKnown(app(':v2'), 30_000)).toEqual(missing);
    registry.add('team/app', 'v2', other);
    now += 59_000;
    expect(await lookup.whenKnown(app(':v2'), 30_000)).toEqual(missing);
    now += 1000;
    expect(known(await lookup.whenKnown(app(':v2'), 30_000))).toBe(other.manifest.digest);
  });

  it('shows a tag with its age, and refreshes it after five minutes in the background', async () => {
    const { lookup, arrived } = make();
    await lookup.whenKnown(app(), 30_000);
    registry.add('team/app', 'v1', other);
    now += 4 * 60_000;
    expect(known(await lookup.whenKnown(app(), 30_000))).toBe(image.manifest.digest);
    now += 60_000;
    const shown = lookup.image(app());
    expect(known(shown)).toBe(image.manifest.digest);
    expect(shown).toMatchObject({ at: now - 5 * 60_000 });
    await expect.poll(() => known(lookup.image(app()))).toBe(other.manifest.digest);
    expect(arrived).toHaveLength(2);
  });

  it('refreshes with one HEAD when nothing changed, and then tells nobody', async () => {
    const { lookup, arrived } = make();
    await lookup.whenKnown(app(), 30_000);
    const byDigest = app(`@${image.manifest.digest}`);
    await lookup.whenKnown(byDigest, 30_000);
    registry.clear();
    now += 10 * 60_000;
    expect(await lookup.whenKnown(app(), 30_000)).toMatchObject({ state: 'known', at: now });
    expect(await lookup.whenKnown(byDigest, 30_000)).toMatchObject({ state: 'known', at: now });
    expect(registry.log.map((line) => line.split(' ')[0])).toEqual(['HEAD', 'HEAD']);
    expect(arrived).toHaveLength(2);
  });

  it('keeps what it knew when a refresh fails, but not when the image is gone', async () => {
    const { lookup } = make();
    const before = await lookup.whenKnown(app(), 30_000);
    now += 10 * 60_000;
    registry.inject(status(500));
    expect(await lookup.whenKnown(app(), 30_000)).toEqual(before);
    registry.heal();
    registry.inject(status(404), { path: /manifests/ });
    now += 60_000;
    expect(await lookup.whenKnown(app(), 30_000)).toMatchObject({ state: 'missing' });
  });

  it('says why nobody could answer, and asks again after a minute', async () => {
    registry.inject(status(500));
    const { lookup } = make();
    const fact = await lookup.whenKnown(app(), 30_000);
    expect(fact).toMatchObject({ state: 'failed', reason: expect.stringContaining('500') });
    registry.heal();
    now += 59_000;
    expect(await lookup.whenKnown(app(), 30_000)).toEqual(fact);
    now += 1000;
    expect(known(await lookup.whenKnown(app(), 30_000))).toBe(image.manifest.digest);
  });

  it('asks a registry that refused us only after a login', async () => {
    const guarded = await startRegistry({ auth: basicAuth({ anna: 'secret' }) });
    const credentials: Record<string, ReturnType<typeof password>> = {};
    const { lookup, arrived, client } = make({}, { credentials });
    const reference = app(':v1', guarded.host);
    expect(await lookup.whenKnown(reference, 30_000)).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining(`operator-mirror login ${guarded.host}`),
    });
    guarded.clear();
    now += 3_600_000;
    await lookup.whenKnown(reference, 30_000);
    expect(guarded.requests).toHaveLength(0);
    credentials[guarded.host] = password('anna', 'secret');
    client.credentialsChanged();
    lookup.credentialsChanged();
    expect(arrived).toHaveLength(2);
    expect(known(await lookup.whenKnown(reference, 30_000))).toBe(image.manifest.digest);
  });

  it('gives up a registry that does not answer, in words', async () => {
    registry.inject(slow(10_000));
    const { lookup } = make({ patience: 50 });
    expect(await lookup.whenKnown(app(), 30_000)).toEqual({
      state: 'failed',
      reason: `${registry.host} does not answer within 0.05 s; check that it can be reached from here (firewall, proxy, VPN)`,
    });
  });

  it('knows who did not answer when last asked, also where an old answer is shown', async () => {
    const guarded = await startRegistry({ auth: basicAuth({ anna: 'secret' }) });
    const { lookup } = make();
    const all = [app(), app(':v2'), app(':v1', guarded.host), referenceTo('file://team/app:v1')];
    const askAll = async () => {
      for (const reference of all) lookup.image(reference);
      lookup.tags(app());
      await lookup.idle(new AbortController().signal);
    };
    await askAll();
    const refused = {
      place: guarded.host,
      images: 1,
      reason: expect.stringMatching(/wants a credential .*; run `operator-mirror login/),
    };
    expect(lookup.unanswered()).toEqual([refused]);
    registry.inject(status(503));
    now += 600_000;
    await askAll();
    expect(known(lookup.peek(app()))).toBe(image.manifest.digest);
    expect(lookup.unanswered()).toEqual([
      refused,
      { place: registry.host, images: 2, reason: expect.stringContaining('503') },
    ]);
    registry.heal();
    now += 600_000;
    await askAll();
    expect(lookup.unanswered()).toEqual([refused]);
  });

  it('remembers as many answers as there is room for: each edit in a name is another question', async () => {
    registry.inject(status(503));
    const { lookup } = make({ room: 20_000 });
    const names = Array.from({ length: 400 }, (_, at) => app(`:v${at}`));
    for (const name of names) lookup.image(name);
    await lookup.idle(new AbortController().signal);
    const states = names.map((name) => lookup.peek(name).state);
    expect(states.slice(-5)).toEqual(Array(5).fill('failed'));
    const remembered = states.filter((state) => state !== 'pending').length;
    expect(remembered).toBeGreaterThan(5);
    expect(remembered).toBeLessThan(40);
    expect(lookup.unanswered()).toEqual([expect.objectContaining({ images: remembered })]);
  });

  it('asks nobody for what nobody can answer', async () => {
    const { lookup } = make();
    for (const text of ['s3://h/r/b/app:v1', 'file://mirror/app']) {
      const failed = { state: 'failed', reason: expect.stringContaining(text) };
      expect(lookup.image(referenceTo(text))).toEqual(failed);
      expect(lookup.peek(referenceTo(text))).toEqual(failed);
      expect(await lookup.whenKnown(referenceTo(text), 30_000)).toEqual(failed);
    }
  });

  it('reports a store that cannot be opened, and does not end on a defect', async () => {
    const errors = [new UserError('badReference', 'no such place'), new TypeError('a defect')];
    const { lookup } = make({
      openSource: () => {
        throw errors.shift();
      },
    });
    expect(await lookup.whenKnown(app(':a'), 30_000)).toEqual({ state: 'failed', reason: 'no such place' });
    expect(await lookup.whenKnown(app(':b'), 30_000)).toEqual({ state: 'failed', reason: 'a defect' });
  });

  describe('with many questions', () => {
    it('asks a host only so much at once, and lets a slow one delay no other', async () => {
      const slowOne = await startRegistry();
      slowOne.inject(slow(10_000), { path: /manifests/ });
      const { lookup } = make();
      for (let count = 0; count < 100; count++) lookup.image(app(`:t${count}`, slowOne.host));
      await expect.poll(() => slowOne.log.filter((line) => line.includes('manifests')).length).toBe(16);
      expect(known(await lookup.whenKnown(app(), 2000))).toBe(image.manifest.digest);
      expect(slowOne.log.filter((line) => line.includes('manifests'))).toHaveLength(16);
    });

    it('answers first what somebody waits for', async () => {
      const { fault, release } = held();
      registry.inject(fault, { path: /manifests/ });
      const { lookup } = make();
      for (let count = 0; count < 200; count++) lookup.image(app(`:t${count}`));
      await expect.poll(() => manifests().length).toBe(16);
      const waiting = lookup.whenKnown(app(), 30_000);
      release();
      expect(known(await waiting)).toBe(image.manifest.digest);
      expect(manifests().length).toBeLessThan(100);
    });
  });

  it('stops everything when it is disposed of', async () => {
    registry.inject(slow(10_000));
    const { lookup, arrived } = make();
    const waiting = lookup.whenKnown(app(), Number.POSITIVE_INFINITY);
    lookup.image(app(':v2'));
    await expect.poll(() => registry.requests.length).toBeGreaterThan(0);
    lookup.dispose();
    expect(await waiting).toEqual({ state: 'pending' });
    expect(lookup.image(app(':v3'))).toEqual({ state: 'pending' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(arrived).toEqual([]);
  });

  describe('with a database', () => {
    let directory: string;
    let remembered: RememberedFacts;
    beforeEach(async () => {
      directory = await mkdtemp(join(tmpdir(), 'lookup-'));
      const opened = await Database.open({ file: join(directory, 'facts.db'), report: () => {} });
      if (opened === undefined) throw new Error('no database');
      remembered = new RememberedFacts(opened);
      cleanups.push(() => rm(directory, { recursive: true }));
      cleanups.push(() => opened.close());
    });

    it('remembers from run to run, without asking while the answer is fresh', async () => {
      const first = await make({ remembered }).lookup.whenKnown(app(), 30_000);
      registry.clear();
      now += 60_000;
      const { lookup, arrived } = make({ remembered });
      expect(lookup.image(app())).toEqual({ state: 'pending' });
      await expect.poll(() => arrived).toHaveLength(1);
      expect(lookup.image(app())).toEqual(first);
      expect(registry.requests).toHaveLength(0);
    });

    it('shows what it remembers at once, and refreshes it when it is old', async () => {
      await make({ remembered }).lookup.whenKnown(app(), 30_000);
      registry.add('team/app', 'v1', other);
      now += 3_600_000;
      const { lookup, arrived } = make({ remembered });
      lookup.image(app());
      await expect.poll(() => arrived).toHaveLength(2);
      expect(known(lookup.image(app()))).toBe(other.manifest.digest);
    });

    it('knows a digest everywhere, but not that it is everywhere', async () => {
      await make({ remembered }).lookup.whenKnown(app(), 30_000);
      registry.add('team/copy', undefined, image);
      registry.clear();
      const { lookup } = make({ remembered });
      const at = (repository: string) =>
        referenceTo(`${registry.host}/${repository}@${image.manifest.digest}`);
      expect(known(await lookup.whenKnown(at('team/copy'), 30_000))).toBe(image.manifest.digest);
      expect(await lookup.whenKnown(at('team/none'), 30_000)).toMatchObject({ state: 'missing' });
      expect(manifests().map((line) => line.split(' ')[0])).toEqual(['HEAD', 'HEAD']);
    });

    it('forgets what is gone', async () => {
      await make({ remembered }).lookup.whenKnown(app(), 30_000);
      now += 3_600_000;
      registry.inject(status(404), { path: /manifests/ });
      expect(await make({ remembered }).lookup.whenKnown(app(), 30_000)).toMatchObject({ state: 'missing' });
      offline = 'setting';
      expect(await make({ remembered }).lookup.whenKnown(app(), 30_000)).toMatchObject({ state: 'failed' });
    });

    it('with the network off answers from there, whatever its age, and contacts nobody', async () => {
      const first = await make({ remembered }).lookup.whenKnown(app(), 30_000);
      offline = 'setting';
      now += 30 * 86_400_000;
      registry.clear();
      const opened: string[] = [];
      const { lookup, arrived } = make({
        remembered,
        openSource: (reference) => {
          opened.push(formatReference(reference));
          throw new Error('contacted');
        },
      });
      expect(await lookup.whenKnown(app(), 30_000)).toEqual(first);
      const unknown = { state: 'failed', reason: expect.stringContaining('the network is off') };
      expect(await lookup.whenKnown(app(':v2'), 30_000)).toEqual(unknown);
      lookup.image(app(':v3'));
      await expect.poll(() => arrived).toEqual([`${registry.host}/team/app:v3`]);
      expect(lookup.image(app(':v3'))).toEqual(unknown);
      expect(opened).toEqual([]);
      expect(registry.requests).toHaveLength(0);
    });

    it('recalls 20,000 images and lets everything else have its turn', async () => {
      offline = 'setting';
      const { lookup, arrived } = make({ remembered });
      for (let count = 0; count < 20_000; count++) lookup.image(app(`:t${count}`));
      let turns = 0;
      while (arrived.length < 20_000) {
        await new Promise((resolve) => setImmediate(resolve));
        turns++;
      }
      expect(turns).toBeGreaterThan(3);
    });
  });

  it('asks nobody any more once the network is off, not even what was in the queue', async () => {
    const { fault, release } = held();
    registry.inject(fault, { path: /manifests/ });
    const { lookup } = make();
    for (let count = 0; count < 100; count++) lookup.image(app(`:t${count}`));
    await expect.poll(() => manifests().length).toBe(16);
    offline = 'setting';
    release();
    await lookup.idle(never);
    // What was begun ends.
    expect(manifests()).toHaveLength(32);
  });

  it('asks what failed for the network as soon as it is on again', async () => {
    offline = 'setting';
    const { lookup } = make();
    expect(await lookup.whenKnown(app(), 30_000)).toMatchObject({ state: 'failed' });
    offline = undefined;
    expect(lookup.image(app())).toEqual({ state: 'pending' });
    expect(known(await lookup.whenKnown(app(), 30_000))).toBe(image.manifest.digest);
  });
});
