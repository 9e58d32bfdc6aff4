import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { apiHost, Endpoints, InsecureHosts, isLoopback } from '../../../server/src/registry/endpoint.ts';
import { makeCertificates, type TestCertificates } from '../../support/certificates.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { status } from '../../support/faults.ts';
import { testImage } from '../../support/images.ts';
import { failure, never, type TestClientOptions, testClient } from './harness.ts';

const image = testImage();

describe('hosts', () => {
  it('that mean this machine are insecure by themselves, and no others', () => {
    for (const host of [
      'localhost',
      'localhost:5000',
      'LOCALHOST:1',
      '127.0.0.1:5000',
      '127.1.2.3',
      '[::1]:5000',
    ]) {
      expect(isLoopback(host)).toBe(true);
    }
    for (const host of [
      'localhost.example.com',
      '127.0.0.1.example.com',
      '128.0.0.1',
      '[::2]',
      'example.com',
    ]) {
      expect(isLoopback(host)).toBe(false);
    }
  });

  it('of the list are compared exactly', () => {
    const hosts = new InsecureHosts(['Mirror.Example.com:5000', 'plain.example.com:443']);
    expect(hosts.has('mirror.example.com:5000')).toBe(true);
    expect(hosts.has('plain.example.com')).toBe(true);
    for (const host of ['mirror.example.com', 'mirror.example.com:50', 'x.mirror.example.com:5000']) {
      expect(hosts.has(host)).toBe(false);
    }
  });

  it('of Docker Hub are another', () => {
    expect(apiHost('docker.io')).toBe('registry-1.docker.io');
    expect(apiHost('quay.io')).toBe('quay.io');
  });

  it('are asked for their scheme only when they are insecure, once, and again after a failure', async () => {
    const asked: string[] = [];
    let up = false;
    const answers = async (origin: string) => {
      asked.push(origin);
      if (!up || origin.startsWith('https')) throw Object.assign(new Error(), { code: 'ECONNREFUSED' });
    };
    const endpoints = new Endpoints();
    expect(await endpoints.origin('quay.io', false, answers)).toBe('https://quay.io');
    expect(await endpoints.origin('QUAY.io:443', false, answers)).toBe('https://quay.io');
    expect(asked).toEqual([]);
    await expect(endpoints.origin('plain.io:5000', true, answers)).rejects.toThrow();
    up = true;
    expect(await endpoints.origin('plain.io:5000', true, answers)).toBe('http://plain.io:5000');
    asked.length = 0;
    expect(await endpoints.origin('plain.io:5000', true, answers)).toBe('http://plain.io:5000');
    expect(asked).toEqual([]);
  });

  it('whose TLS fails for another reason are not asked without it', async () => {
    const asked: string[] = [];
    const endpoints = new Endpoints();
    await expect(
      endpoints.origin('odd.io', true, async (origin) => {
        asked.push(origin);
        throw Object.assign(new Error('handshake failure'), { code: 'EPROTO' });
      }),
    ).rejects.toThrow('handshake');
    expect(asked).toEqual(['https://odd.io']);
  });
});

