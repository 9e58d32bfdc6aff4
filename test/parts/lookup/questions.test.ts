import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Lookup, type LookupOptions } from '../../../server/src/lookup/lookup.ts';
import type { OfflineReason } from '../../../server/src/lookup/offline.ts';
import { imageQuestion } from '../../../server/src/lookup/question.ts';
import { openSource } from '../../../server/src/stores/open.ts';
import { basicAuth } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { status } from '../../support/faults.ts';
import { testImage } from '../../support/images.ts';
import { never, password, testClient } from '../registry/harness.ts';
import { referenceTo } from './harness.ts';

const image = testImage();
const cleanups: (() => unknown)[] = [];
let registry: FakeRegistry;
let now: number;

async function startRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const started = await FakeRegistry.start(options);
  cleanups.push(() => started.stop());
  started.add('team/app', 'v1', image);
  return started;
}

function make(options: Partial<LookupOptions> = {}): Lookup {
  const { client } = testClient({
    retryTimes: 0,
    credentials: { [registry.host]: password('anna', 'secret') },
  });
  const stranger = testClient({ retryTimes: 0, credentials: {} }).client;
  const lookup = new Lookup({
    openSource: (reference) => openSource(reference, client),
    openWithoutLogin: (reference) => openSource(reference, stranger),
    remembered: undefined,
    offline: () => undefined,
    now: () => now,
    ...options,
  });
  cleanups.push(
    () => client.close(),
    () => stranger.close(),
    () => lookup.dispose(),
  );
  return lookup;
}

const app = (version = ':v1', host = registry.host) => referenceTo(`${host}/team/app${version}`);

