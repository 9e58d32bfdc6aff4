import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseReference } from '../../server/src/documents/imageReference.ts';
import { RegistryClient } from '../../server/src/registry/client.ts';
import type { RegistryOptions } from '../../server/src/registry/options.ts';
import type { ImageSource, ImageStore } from '../../server/src/stores/imageStore.ts';
import { openDestination, openSource } from '../../server/src/stores/open.ts';
import { bytesOf, failure, never } from '../parts/registry/harness.ts';
import { makeCertificates, type TestCertificates } from '../support/certificates.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { FakeTokenService } from '../support/fakeAuth.ts';
import { blobOf, multiArchImage, type TestImage, testImage } from '../support/images.ts';
import { signToken } from '../support/jwt.ts';
import { Nginx } from '../support/nginx.ts';

/** A registry as people run it, and what a client needs to reach it. */
interface Place {
  readonly host: string;
  /** Before every repository. */
  readonly prefix?: string;
  readonly client: Partial<RegistryOptions>;
  /** What a client gets that has none of it. */
  readonly refusal?: string;
  stop(): Promise<unknown>;
}

const users = { anna: 'se:cret' };
let directory: string;
let certificates: TestCertificates;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'conformance-'));
  certificates = await makeCertificates(directory, ['IP:0.0.0.0']);
});
afterAll(() => rm(directory, { recursive: true }));

async function authFileFor(host: string): Promise<string> {
  const path = join(directory, `auth-${host.replace(/\W/g, '-')}.json`);
  const auth = Buffer.from('anna:se:cret').toString('base64');
  await writeFile(path, JSON.stringify({ auths: { [host]: { auth } } }));
  return path;
}

const places: Record<string, () => Promise<Place>> = {
  'no authentication, over HTTP': async () => {
    const registry = await DockerRegistry.start();
    return { host: registry.host, client: {}, stop: () => registry.stop() };
  },

  'htpasswd, over TLS with its own authority': async () => {
    const registry = await DockerRegistry.start({ users, tls: certificates, name: '0.0.0.0' });
    const { host } = registry;
    const client = { caFile: certificates.caFile, authFile: await authFileFor(host) };
    return { host, client, refusal: 'tls', stop: () => registry.stop() };
  },

  'tokens, over TLS with an authority from certs.d': async () => {
    const service = await FakeTokenService.start({
      users,
      tls: certificates,
      name: '0.0.0.0',
      grants: (user) => (user === 'anna' ? ['pull', 'push'] : []),
      issue: (access, life) =>
        signToken(certificates, { issuer: 'test', service: 'docker-registry', access, life }),
    });
    const token = {
      realm: service.realm,
      service: 'docker-registry',
      issuer: 'test',
      bundle: certificates.caFile,
    };
    const registry = await DockerRegistry.start({ token, tls: certificates, name: '0.0.0.0' });
    const { host } = registry;
    const etc = join(directory, 'etc');
    await mkdir(join(etc, 'containers/certs.d', host), { recursive: true });
    await writeFile(join(etc, 'containers/certs.d', host, 'ca.crt'), certificates.ca);
    const environment = { home: directory, env: {}, etc };
    return {
      host,
      client: { environment, authFile: await authFileFor(host) },
      refusal: 'tls',
      stop: () => Promise.all([registry.stop(), service.stop()]),
    };
  },

  'a client certificate from certs.d': async () => {
    const tls = { ...certificates, clientCaFile: certificates.caFile };
    const registry = await DockerRegistry.start({ tls, name: '0.0.0.0' });
    const { host } = registry;
    const home = join(directory, 'home');
    const folder = join(home, '.config/containers/certs.d', host);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'ca.crt'), certificates.ca);
    await writeFile(join(folder, 'client.cert'), certificates.cert);
    await writeFile(join(folder, 'client.key'), certificates.key);
    const environment = { home, env: {}, etc: '/nonexistent' };
    return { host, client: { environment }, refusal: 'tls', stop: () => registry.stop() };
  },

  'htpasswd below a path of nginx, which ends TLS and takes 1 MiB at a time': async () => {
    const registry = await DockerRegistry.start({ users });
    const nginx = await Nginx.start({
      upstream: registry.host.replace('localhost', '127.0.0.1'),
      prefix: 'mirror/of',
      largestBody: '1m',
      tls: certificates,
    });
    const host = `0.0.0.0:${nginx.port}`;
    return {
      host,
      prefix: 'mirror/of/',
      client: { caFile: certificates.caFile, authFile: await authFileFor(host) },
      refusal: 'tls',
      stop: async () => {
        await nginx.stop();
        await registry.stop();
      },
    };
  },
};

