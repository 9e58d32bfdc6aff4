import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { isLocalAddress, realmProblem } from '../../../server/src/registry/tokenRealm.ts';
import { makeCertificates, type TestCertificates } from '../../support/certificates.ts';
import { FakeTokenService, neverEnough, type TokenServiceOptions } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { FakeServer } from '../../support/fakeServer.ts';
import { testImage } from '../../support/images.ts';
import { ProxyServer } from '../../support/proxyServer.ts';
import { failure, never, password, type TestClientOptions, testClient } from './harness.ts';

const image = testImage();

describe('an address', () => {
  it.each([
    ...['localhost', 'LOCALHOST', 'localhost.', 'a.b.localhost', 'a.localhost.'],
    ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '127.255.255.255', '127.0.0.1.'],
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', '100.127.255.255'],
    ...['169.254.169.254', '[::1]', '[fe80::1]', '[febf::1]', '[fec0::1]', '[fc00::1]', '[fd12:3456::1]'],
    ...[
      '[::ffff:127.0.0.1]',
      '[::ffff:10.0.0.1]',
      '[::ffff:a9fe:a9fe]',
      '[::127.0.0.1]',
      '[64:ff9b::10.0.0.1]',
    ],
  ])('is of this machine or its network: %s', (host) => {
    expect(isLocalAddress(new URL(`https://${host}/`).hostname)).toBe(true);
  });

  it.each([
    ...['quay.io', 'localhost.example.com', 'notlocalhost', '10.example.com', 'fe80.example.com'],
    ...['8.8.8.8', '172.15.0.1', '172.32.0.1', '192.169.0.1', '100.63.0.1', '100.128.0.1', '11.0.0.1'],
    ...['[2001:db8::1]', '[::ffff:8.8.8.8]', '[fb00::1]', '[64:ff9b::8.8.8.8]', '0.0.0.0'],
  ])('is anybody’s: %s', (host) => {
    expect(isLocalAddress(new URL(`https://${host}/`).hostname)).toBe(false);
  });
});

describe('a token service', () => {
  const asked = (realm: string, registry: string, isNamed = false) =>
    realmProblem(new URL(realm), { asked: new URL(registry), mayBePlain: true, isNamed })?.code;

  it.each([
    ['https://auth.example.com/token', 'https://registry.example.com/v2/', undefined],
    ['http://auth.example.com/token', 'https://registry.example.com/v2/', 'tls'],
    ['http://127.0.0.1:1/token', 'https://127.0.0.1:2/v2/', 'tls'],
    ['http://127.0.0.1:1/token', 'http://127.0.0.1:2/v2/', undefined],
    ['http://10.0.0.1/token', 'http://localhost:5000/v2/', undefined],
    ['http://registry.lan/token', 'http://registry.lan/v2/', undefined],
    ['https://10.0.0.1/token', 'https://registry.example.com/v2/', 'tokenService'],
    ['https://[::ffff:7f00:1]/token', 'https://registry.example.com/v2/', 'tokenService'],
    ['https://0.0.0.0/token', 'https://registry.example.com/v2/', 'tokenService'],
    ['https://[::]/token', 'https://registry.example.com/v2/', 'tokenService'],
    ['https://127.0.0.1/token', 'https://0.0.0.0/v2/', 'tokenService'],
    ['https://0.0.0.0:1/token', 'https://0.0.0.0:2/v2/', undefined],
  ])('is asked, or not: %s, which %s names', (realm, registry, code) => {
    expect(asked(realm, registry)).toBe(code);
    expect(asked(realm, registry, true)).toBeUndefined();
  });

  let directory: string;
  let certificates: TestCertificates;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'realm-'));
    certificates = await makeCertificates(directory, ['DNS:registry.corp.invalid', 'DNS:auth.corp.invalid']);
  });
  afterAll(() => rm(directory, { recursive: true }));

  const serviceWith = async (options: TokenServiceOptions = {}) => {
    const service = await FakeTokenService.start({ users: { anna: 'secret' }, ...options });
    onTestFinished(() => service.stop());
    return service;
  };
  const registryWith = async (options: FakeRegistryOptions) => {
    const registry = await FakeRegistry.start(options);
    onTestFinished(() => registry.stop());
    registry.add('team/app', 'v1', image);
    return registry;
  };
  const appAt = (host: string, options: TestClientOptions = {}) => {
    const { client, repository } = testClient({
      caFile: certificates.caFile,
      credentials: { [host]: password('anna', 'secret') },
      ...options,
    });
    onTestFinished(() => client.close());
    return repository(`${host}/team/app`);
  };
  /** Leads to a registry by a name that is no address of this machine. */
  const proxied = async (places: Readonly<Record<string, string>>) => {
    const proxy = await ProxyServer.start({ places });
    onTestFinished(() => proxy.stop());
    const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url };
    return { environment: { home: '/nonexistent', env, etc: '/nonexistent' } };
  };

  it('without TLS hears nothing for a registry with TLS, until a person names it', async () => {
    const service = await serviceWith();
    const registry = await registryWith({ tls: certificates, auth: service.gate });
    const error = await failure(appAt(registry.host).resolve('v1', never));
    expect(error.code).toBe('tls');
    expect(error.line).toContain(service.realm);
    expect(error.line).toContain(`operatorMirror.registries.insecure (--insecure ${service.host})`);
    await failure(appAt(registry.host, { credentials: {} }).resolve('v1', never));
    await failure(appAt(registry.host, { insecure: [registry.host] }).resolve('v1', never));
    expect(service.requests).toHaveLength(0);
    const named = appAt(registry.host, { insecure: [service.host] });
    expect(await named.resolve('v1', never)).toBe(image.manifest.digest);
  });

  it('at an address of this machine hears nothing for a registry elsewhere, until a person names it', async () => {
    const service = await serviceWith({ tls: certificates });
    const registry = await registryWith({ tls: certificates, auth: service.gate });
    const host = 'registry.corp.invalid:5000';
    const way = await proxied({ [host]: registry.host, [service.host]: service.host });
    const error = await failure(appAt(host, way).resolve('v1', never));
    expect(error.code).toBe('tokenService');
    expect(error.line).toContain(service.realm);
    expect(error.line).toContain(`operatorMirror.registries.insecure (--insecure ${service.host})`);
    expect(service.requests).toHaveLength(0);
    const named = appAt(host, { ...way, insecure: [service.host] });
    expect(await named.resolve('v1', never)).toBe(image.manifest.digest);
  });

  it('leads nobody to an address of this machine by a redirect', async () => {
    const inner = await FakeServer.start(() => ({ status: 200, body: '{"token":"x"}' }), certificates);
    onTestFinished(() => inner.stop());
    const moved = await FakeServer.start(
      () => ({ status: 307, headers: { location: `${inner.url}/token` } }),
      certificates,
    );
    onTestFinished(() => moved.stop());
    const realm = 'https://auth.corp.invalid/token';
    const registry = await registryWith({ tls: certificates, auth: neverEnough(`Bearer realm="${realm}"`) });
    const host = 'registry.corp.invalid:5000';
    const way = await proxied({
      [host]: registry.host,
      'auth.corp.invalid:443': moved.host,
      [inner.host]: inner.host,
    });
    const error = await failure(appAt(host, way).resolve('v1', never));
    expect(error.line).toContain(inner.host);
    expect(moved.requests.length).toBeGreaterThan(0);
    expect(inner.requests).toHaveLength(0);
  });
});
