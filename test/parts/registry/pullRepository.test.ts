import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatReference, parseReference } from '../../../server/src/documents/imageReference.ts';
import { mergeRegistriesConf } from '../../../server/src/documents/pullRules.ts';
import { parseRegistriesConf } from '../../../server/src/documents/registriesConf.ts';
import { openDestination, openSource } from '../../../server/src/stores/open.ts';
import { basicAuth } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { status, tampered } from '../../support/faults.ts';
import { blobOf, multiArchImage, type TestImage, testImage } from '../../support/images.ts';
import { bytesOf, failure, never, password, type TestClientOptions, testClient } from './harness.ts';

const image = testImage();
const { digest } = image.manifest;

async function start(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(options);
  onTestFinished(() => registry.stop());
  return registry;
}

/** Stores for references under the rules of a registries.conf; `tried` are the places in the order of asking. */
function under(conf: string, options: TestClientOptions = {}) {
  const tried: string[] = [];
  const rules = mergeRegistriesConf([{ path: '/etc/r.conf', conf: parseRegistriesConf(conf) }]);
  const { client, pauses } = testClient({
    onEndpoint: ({ reference }) => tried.push(formatReference(reference)),
    ...options,
    seams: { ...options.seams, rules: async () => rules },
  });
  onTestFinished(() => client.close());
  const parse = (name: string) => {
    const parsed = parseReference(name);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.reference;
  };
  return {
    tried,
    pauses,
    client,
    store: (name: string) => openSource(parse(name), client),
    destination: (name: string) => openDestination(parse(name), client),
  };
}

const table = (location: string, mirrors: readonly string[], more = '') =>
  `[[registry]]\nprefix = "src.invalid"\nlocation = "${location}"\n${more}\n${mirrors
    .map((mirror) => `[[registry.mirror]]\nlocation = "${mirror}"\n`)
    .join('')}`;

async function readAll(store: ReturnType<typeof openSource>, version: string, of: TestImage): Promise<void> {
  expect((await store.getManifest(version, never))?.digest).toBe(of.manifest.digest);
  for (const child of of.children) await readAll(store, child.manifest.digest, child);
  for (const blob of of.blobs) {
    expect((await bytesOf(await store.getBlob(blob, never))).equals(blob.bytes)).toBe(true);
  }
}