const images: Record<string, TestImage> = {
  docker: testImage({ labels: { name: 'docker' } }),
  oci: testImage({ format: 'oci', seed: 'oci' }),
  list: multiArchImage({ seed: 'list' }),
  index: multiArchImage({ format: 'oci', seed: 'index' }),
};

async function write(to: ImageStore, image: TestImage, tags: readonly string[]): Promise<void> {
  for (const child of image.children) await write(to, child, []);
  for (const blob of image.blobs) await to.putBlob(blob, async () => Readable.from([blob.bytes]), never);
  await to.putManifest(image.manifest, tags, never);
}

async function expectAll(from: ImageSource, image: TestImage): Promise<void> {
  const manifest = await from.getManifest(image.manifest.digest, never);
  expect(image.manifest.bytes.equals(manifest?.bytes ?? Buffer.of())).toBe(true);
  for (const child of image.children) await expectAll(from, child);
  for (const blob of image.blobs) {
    expect(await from.hasBlob(blob.digest, never)).toBe(true);
    expect((await bytesOf(await from.getBlob(blob, never))).equals(blob.bytes)).toBe(true);
  }
}

describe.each(Object.entries(places))('docker-registry with %s', (_name, open) => {
  let place: Place;
  const clients: RegistryClient[] = [];
  const clientWith = (options: Partial<RegistryOptions>) => {
    const environment = { home: directory, env: {}, etc: '/nonexistent' };
    const client = new RegistryClient({
      insecure: [],
      environment,
      userAgent: 'operator-mirror/test',
      retryTimes: 1,
      ...options,
    });
    clients.push(client);
    return client;
  };
  const reference = (repository: string) => {
    const parsed = parseReference(`${place.host}/${place.prefix ?? ''}${repository}`);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.reference;
  };
  let client: RegistryClient;

  beforeAll(async () => {
    place = await open();
    client = clientWith(place.client);
  });
  afterAll(async () => {
    for (const used of clients) await used.close();
    await place.stop();
  });

  it('answers a ping', async () => {
    await client.ping(place.host, never);
  });

  it.each(Object.entries(images))('takes and gives back: %s', async (kind, image) => {
    await write(openDestination(reference(`team/${kind}`), client), image, ['v1', 'latest']);
    const app = openSource(reference(`team/${kind}`), client);
    expect(await app.listTags(never)).toEqual(['latest', 'v1']);
    expect(await app.resolveTag('v1', never)).toBe(image.manifest.digest);
    await expectAll(app, image);
  });

  it('mounts from a neighbour, and knows what is nowhere', async () => {
    const from = openSource(reference('team/docker'), client);
    const to = openDestination(reference('team/mounted'), client);
    const [config] = images.docker?.blobs ?? [];
    if (config === undefined) throw new Error();
    // Below a path the registry does not know the name that a client has for the neighbour.
    const mounts = place.prefix === undefined;
    expect(await to.mountBlob(config, from, never)).toBe(mounts);
    expect(await to.hasBlob(config.digest, never)).toBe(mounts);
    expect(await to.mountBlob(blobOf('x/y', Buffer.from('nowhere')), from, never)).toBe(false);
    expect(await from.getManifest('v9', never)).toBeUndefined();
    expect(await openSource(reference('team/none'), client).listTags(never)).toBeUndefined();
  });

  it('moves a large blob', async () => {
    const large = blobOf('application/octet-stream', Buffer.alloc(24 * 1024 * 1024, 'operator'));
    const app = openDestination(reference('team/large'), client);
    await app.putBlob(large, async () => Readable.from([large.bytes]), never);
    expect((await bytesOf(await app.getBlob(large, never))).equals(large.bytes)).toBe(true);
  });

  it('refuses whoever has none of what it wants, in words', async () => {
    if (place.refusal === undefined) return;
    const stranger = clientWith({});
    const error = await failure(stranger.ping(place.host, never));
    expect(error.code).toBe(place.refusal);
    expect(error.line).toContain('--ca-file');
    const trusting = clientWith({ caFile: certificates.caFile });
    const ask = (client: RegistryClient) =>
      failure(openSource(reference('team/docker'), client).resolveTag('v1', never));
    const next = await ask(trusting);
    expect(next.line).toMatch(/run `operator-mirror login 0\.0\.0\.0:\d+`|wants a client certificate/);
    const registriesConf = join(directory, 'insecure.conf');
    await writeFile(registriesConf, `[[registry]]\nlocation = "${place.host}"\ninsecure = true\n`);
    const careless = clientWith({ registriesConf });
    expect((await ask(careless)).line).toBe(next.line);
  });
});