describe('TLS', () => {
  let directory: string;
  let certificates: TestCertificates;
  const cleanups: (() => Promise<unknown>)[] = [];

  // An address that is not this machine's to the client, and leads here all the same.
  const name = '0.0.0.0';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tls-'));
    certificates = await makeCertificates(directory, [`IP:${name}`]);
  });
  afterAll(() => rm(directory, { recursive: true }));
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const start = async (options: FakeRegistryOptions) => {
    const registry = await FakeRegistry.start(options);
    cleanups.push(() => registry.stop());
    registry.add('team/app', 'v1', image);
    return `${name}:${registry.port}`;
  };
  const resolve = async (host: string, options: TestClientOptions = {}) => {
    const { client, repository } = testClient({ retryTimes: 0, ...options });
    cleanups.push(() => client.close());
    return repository(`${host}/team/app`).resolve('v1', never);
  };

  it('is checked against the authorities of the file', async () => {
    const host = await start({ tls: certificates });
    expect(await resolve(host, { caFile: certificates.caFile })).toBe(image.manifest.digest);
    const error = await failure(resolve(host));
    expect(error.code).toBe('tls');
    expect(error.line).toContain('--ca-file');
    expect(error.line).toContain(`--insecure ${host}`);
  });

  it('is not checked for insecure hosts', async () => {
    const host = await start({ tls: certificates });
    expect(await resolve(host, { insecure: [host] })).toBe(image.manifest.digest);
  });

  it('may be missing for insecure hosts only', async () => {
    const host = await start({});
    expect(await resolve(host, { insecure: [host] })).toBe(image.manifest.digest);
    const error = await failure(resolve(host));
    expect(error.code).toBe('tls');
    expect(error.message).toBe(`${host} speaks HTTP, not HTTPS`);
    expect(error.line).toContain(`add ${host} to operatorMirror.registries.insecure (--insecure ${host})`);
  });

  it('is not given up on the way by a redirect', async () => {
    const registry = await FakeRegistry.start({ tls: certificates });
    cleanups.push(() => registry.stop());
    const plain = await start({});
    registry.inject(status(307, { location: `http://${plain}/v2/team/app/manifests/v1` }), {
      path: /manifests/,
    });
    const host = `${name}:${registry.port}`;
    const error = await failure(resolve(host, { caFile: certificates.caFile }));
    expect(error.code).toBe('badRedirect');
    expect(error.line).toContain(`--insecure ${plain}`);
    expect(await resolve(host, { caFile: certificates.caFile, insecure: [plain] })).toBe(
      image.manifest.digest,
    );
  });

  it('needs a file of authorities that is one', async () => {
    const path = join(directory, 'bad.pem');
    for (const text of ['no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n']) {
      await writeFile(path, text);
      expect((await failure(resolve('quay.invalid', { caFile: path }))).code).toBe('caFile');
    }
    expect((await failure(resolve('quay.invalid', { caFile: join(directory, 'none.pem') }))).line).toContain(
      'ENOENT',
    );
  });
});

describe('a host that is not there', () => {
  let server: Server | undefined;
  afterEach(async () => {
    await new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve)));
  });

  it('is named, with the next step', async () => {
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => server?.close(resolve));
    server = undefined;
    const { client, repository, pauses } = testClient();
    const refused = await failure(repository(`127.0.0.1:${port}/a/b`).resolve('v1', never));
    expect(refused.code).toBe('unreachable');
    expect(refused.message).toBe(`127.0.0.1:${port} refuses the connection`);
    expect(pauses).toHaveLength(4);
    const unknown = await failure(repository('registry.invalid/a/b').resolve('v1', never));
    expect(unknown.code).toBe('unreachable');
    expect(unknown.message).toContain('registry.invalid');
    await client.close();
  });

  it('that is no registry is told from one', async () => {
    const registry = await FakeRegistry.start();
    registry.inject(status(404, {}, '<html>'));
    const { client } = testClient();
    expect((await failure(client.ping(registry.host, never))).code).toBe('notRegistry');
    expect((await failure(client.ping('a b', never))).code).toBe('badReference');
    await client.close();
    await registry.stop();
  });
});

it('redirects end', async () => {
  const registry = await FakeRegistry.start();
  const { client, repository } = testClient();
  registry.inject(status(307, { location: '/v2/team/app/manifests/v1' }), { path: /manifests/ });
  const error = await failure(repository(`${registry.host}/team/app`).resolve('v1', never));
  expect(error.code).toBe('badRedirect');
  registry.inject(status(307, { location: 'ftp://x/y?secret=1' }), { path: /manifests/ });
  expect((await failure(repository(`${registry.host}/team/app`).resolve('v1', never))).line).not.toContain(
    'secret',
  );
  await client.close();
  await registry.stop();
});