describe('an image is pulled', () => {
  it('from the first mirror that has it, and everything of it from there', async () => {
    const [empty, mirror, source] = await Promise.all([start(), start(), start()]);
    const list = multiArchImage();
    mirror.add('m/team/app', 'v1', list);
    source.add('team/app', 'v1', list);
    const { store, tried } = under(table(source.host, [`${empty.host}/e`, `${mirror.host}/m`]));
    await readAll(store('src.invalid/team/app'), 'v1', list);
    expect(tried.slice(0, 2)).toEqual([`${empty.host}/e/team/app:v1`, `${mirror.host}/m/team/app:v1`]);
    expect(empty.log.filter((line) => line.includes('manifests'))).toHaveLength(1);
    expect(source.requests).toEqual([]);
  });

  it('from its source at last, and everything of it from there, though a mirror has parts', async () => {
    const [mirror, source] = await Promise.all([start(), start()]);
    const list = multiArchImage();
    source.add('team/app', 'v1', list);
    for (const child of list.children) mirror.add('m/team/app', undefined, child);
    const { store } = under(table(source.host, [`${mirror.host}/m`]));
    await readAll(store('src.invalid/team/app'), 'v1', list);
    expect(mirror.log.filter((line) => line.startsWith('GET /v2/m/'))).toEqual([
      'GET /v2/m/team/app/manifests/v1',
    ]);
  });

  it('in one piece, or not at all: a blob that its mirror has lost is not taken from the source', async () => {
    const [mirror, source] = await Promise.all([start(), start()]);
    mirror.add('m/team/app', 'v1', image);
    source.add('team/app', 'v1', image);
    mirror.inject(status(404), { path: /blobs/ });
    const { store } = under(table(source.host, [`${mirror.host}/m`]));
    const app = store('src.invalid/team/app');
    await app.getManifest('v1', never);
    const [blob] = image.blobs;
    if (blob === undefined) throw new Error();
    const error = await failure(app.getBlob(blob, never));
    expect(error.code).toBe('missing');
    expect(error.message).toContain(mirror.host);
  });

  it('past a mirror that is down, closed or wrong, without waiting for it', async () => {
    const down = await FakeRegistry.start();
    const downHost = down.host;
    await down.stop();
    const [closed, wrong, busy, source] = await Promise.all([
      start({ auth: basicAuth({ a: 'b' }) }),
      start(),
      start(),
      start(),
    ]);
    wrong.add('team/app', 'v1', image);
    wrong.inject(tampered(), { path: /manifests/ });
    busy.inject(status(503));
    source.add('team/app', 'v1', image);
    const mirrors = [downHost, closed.host, wrong.host, busy.host];
    const { store, tried, pauses } = under(table(source.host, mirrors));
    expect((await store('src.invalid/team/app').getManifest('v1', never))?.digest).toBe(digest);
    expect(tried).toEqual([...mirrors, source.host].map((host) => `${host}/team/app:v1`));
    expect(pauses).toEqual([]);
  });

  it('nowhere when nobody has it, which is no error', async () => {
    const [mirror, source] = await Promise.all([start(), start()]);
    const app = under(table(source.host, [mirror.host])).store('src.invalid/team/app');
    expect(await app.getManifest('v1', never)).toBeUndefined();
    expect(await app.resolveTag('v1', never)).toBeUndefined();
    expect(await app.hasManifest(digest, never)).toBe(false);
    expect(await app.hasBlob(digest, never)).toBe(false);
  });

  it('nowhere when all fail: the error tells of each, and the next step is the one that helps', async () => {
    const [closed, empty] = await Promise.all([start({ auth: basicAuth({ a: 'b' }) }), start()]);
    const { store } = under(table('gone.invalid', [empty.host, closed.host]));
    const error = await failure(store('src.invalid/team/app').getManifest('v1', never));
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain('gone.invalid');
    expect(error.message).toContain(`${empty.host}/team/app:v1: it is not there`);
    expect(error.message).toContain(`${closed.host}/team/app:v1: ${closed.host} wants a credential`);
    expect(error.line).toContain(`operator-mirror login ${closed.host}`);
  });

  it('by digest from mirrors for digests only, by tag from the source', async () => {
    const [mirror, source] = await Promise.all([start(), start()]);
    for (const registry of [mirror, source]) registry.add('team/app', 'v1', image);
    const conf = table(source.host, [mirror.host], 'mirror-by-digest-only = true');
    const byTag = under(conf);
    await readAll(byTag.store('src.invalid/team/app'), 'v1', image);
    expect(mirror.requests).toEqual([]);
    source.clear();
    const byDigest = under(conf);
    await readAll(byDigest.store('src.invalid/team/app'), digest, image);
    expect(source.requests).toEqual([]);
  });

  it('with the credential of each place, and of no other', async () => {
    const [mirror, source] = await Promise.all([
      start({ auth: basicAuth({ m: 'mirror' }) }),
      start({ auth: basicAuth({ s: 'source' }) }),
    ]);
    source.add('team/app', 'v1', image);
    const credentials = { [mirror.host]: password('m', 'mirror'), [source.host]: password('s', 'source') };
    const { store } = under(table(source.host, [mirror.host]), { credentials });
    await readAll(store('src.invalid/team/app'), 'v1', image);
    const sent = (registry: FakeRegistry) =>
      new Set(registry.requests.flatMap(({ headers }) => headers.authorization ?? []));
    expect(sent(mirror)).toEqual(new Set([`Basic ${Buffer.from('m:mirror').toString('base64')}`]));
    expect(sent(source)).toEqual(new Set([`Basic ${Buffer.from('s:source').toString('base64')}`]));
  });

  it('without TLS from those places alone that the file calls insecure', async () => {
    const registry = await start();
    registry.add('team/app', 'v1', image);
    const name = `0.0.0.0:${registry.port}`;
    const insecure = under(`${table('gone.invalid', [name])}insecure = true`);
    expect((await insecure.store('src.invalid/team/app').getManifest('v1', never))?.digest).toBe(digest);
    // What a table says of the mirror's own host counts for those who name that, not for the mirror.
    const elsewhere = `[[registry]]\nlocation = "${name}"\ninsecure = true\n`;
    const strict = under(`${elsewhere}${table('gone.invalid', [name])}`);
    const error = await failure(strict.store('src.invalid/team/app').getManifest('v1', never));
    expect(error.message).toContain(`${name} speaks HTTP, not HTTPS`);
    expect((await strict.store(`${name}/team/app`).getManifest('v1', never))?.digest).toBe(digest);
  });

  it('not where it is blocked, which is said with the place that says so', async () => {
    const [mirror, source] = await Promise.all([start(), start()]);
    source.add('team/app', 'v1', image);
    const conf = table(source.host, [mirror.host]);
    const { store } = under(`\n${conf}[[registry]]\nlocation = "${source.host}"\nblocked = true\n`);
    const error = await failure(store('src.invalid/team/app').getManifest('v1', never));
    expect(error.code).toBe('blocked');
    expect(error.message).toContain(`${source.host}/team/app is blocked by /etc/r.conf:8`);
    expect(source.requests).toEqual([]);
    mirror.add('team/app', 'v1', image);
    expect((await store('src.invalid/team/app').getManifest('v1', never))?.digest).toBe(digest);
  });

  it('not under a rule that makes no name of it', async () => {
    const error = await failure(
      under(table('docker.io', [])).store('src.invalid/app').getManifest('v1', never),
    );
    expect(error.code).toBe('registriesConf');
    expect(error.message).toContain('/etc/r.conf:1: "docker.io/app"');
  });

  it('with the tags of the source', async () => {
    const [mirror, source] = await Promise.all([start(), start()]);
    mirror.add('team/app', 'old', image);
    source.add('team/app', 'v1', image);
    const { store } = under(table(source.host, [mirror.host]));
    expect(await store('src.invalid/team/app').listTags(never)).toEqual(['v1']);
  });

  it('and the signal ends it at once', async () => {
    const [mirror, source] = await Promise.all([start(), start()]);
    const controller = new AbortController();
    mirror.inject(() => {
      controller.abort(new Error('enough'));
      return { status: 404 };
    });
    const { store } = under(table(source.host, [mirror.host]));
    await expect(store('src.invalid/team/app').getManifest('v1', controller.signal)).rejects.toThrow(
      'enough',
    );
    expect(source.requests).toEqual([]);
  });
});

