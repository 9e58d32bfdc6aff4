import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificates, type TestCertificates } from '../../support/certificates.ts';
import { basicAuth } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { FakeServer } from '../../support/fakeServer.ts';
import { testImage } from '../../support/images.ts';
import { type ProxyOptions, ProxyServer } from '../../support/proxyServer.ts';
import { bytesOf, failure, never, password, type TestClientOptions, testClient } from './harness.ts';

const image = testImage();
// Nobody knows this name but the proxy.
const host = 'registry.corp.invalid:5000';

describe('through a proxy', () => {
  let directory: string;
  let certificates: TestCertificates;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'proxy-'));
    certificates = await makeCertificates(directory, [
      'DNS:registry.corp.invalid',
      'DNS:storage.corp.invalid',
      'IP:fd00::1',
    ]);
  });
  afterAll(() => rm(directory, { recursive: true }));

  const registryWith = async (options: FakeRegistryOptions = {}) => {
    const registry = await FakeRegistry.start(options);
    onTestFinished(() => registry.stop());
    registry.add('team/app', 'v1', image);
    return registry;
  };
  const proxyWith = async (options: ProxyOptions) => {
    const proxy = await ProxyServer.start(options);
    onTestFinished(() => proxy.stop());
    return proxy;
  };
  const appWith = (env: Record<string, string>, options: TestClientOptions = {}, name = host) => {
    const { client, repository, pauses } = testClient({
      caFile: certificates.caFile,
      environment: { home: '/nonexistent', env, etc: '/nonexistent' },
      ...options,
    });
    onTestFinished(() => client.close());
    return { app: repository(`${name}/team/app`), pauses };
  };
  const to = (registry: { host: string }) => ({ [host]: registry.host });

  it('a registry with TLS is reached by CONNECT, and only the proxy gets its credential', async () => {
    const registry = await registryWith({ tls: certificates, auth: basicAuth({ anna: 'secret' }) });
    const proxy = await proxyWith({ credential: 'px:pl4nted', places: to(registry) });
    const { app } = appWith(
      { https_proxy: proxy.url },
      { credentials: { [host]: password('anna', 'secret') } },
    );
    expect(await app.resolve('v1', never)).toBe(image.manifest.digest);
    const [blob] = image.blobs;
    if (blob === undefined) throw new Error();
    expect((await bytesOf(await app.blob(blob, never))).equals(blob.bytes)).toBe(true);
    expect(new Set(proxy.log)).toEqual(new Set([`CONNECT ${host}`]));
    expect(proxy.headers.every((headers) => headers.authorization === undefined)).toBe(true);
    for (const { headers } of registry.requests) {
      expect(headers['proxy-authorization']).toBeUndefined();
      expect(headers.host).toBe(host);
    }
  });

  it('one tunnel serves many requests', async () => {
    const registry = await registryWith({ tls: certificates });
    const proxy = await proxyWith({ places: to(registry) });
    const { app } = appWith({ HTTPS_PROXY: proxy.url });
    for (let count = 0; count < 20; count++) await app.resolve('v1', never);
    expect(proxy.log.length).toBeLessThan(3);
  });

  it('a registry without TLS is asked for by its whole address', async () => {
    const registry = await registryWith();
    const proxy = await proxyWith({ credential: 'px:pl4nted', places: to(registry), refuse: 403 });
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
    const { app } = appWith(env, { insecure: [host] });
    expect((await app.manifest('v1', never))?.digest).toBe(image.manifest.digest);
    expect(proxy.log).toContain(`GET http://${host}/v2/team/app/manifests/v1`);
    expect(registry.requests.at(-1)?.headers.host).toBe(host);
  });

  it('storage elsewhere is reached too', async () => {
    const storage = await FakeServer.start(({ path }) => {
      const found = image.blobs.find(({ digest }) => path.includes(digest));
      return { status: 200, body: found?.bytes ?? '' };
    }, certificates);
    onTestFinished(() => storage.stop());
    const registry = await registryWith({ tls: certificates, blobsAt: 'https://storage.corp.invalid' });
    const places = { ...to(registry), 'storage.corp.invalid:443': storage.host };
    const proxy = await proxyWith({ credential: 'px:pl4nted', places });
    const { app } = appWith({ HTTPS_PROXY: proxy.url });
    const [blob] = image.blobs;
    if (blob === undefined) throw new Error();
    expect((await bytesOf(await app.blob(blob, never))).equals(blob.bytes)).toBe(true);
    expect(proxy.log).toEqual([`CONNECT ${host}`, 'CONNECT storage.corp.invalid:443']);
    expect(storage.requests[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it('an address of IPv6 stands in brackets', async () => {
    const registry = await registryWith({ tls: certificates });
    const proxy = await proxyWith({ places: { '[fd00::1]:5000': registry.host } });
    const { app } = appWith({ HTTPS_PROXY: proxy.url }, {}, '[fd00::1]:5000');
    expect(await app.resolve('v1', never)).toBe(image.manifest.digest);
  });

  it('a proxy may have TLS of its own', async () => {
    const registry = await registryWith({ tls: certificates });
    const proxy = await proxyWith({ tls: certificates, credential: 'px:pl4nted', places: to(registry) });
    const { app } = appWith({ HTTPS_PROXY: proxy.url });
    expect(await app.resolve('v1', never)).toBe(image.manifest.digest);
    const { app: distrustful } = appWith({ HTTPS_PROXY: proxy.url }, { caFile: undefined, retryTimes: 0 });
    const error = await failure(distrustful.resolve('v1', never));
    expect(error.code).toBe('proxy');
  });

  it('is no way to what NO_PROXY names, nor to this machine', async () => {
    const registry = await registryWith();
    const proxy = await proxyWith({});
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: '0.0.0.0' };
    const name = `0.0.0.0:${registry.port}`;
    expect(await appWith(env, { insecure: [name] }, name).app.resolve('v1', never)).toBe(
      image.manifest.digest,
    );
    expect(await appWith(env, {}, registry.host).app.resolve('v1', never)).toBe(image.manifest.digest);
    expect(proxy.log).toEqual([]);
  });

  it('that wants a credential is told, without the one it got', async () => {
    const registry = await registryWith({ tls: certificates });
    const plain = await registryWith();
    const places = { ...to(registry), 'plain.invalid:80': plain.host };
    const proxy = await proxyWith({ credential: 'px:right', places });
    for (const user of ['', 'px:pl4nted@']) {
      const url = `http://${user}${proxy.host}`;
      const { app, pauses } = appWith({ HTTPS_PROXY: url, HTTP_PROXY: url });
      const error = await failure(app.resolve('v1', never));
      expect(error.code).toBe('proxy');
      expect(error.line).toContain(
        `the proxy ${proxy.host} on the way to ${host} wants a user and a password`,
      );
      expect(error.line).not.toContain('pl4nted');
      expect(pauses).toEqual([]);
      const forwarded = appWith({ HTTP_PROXY: url }, { insecure: ['plain.invalid:80'] }, 'plain.invalid:80');
      expect((await failure(forwarded.app.resolve('v1', never))).line).toContain(
        'wants a user and a password',
      );
    }
  });

  it('that lets nobody through, or is not there, is not taken for the registry', async () => {
    const closed = await proxyWith({ refuse: 403 });
    const refused = appWith({ HTTPS_PROXY: closed.url });
    const error = await failure(refused.app.resolve('v1', never));
    expect(error.line).toContain(`the proxy ${closed.host} does not let us through to ${host} (403)`);
    expect(refused.pauses).toEqual([]);

    const busy = await proxyWith({ refuse: 503 });
    const again = appWith({ HTTPS_PROXY: busy.url });
    expect((await failure(again.app.resolve('v1', never))).code).toBe('proxy');
    expect(again.pauses).toHaveLength(4);

    const gone = await ProxyServer.start();
    const { url, host: address } = gone;
    await gone.stop();
    const away = appWith({ HTTPS_PROXY: url }, { retryTimes: 0 });
    const { line } = await failure(away.app.resolve('v1', never));
    expect(line).toContain(`the proxy ${address} on the way to ${host} cannot be reached (ECONNREFUSED)`);
    expect(line).toContain('HTTPS_PROXY');
  });

  it('that never answers is given up', async () => {
    const silent = await proxyWith({ silent: true });
    const timeouts = { connect: 150 };
    const { app } = appWith({ HTTPS_PROXY: silent.url }, { retryTimes: 0, seams: { timeouts } });
    const error = await failure(app.resolve('v1', never));
    expect(error.line).toContain('cannot be reached (ETIMEDOUT)');
  });
});
