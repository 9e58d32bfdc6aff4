import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  basicAuth,
  type FakeAuth,
  FakeTokenService,
  neverEnough,
  type TokenServiceOptions,
} from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { FakeServer, type Handler, type Reply } from '../../support/fakeServer.ts';
import { status, withHeaders } from '../../support/faults.ts';
import { blobOf, testImage } from '../../support/images.ts';
import { bytesOf, failure, never, password, type TestClientOptions, testClient } from './harness.ts';

const image = testImage();
const digest = image.manifest.digest;

describe('authentication', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const registryWith = async (auth: FakeAuth, options: FakeRegistryOptions = {}) => {
    const registry = await FakeRegistry.start({ ...options, auth });
    cleanups.push(() => registry.stop());
    for (const name of ['team/app', 'team/base']) registry.add(name, 'v1', image);
    return registry;
  };
  const serviceWith = async (options: TokenServiceOptions = {}) => {
    const service = await FakeTokenService.start(options);
    cleanups.push(() => service.stop());
    return service;
  };
  const server = async (handler: Handler) => {
    const started = await FakeServer.start(handler);
    cleanups.push(() => started.stop());
    return started;
  };
  const clientWith = (options: TestClientOptions = {}) => {
    const test = testClient(options);
    cleanups.push(() => test.client.close());
    return test;
  };

  describe('basic', () => {
    let registry: FakeRegistry;
    beforeEach(async () => {
      registry = await registryWith(basicAuth({ anna: 'sec:ret' }));
    });

    it('is answered after the first challenge, and sent at once from then on', async () => {
      const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'sec:ret') } });
      const app = repository(`${registry.host}/team/app`);
      expect(await app.resolve('v1', never)).toBe(digest);
      registry.clear();
      expect(await app.resolve('v1', never)).toBe(digest);
      expect(registry.requests).toHaveLength(1);
    });

    it('without a credential says how to log in', async () => {
      const { repository } = clientWith();
      const error = await failure(repository(`${registry.host}/team/app`).manifest('v1', never));
      expect(error.code).toBe('unauthorized');
      expect(error.line).toContain(`operator-mirror login ${registry.host}`);
      expect(error.message).toContain('wants a credential');
    });

    it('with a wrong credential says so, once, without showing it', async () => {
      const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'wrong') } });
      registry.clear();
      const error = await failure(repository(`${registry.host}/team/app`).manifest('v1', never));
      expect(error.code).toBe('unauthorized');
      expect(error.message).toContain('does not accept the credential');
      expect(error.line).not.toContain('wrong');
      expect(registry.log.filter((line) => line.includes('manifests'))).toHaveLength(2);
    });

    it('is checked by a ping', async () => {
      const right = clientWith({ credentials: { [registry.host]: password('anna', 'sec:ret') } });
      await right.client.ping(registry.host, never);
      const wrong = clientWith({ credentials: { [registry.host]: password('anna', 'x') } });
      expect((await failure(wrong.client.ping(registry.host, never))).code).toBe('unauthorized');
    });

    it('does not send the credential of one port to another', async () => {
      const { repository } = clientWith({ credentials: { '127.0.0.1:1': password('anna', 'sec:ret') } });
      await failure(repository(`${registry.host}/team/app`).manifest('v1', never));
      expect(registry.requests.every((request) => request.headers.authorization === undefined)).toBe(true);
    });
  });

  describe('bearer', () => {
    it('gets a token for exactly what is needed, once for many requests at the same time', async () => {
      const service = await serviceWith();
      const registry = await registryWith(service.gate);
      const { repository } = clientWith();
      const app = repository(`${registry.host}/team/app`);
      await Promise.all(Array.from({ length: 20 }, () => app.manifest('v1', never)));
      expect(service.requests).toHaveLength(1);
      const asked = service.requests[0]?.url.searchParams;
      expect(asked?.get('service')).toBe('fake');
      expect(asked?.getAll('scope')).toEqual(['repository:team/app:pull']);
      expect(service.requests[0]?.headers.authorization).toBeUndefined();
    });

    it('asks for another token to write, and for both repositories to mount', async () => {
      const service = await serviceWith();
      const registry = await registryWith(service.gate);
      const { repository } = clientWith();
      const app = repository(`${registry.host}/team/new`);
      const blob = image.blobs[0];
      if (blob === undefined) throw new Error('no blob');
      expect(await app.mountBlob(blob.digest, repository(`${registry.host}/team/base`), never)).toBe(true);
      expect(service.requests.at(-1)?.url.searchParams.getAll('scope')).toEqual([
        'repository:team/base:pull',
        'repository:team/new:pull,push',
      ]);
    });

    it('is false for a mount from a repository that may not be read', async () => {
      const service = await serviceWith({
        grants: (_, repository) => (repository === 'team/base' ? [] : ['pull', 'push']),
      });
      const registry = await registryWith(service.gate);
      const { repository } = clientWith();
      const from = repository(`${registry.host}/team/base`);
      expect(
        await repository(`${registry.host}/team/new`).mountBlob(image.blobs[0]?.digest ?? '', from, never),
      ).toBe(false);
    });

    for (const field of ['token', 'access_token'] as const) {
      it(`takes the token from ${field}`, async () => {
        const service = await serviceWith({ field, users: { anna: 'secret' } });
        const registry = await registryWith(service.gate);
        const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'secret') } });
        expect(await repository(`${registry.host}/team/app`).resolve('v1', never)).toBe(digest);
        expect(service.requests[0]?.headers.authorization).toMatch(/^Basic /);
      });
    }

    it('renews a token before it expires', async () => {
      let now = 1_000_000;
      const service = await serviceWith({ expiresIn: 100, now: () => now });
      const registry = await registryWith(service.gate);
      const app = clientWith({ now: () => now }).repository(`${registry.host}/team/app`);
      await app.resolve('v1', never);
      now += 80_000;
      await app.resolve('v1', never);
      expect(service.requests).toHaveLength(1);
      now += 12_000;
      registry.clear();
      await app.resolve('v1', never);
      expect(service.requests).toHaveLength(2);
      expect(registry.requests).toHaveLength(1);
    });

    it('replaces a token that the registry does not know any more', async () => {
      const service = await serviceWith();
      const registry = await registryWith(service.gate);
      const app = clientWith().repository(`${registry.host}/team/app`);
      await app.resolve('v1', never);
      service.revokeAll();
      expect(await app.resolve('v1', never)).toBe(digest);
      expect(service.requests).toHaveLength(2);
    });

    it('replaces it again where the new one has ended by the time it arrives', async () => {
      const service = await serviceWith();
      let ends = 0;
      const registry = await registryWith((exchange, needs) => {
        if (ends-- > 0) service.revokeAll();
        return service.gate(exchange, needs);
      });
      const app = clientWith().repository(`${registry.host}/team/app`);
      await app.resolve('v1', never);
      ends = 3;
      expect(await app.resolve('v1', never)).toBe(digest);
      expect(service.requests).toHaveLength(4);
    });

    it('gives up where every token has ended', async () => {
      const service = await serviceWith();
      const challenge = `Bearer realm="${service.realm}",service="fake",error="invalid_token"`;
      const registry = await registryWith(neverEnough(challenge));
      const app = clientWith().repository(`${registry.host}/team/app`);
      expect((await failure(app.resolve('v1', never))).code).toBe('unauthorized');
      expect(service.requests).toHaveLength(3);
    });

    it('changes an identity token into a bearer token', async () => {
      const service = await serviceWith({ identityTokens: { anna: 'refresh-me' } });
      const registry = await registryWith(service.gate);
      const { repository } = clientWith({
        credentials: { [registry.host]: { kind: 'identityToken', token: 'refresh-me' } },
      });
      expect(await repository(`${registry.host}/team/app`).resolve('v1', never)).toBe(digest);
      expect(service.requests[0]?.method).toBe('POST');
      expect(service.requests[0]?.path).not.toContain('refresh-me');
    });

    it('never sends an identity token on to another origin', async () => {
      const thief = await server(() => ({ status: 200, body: '{"token":"x"}' }));
      const service = await serviceWith();
      service.replies.push({ status: 307, headers: { location: `${thief.url}/token` } });
      const registry = await registryWith(service.gate);
      const { repository } = clientWith({
        credentials: { [registry.host]: { kind: 'identityToken', token: 'refresh-me' } },
      });
      await failure(repository(`${registry.host}/team/app`).resolve('v1', never));
      expect(thief.requests).toHaveLength(0);
    });

    it('follows a token service that moved, without the password', async () => {
      const elsewhere = await server(() => ({ status: 200, body: '{"token":"x"}' }));
      const service = await serviceWith();
      service.replies.push({ status: 302, headers: { location: `${elsewhere.url}/token` } });
      const registry = await registryWith(service.gate);
      const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'secret') } });
      await failure(repository(`${registry.host}/team/app`).resolve('v1', never));
      expect(elsewhere.requests.length).toBeGreaterThan(0);
      expect(elsewhere.requests.every((request) => request.headers.authorization === undefined)).toBe(true);
    });

    it('says that the credential is wrong when the token service says so', async () => {
      const service = await serviceWith({ users: { anna: 'right' } });
      const registry = await registryWith(service.gate);
      const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'wrong-one') } });
      const error = await failure(repository(`${registry.host}/team/app`).resolve('v1', never));
      expect(error.code).toBe('unauthorized');
      expect(error.message).toContain('does not accept the credential');
      expect(error.line).not.toContain('wrong-one');
    });

    it('says unauthorized when the token allows too little', async () => {
      const service = await serviceWith({ grants: () => [] });
      const registry = await registryWith(service.gate);
      const error = await failure(clientWith().repository(`${registry.host}/team/app`).resolve('v1', never));
      expect(error.code).toBe('unauthorized');
      expect(service.requests.length).toBeLessThanOrEqual(2);
    });

    it('counts a login from then on', async () => {
      const service = await serviceWith({
        users: { anna: 'secret' },
        grants: (user) => (user ? ['pull'] : []),
      });
      const registry = await registryWith(service.gate);
      const credentials: Record<string, ReturnType<typeof password>> = {};
      const { client, repository } = clientWith({ credentials });
      const app = repository(`${registry.host}/team/app`);
      expect((await failure(app.resolve('v1', never))).code).toBe('unauthorized');
      credentials[registry.host] = password('anna', 'secret');
      client.credentialsChanged();
      expect(await app.resolve('v1', never)).toBe(digest);
    });

    it('repeats a question that the token service could not answer, and tells what remains', async () => {
      const service = await serviceWith();
      const registry = await registryWith(service.gate);
      const { repository, pauses } = clientWith();
      service.replies.push({ status: 503 }, { status: 429, headers: { 'retry-after': '7' } });
      expect(await repository(`${registry.host}/team/app`).resolve('v1', never)).toBe(digest);
      expect(pauses).toContain(7000);

      const bad: [string, string][] = [
        ['no JSON', 'not JSON'],
        ['{"token":5}', 'no token'],
        ['{}', 'no token'],
        [JSON.stringify({ token: 'a\r\nx-evil: 1' }), 'characters'],
      ];
      for (const [body, words] of bad) {
        service.replies.push({ status: 200, body });
        const error = await failure(
          clientWith().repository(`${registry.host}/team/app`).resolve('v1', never),
        );
        expect(error.code).toBe('tokenService');
        expect(error.message).toContain(words);
      }
    });

    it('sends no password to a token service without TLS', async () => {
      const registry = await registryWith(
        neverEnough(
          'Bearer realm="http://token.example.com/token",service="x",scope="repository:team/app:pull"',
        ),
      );
      const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'secret') } });
      const error = await failure(repository(`${registry.host}/team/app`).resolve('v1', never));
      expect(error.code).toBe('tls');
      expect(error.message).toContain('token.example.com');
    });
  });

  it('ends when a registry answers 401 for ever', async () => {
    const service = await serviceWith();
    const challenges = [
      `Bearer realm="${service.realm}",service="fake",scope="repository:team/app:pull"`,
      'Basic realm="x"',
      'Negotiate',
      'Bearer',
      '',
    ];
    for (const challenge of challenges) {
      const registry = await registryWith(neverEnough(challenge));
      const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'secret') } });
      const error = await failure(repository(`${registry.host}/team/app`).resolve('v1', never));
      expect(error.code).toBe('unauthorized');
      expect(registry.log.filter((line) => line.includes('manifests')).length).toBeLessThanOrEqual(2);
    }
  });

  it('never crosses to the origin that a registry redirects to', async () => {
    const storage = await server((exchange) => {
      const found = image.blobs.find((blob) => exchange.path.includes(blob.digest));
      return { status: 200, body: found?.bytes ?? '' };
    });
    const service = await serviceWith({ users: { anna: 'secret' } });
    for (const auth of [basicAuth({ anna: 'secret' }), service.gate]) {
      const registry = await registryWith(auth, { blobsAt: storage.url });
      const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'secret') } });
      const app = repository(`${registry.host}/team/app`);
      for (const blob of image.blobs) {
        expect((await bytesOf(await app.blob(blob, never))).equals(blob.bytes)).toBe(true);
      }
    }
    expect(storage.requests.length).toBe(image.blobs.length * 2);
    for (const { headers } of storage.requests) {
      expect(headers.authorization).toBeUndefined();
      expect(JSON.stringify(headers)).not.toMatch(/secret|anna|Basic|Bearer/);
    }
  });

  it('is not given to another origin that asks for it, nor to the registry once it was left', async () => {
    let back = '';
    let challenge = 'Basic realm="give me"';
    const thief = await server(
      ({ path }): Reply =>
        path.startsWith('/back')
          ? { status: 307, headers: { location: back } }
          : { status: 401, headers: { 'www-authenticate': challenge } },
    );
    const registry = await registryWith(basicAuth({ anna: 'secret' }));
    const { repository } = clientWith({
      credentials: { [registry.host]: password('anna', 'secret'), [thief.host]: password('anna', 'secret') },
    });
    const app = repository(`${registry.host}/team/app`);
    await app.resolve('v1', never);
    registry.inject(status(307, { location: `${thief.url}/steal` }), { path: /manifests/, times: 1 });
    expect((await failure(app.manifest('v1', never))).code).toBe('unauthorized');

    // Nor may it name the place that the credential is to go to.
    challenge = `Bearer realm="${thief.url}/token",service="x"`;
    registry.inject(status(307, { location: `${thief.url}/steal` }), { path: /manifests/, times: 1 });
    expect((await failure(app.manifest('v1', never))).code).toBe('unauthorized');

    back = `${registry.url}/v2/team/app/manifests/v1`;
    registry.clear();
    registry.inject(status(307, { location: `${thief.url}/back` }), { path: /manifests/, times: 1 });
    await failure(app.manifest('v1', never));
    expect(thief.requests.map(({ path }) => path)).toEqual(['/steal', '/steal', '/back']);
    expect(thief.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    expect(registry.requests.at(-1)?.headers.authorization).toBeUndefined();
  });

  it('is not sent with an upload to another origin', async () => {
    const storage = await server(() => ({ status: 201 }));
    const registry = await registryWith(basicAuth({ anna: 'secret' }));
    const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'secret') } });
    registry.inject(withHeaders({ location: `${storage.url}/upload?token=1` }), { method: 'POST' });
    const bytes = Buffer.from('elsewhere');
    const blob = blobOf('text/plain', bytes);
    await repository(`${registry.host}/team/app`).uploadBlob(blob, async () => Readable.from([bytes]), never);
    expect(storage.requests).toHaveLength(1);
    expect(storage.requests[0]?.headers.authorization).toBeUndefined();
    expect(storage.requests[0]?.path).toContain('token=1');
  });

  it('does not come back in an error, even if the registry repeats it', async () => {
    const service = await serviceWith({ users: { anna: 'se"cret' } });
    for (const auth of [basicAuth({ anna: 'se"cret' }), service.gate]) {
      const registry = await registryWith(auth);
      const { repository } = clientWith({ credentials: { [registry.host]: password('anna', 'se"cret') } });
      const app = repository(`${registry.host}/team/app`);
      await app.resolve('v1', never);
      const header = registry.requests.at(-1)?.headers.authorization ?? '';
      const secret = header.split(' ')[1] ?? '';
      const message = `you sent ${header} and se"cret\u001b[31m\r\nsecond line ${'x'.repeat(1000)}`;
      registry.inject(status(403, {}, JSON.stringify({ errors: [{ code: 'DENIED', message }] })));
      const error = await failure(app.manifest('v1', never));
      expect(error.code).toBe('denied');
      expect(error.line).not.toContain(secret);
      expect(error.line).not.toContain('se"cret');
      expect(error.line).toContain('***');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: there must be none.
      expect(error.line).not.toMatch(/[\u0000-\u001f]/);
      expect(error.line.length).toBeLessThan(700);
    }
  });
});