describe('an image is written', () => {
  it('to the registry that is named, never to a mirror nor another location', async () => {
    const [named, mirror, location] = await Promise.all([start(), start(), start()]);
    const conf = `[[registry]]\nprefix = "${named.host}"\nlocation = "${location.host}"\n[[registry.mirror]]\nlocation = "${mirror.host}"\n`;
    const app = under(conf).destination(`${named.host}/team/app`);
    for (const blob of image.blobs) await app.putBlob(blob, async () => Readable.from([blob.bytes]), never);
    await app.putManifest(image.manifest, ['v1'], never);
    expect(named.manifest('team/app', 'v1')).toBeDefined();
    expect(await app.resolveTag('v1', never)).toBe(digest);
    expect(await app.listTags(never)).toEqual(['v1']);
    expect([...mirror.requests, ...location.requests]).toEqual([]);
  });

  it('nowhere that is blocked', async () => {
    const named = await start();
    const { destination } = under(`[[registry]]\nlocation = "${named.host}"\nblocked = true\n`);
    const blob = blobOf('x/y', Buffer.from('x'));
    const app = destination(`${named.host}/team/app`);
    expect((await failure(app.putBlob(blob, async () => Readable.from([blob.bytes]), never))).code).toBe(
      'blocked',
    );
    expect(named.requests).toEqual([]);
  });

  it('without moving bytes when the place that it was read from is beside', async () => {
    const registry = await start();
    registry.add('m/team/app', 'v1', image);
    const { store, destination } = under(table('gone.invalid', [`${registry.host}/m`]));
    const from = store('src.invalid/team/app');
    await from.getManifest('v1', never);
    const [blob] = image.blobs;
    if (blob === undefined) throw new Error();
    expect(await destination(`${registry.host}/copy/app`).mountBlob(blob, from, never)).toBe(true);
  });
});
