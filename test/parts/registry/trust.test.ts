import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificates, type TestCertificates } from '../../support/certificates.ts';
import { FakeTokenService } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { FakeServer } from '../../support/fakeServer.ts';
import { testImage } from '../../support/images.ts';
import { bytesOf, failure, never, type TestClientOptions, testClient } from './harness.ts';

const image = testImage();

describe('whom a connection trusts', () => {
  let certificates: TestCertificates;
  let authority: string;
  let home: string;
  let etc: string;
  let directory: string;
  beforeAll(async () => {
    authority = await mkdtemp(join(tmpdir(), 'authority-'));
    certificates = await makeCertificates(authority, ['IP:0.0.0.0']);
  });
  afterAll(() => rm(authority, { recursive: true }));
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'trust-'));
    [home, etc] = [join(directory, 'home'), join(directory, 'etc')];
  });
  afterEach(() => rm(directory, { recursive: true }));

  // An address that is not this machine's to the client, and leads here all the same.
  const start = async (options: FakeRegistryOptions = {}) => {
    const registry = await FakeRegistry.start({ tls: certificates, ...options });
    onTestFinished(() => registry.stop());
    registry.add('team/app', 'v1', image);
    return { registry, host: `0.0.0.0:${registry.port}` };
  };
  const resolve = async (host: string, options: TestClientOptions = {}, env: Record<string, string> = {}) => {
    const { client, repository } = testClient({ retryTimes: 0, environment: { home, env, etc }, ...options });
    onTestFinished(() => client.close());
    return repository(`${host}/team/app`).resolve('v1', never);
  };
  const put = async (path: string, content: string) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  const { digest } = image.manifest;

  it('is whom the system trusts', async () => {
    const { host } = await start();
    expect((await failure(resolve(host))).code).toBe('tls');
    await put(join(etc, 'pki/tls/certs/ca-bundle.crt'), certificates.ca);
    expect(await resolve(host)).toBe(digest);
    await put(join(directory, 'bundle.pem'), `# a comment\n${certificates.ca}`);
    await rm(etc, { recursive: true });
    expect(await resolve(host, {}, { SSL_CERT_FILE: join(directory, 'bundle.pem') })).toBe(digest);
  });

  it('is not broken by a bundle that cannot be read', async () => {
    const { host } = await start();
    await put(
      join(etc, 'ssl/certs/ca-certificates.crt'),
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    );
    expect((await failure(resolve(host))).code).toBe('tls');
    expect(await resolve(host, { caFile: certificates.caFile })).toBe(digest);
  });

  for (const [name, root] of Object.entries({
    "the user's": () => join(home, '.config/containers/certs.d'),
    "the system's": () => join(etc, 'containers/certs.d'),
    "Docker's": () => join(etc, 'docker/certs.d'),
  })) {
    it(`is whom ${name} folder for the registry names, and for no other registry`, async () => {
      const { host } = await start();
      const other = await start();
      await put(join(root(), host, 'ca.crt'), certificates.ca);
      expect(await resolve(host)).toBe(digest);
      expect((await failure(resolve(other.host))).code).toBe('tls');
    });
  }

  it('changes when the folder does, a few seconds later', async () => {
    let now = 0;
    const { host } = await start();
    const { client, repository } = testClient({
      retryTimes: 0,
      environment: { home, env: {}, etc },
      now: () => now,
    });
    onTestFinished(() => client.close());
    const app = repository(`${host}/team/app`);
    expect((await failure(app.resolve('v1', never))).code).toBe('tls');
    await put(join(etc, 'docker/certs.d', host, 'ca.crt'), certificates.ca);
    now += 15_000;
    expect(await app.resolve('v1', never)).toBe(digest);
    await rm(etc, { recursive: true });
    now += 15_000;
    expect((await failure(app.resolve('v1', never))).code).toBe('tls');
  });

  it('is decided by the first folder alone', async () => {
    const { host } = await start();
    await put(join(etc, 'containers/certs.d', host, 'ca.crt'), certificates.ca);
    await mkdir(join(home, '.config/containers/certs.d', host), { recursive: true });
    expect((await failure(resolve(host))).code).toBe('tls');
  });

  it('includes an authority that is no root', async () => {
    const { host } = await start();
    await put(join(etc, 'docker/certs.d', host, 'leaf.crt'), certificates.cert);
    expect(await resolve(host)).toBe(digest);
  });

  it('holds for the token service of the registry too', async () => {
    const service = await FakeTokenService.start({ tls: certificates, name: '0.0.0.0' });
    onTestFinished(() => service.stop());
    const { host } = await start({ auth: service.gate });
    await put(join(etc, 'containers/certs.d', host, 'ca.crt'), certificates.ca);
    expect(await resolve(host)).toBe(digest);
    expect(service.requests).toHaveLength(1);
  });

  describe('a client certificate', () => {
    const tls = () => ({ ...certificates, clientCa: certificates.ca });
    const folderOf = (host: string) => join(home, '.config/containers/certs.d', host);
    const putIdentity = async (host: string) => {
      await put(join(folderOf(host), 'ca.crt'), certificates.ca);
      await put(join(folderOf(host), 'me.cert'), certificates.cert);
      await put(join(folderOf(host), 'me.key'), certificates.key);
    };

    it('is shown to its registry', async () => {
      const { host } = await start({ tls: tls() });
      await put(join(folderOf(host), 'ca.crt'), certificates.ca);
      expect((await failure(resolve(host))).code).toMatch(/^(?:tls|unreachable)$/);
      await putIdentity(host);
      expect(await resolve(host)).toBe(digest);
      expect(await resolve(host, { insecure: [host] })).toBe(digest);
    });

    it('is not shown to another origin', async () => {
      const demanding = await FakeServer.start(() => ({ status: 200, body: '' }), tls());
      onTestFinished(() => demanding.stop());
      const { host } = await start({ tls: tls(), blobsAt: `https://0.0.0.0:${demanding.port}` });
      await putIdentity(host);
      const { client, repository } = testClient({ retryTimes: 0, environment: { home, env: {}, etc } });
      onTestFinished(() => client.close());
      const [blob] = image.blobs;
      if (blob === undefined) throw new Error();
      await failure(repository(`${host}/team/app`).blob(blob, never).then(bytesOf));
      expect(demanding.requests).toEqual([]);
    });

    it('needs both halves, and they must fit', async () => {
      const { host } = await start({ tls: tls() });
      await put(join(folderOf(host), 'me.cert'), certificates.cert);
      const half = await failure(resolve(host));
      expect(half.code).toBe('certificates');
      expect(half.message).toBe(`${join(folderOf(host), 'me.cert')}: me.key is missing beside it`);
      await rm(join(folderOf(host), 'me.cert'));
      await put(join(folderOf(host), 'me.key'), certificates.key);
      expect((await failure(resolve(host))).message).toContain('me.cert is missing beside it');
      await put(join(folderOf(host), 'me.cert'), certificates.ca);
      const wrong = await failure(resolve(host));
      expect(wrong.code).toBe('certificates');
      expect(wrong.line).not.toContain('PRIVATE KEY');
    });
  });
});