beforeEach(async () => {
  now = 1_000_000_000;
  registry = await startRegistry();
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe('peek', () => {
  it('knows what was asked before, and never asks', async () => {
    const lookup = make();
    expect(lookup.peek(app())).toEqual({ state: 'pending' });
    await lookup.idle(never);
    expect(registry.requests).toHaveLength(0);
    const fact = await lookup.whenKnown(app(), 30_000);
    now += 3_600_000;
    registry.clear();
    expect(lookup.peek(app())).toEqual(fact);
    await lookup.idle(never);
    expect(registry.requests).toHaveLength(0);
  });
});

describe('tags', () => {
  it('are all tags of a repository, asked for once', async () => {
    registry.add('team/app', 'latest', image);
    const lookup = make();
    expect(lookup.tags(app())).toEqual({ state: 'pending' });
    await lookup.idle(never);
    const known = { state: 'known', value: ['latest', 'v1'], at: now };
    // Whatever tag or digest the reference has.
    for (const version of ['', ':v1', ':v9', `@${image.manifest.digest}`]) {
      expect(lookup.tags(app(version))).toEqual(known);
      expect(lookup.peekTags(app(version))).toEqual(known);
    }
    await lookup.idle(never);
    expect(registry.log.filter((line) => line.includes('tags/list'))).toHaveLength(1);
  });

  it('are missing where there is no such repository', async () => {
    const lookup = make();
    const none = referenceTo(`${registry.host}/team/none`);
    expect(lookup.peekTags(none)).toEqual({ state: 'pending' });
    lookup.tags(none);
    await lookup.idle(never);
    expect(lookup.tags(none)).toEqual({
      state: 'missing',
      reason: `${registry.host} does not have ${registry.host}/team/none`,
    });
  });

  it('are asked for again when they are old, and only news count', async () => {
    const lookup = make();
    lookup.tags(app());
    await lookup.idle(never);
    const { version } = lookup;
    now += 5 * 60_000;
    lookup.tags(app());
    await lookup.idle(never);
    expect(lookup.version).toBe(version);
    registry.add('team/app', 'v2', image);
    now += 5 * 60_000;
    lookup.tags(app());
    await lookup.idle(never);
    expect(lookup.version).toBe(version + 1);
    expect(lookup.peekTags(app())).toMatchObject({ value: ['v1', 'v2'] });
  });

  it('that cannot be had say why', async () => {
    registry.inject(status(500));
    const lookup = make();
    lookup.tags(app());
    await lookup.idle(never);
    expect(lookup.tags(app())).toMatchObject({ state: 'failed', reason: expect.stringContaining('500') });
  });
});

describe('whether a login is needed', () => {
  const asked = async (lookup: Lookup, reference: ReturnType<typeof app>) => {
    lookup.needsLogin(reference);
    await lookup.idle(never);
    return lookup.needsLogin(reference);
  };

  it('is asked without a credential, also when there is one', async () => {
    registry = await startRegistry({ auth: basicAuth({ anna: 'secret' }) });
    const lookup = make();
    expect(await asked(lookup, app())).toMatchObject({ state: 'known', value: true });
    expect(registry.requests.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
    expect(await lookup.whenKnown(app(), 30_000)).toMatchObject({ state: 'known' });
  });

  it('is no where everybody is served, also with nothing', async () => {
    const lookup = make();
    for (const version of [':v1', ':v9', `@${image.manifest.digest}`]) {
      expect(await asked(lookup, app(version))).toMatchObject({ state: 'known', value: false });
    }
  });

  it('is not known when nobody answers, nor of a folder', async () => {
    registry.inject(status(500));
    const lookup = make();
    expect(await asked(lookup, app())).toMatchObject({ state: 'failed' });
    expect(await asked(lookup, referenceTo('file://team/app:v1'))).toMatchObject({ state: 'failed' });
  });
});

describe('without the network', () => {
  const reasons: [OfflineReason, RegExp][] = [
    ['setting', /operatorMirror\.network/],
    ['option', /--offline/],
    ['untrusted', /the workspace is not trusted/],
  ];
  it.each(reasons)('says why: %s', async (reason, words) => {
    const lookup = make({ offline: () => reason });
    const ask = [lookup.image(app()), lookup.tags(app()), lookup.needsLogin(app())];
    expect(ask).toEqual(Array(3).fill({ state: 'pending' }));
    await lookup.idle(never);
    for (const fact of [
      lookup.image(app()),
      lookup.peek(app()),
      lookup.tags(app()),
      lookup.needsLogin(app()),
    ]) {
      expect(fact).toEqual({ state: 'failed', reason: expect.stringMatching(words) });
    }
    expect(await lookup.whenKnown(app(), 30_000)).toMatchObject({ state: 'failed' });
    expect(registry.requests).toHaveLength(0);
  });
});

it('waits for all that is asked, and no longer than it should', async () => {
  const lookup = make();
  await lookup.idle(never);
  for (let count = 0; count < 40; count++) lookup.image(app(`:t${count}`));
  lookup.tags(app());
  await lookup.idle(never);
  expect(lookup.peek(app(':t39'))).toMatchObject({ state: 'missing' });
  expect(lookup.peekTags(app())).toMatchObject({ state: 'known' });
  expect(lookup.version).toBe(41);
  const stop = new AbortController();
  registry.inject(() => new Promise(() => {}));
  lookup.image(app(':later'));
  setTimeout(() => stop.abort(), 20);
  await lookup.idle(stop.signal);
});

describe('a reference means something else', () => {
  const keyOf = (text: string, from?: string) => {
    const question = imageQuestion(referenceTo(text), from);
    return 'reason' in question ? question.reason : question.key;
  };
  it('in another folder, when it is a place on disk', () => {
    const folder = keyOf('file://a/b:v1', 'file:///srv/one/mapping.txt');
    expect(keyOf('file://a/b:v1', '/srv/one/other.txt')).toBe(folder);
    expect(keyOf('file:///a/b:v1', '/srv/one/other.txt')).toBe(folder);
    expect(keyOf('file://a/b:v1', '/srv/two/mapping.txt')).not.toBe(folder);
    expect(keyOf('file://a/b:v1', 'untitled:Untitled-1')).toBe(keyOf('file://a/b:v1'));
    expect(keyOf('file://a/b:v1', 'file:///C:/srv/mapping.txt')).toBe(
      keyOf('file://a/b:v1', 'C:\\srv\\m.txt').replace('\\', '/'),
    );
  });
  it('nowhere, when it is in a registry', () => {
    expect(keyOf('quay.io/a/b:v1', '/srv/one/mapping.txt')).toBe(keyOf('quay.io/a/b:v1'));
  });
});
