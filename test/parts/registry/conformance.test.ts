import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ImageReference } from '../../../server/src/documents/imageReference.ts';
import { basicAuth, FakeTokenService, neverEnough } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { FakeServer, type Handler } from '../../support/fakeServer.ts';
import { cut, longer, status, tampered, withHeaders, wrongLength } from '../../support/faults.ts';
import { blobOf, digestOf, multiArchImage, testImage } from '../../support/images.ts';
import { dribble, RawServer } from '../../support/rawServer.ts';
import { bytesOf, failure, never, password, planted, type TestClientOptions, testClient } from './harness.ts';

const image = testImage();
const { digest } = image.manifest;
const [config] = image.blobs;
if (config === undefined) throw new Error('no config');
const manifests = { path: /\/manifests\// };
const blobs = { method: 'GET', path: /\/blobs\// };

async function registryWith(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(options);
  onTestFinished(() => registry.stop());
  registry.add('team/app', 'v1', image);
  return registry;
}
async function serverWith(handler: Handler): Promise<FakeServer> {
  const server = await FakeServer.start(handler);
  onTestFinished(() => server.stop());
  return server;
}
async function rawWith(...args: Parameters<typeof RawServer.start>): Promise<RawServer> {
  const server = await RawServer.start(...args);
  onTestFinished(() => server.stop());
  return server;
}
/** A client that knows a secret of each host, and the repository there. */
function at(host: string, options: TestClientOptions = {}) {
  const test = testClient({ credentials: { [host]: password('anna', `${planted}-password`) }, ...options });
  onTestFinished(() => test.client.close());
  return { ...test, app: test.repository(`${host}/team/app`) };
}
const users = { anna: `${planted}-password` };

/** What registries do to their clients. Each row is one thing that must not hang, leak or be believed. */
describe('a registry that', { timeout: 30_000 }, () => {
  it('answers 401 for ever is asked twice at most', async () => {
    const service = await FakeTokenService.start({ users });
    onTestFinished(() => service.stop());
    for (const challenge of [
      'Basic realm="x"',
      `Bearer realm="${service.realm}",service="x"`,
      'Negotiate',
      '',
    ]) {
      const registry = await registryWith({ auth: neverEnough(challenge) });
      const { app } = at(registry.host);
      expect((await failure(app.manifest('v1', never))).code).toBe('unauthorized');
      expect(registry.log.filter((line) => line.includes('manifests')).length).toBeLessThanOrEqual(2);
    }
  });

  it('forgets its tokens in the middle of a run is given new ones', async () => {
    let now = 1_000_000;
    const service = await FakeTokenService.start({ users, expiresIn: 60, now: () => now });
    onTestFinished(() => service.stop());
    const registry = await registryWith({ auth: service.gate });
    const list = multiArchImage({ seed: 'run' });
    registry.add('team/app', 'list', list);
    // The clock of the client stands still: it cannot know that the token has expired.
    const { app } = at(registry.host, { now: () => 1_000_000 });
    for (const child of [list, ...list.children]) {
      now += 61_000;
      expect((await app.manifest(child.manifest.digest, never))?.digest).toBe(child.manifest.digest);
      for (const blob of child.blobs) {
        now += 61_000;
        expect((await bytesOf(await app.blob(blob, never))).equals(blob.bytes)).toBe(true);
      }
    }
    expect(service.requests.length).toBeGreaterThan(10);
  });

  it.each([
    { bytes: 8, reads: 1 },
    { bytes: 100_000, reads: 2 },
  ])(
    'loses the token in the middle of an upload is given the bytes again: $bytes',
    async ({ bytes, reads }) => {
      const service = await FakeTokenService.start({ users });
      onTestFinished(() => service.stop());
      const registry = await registryWith({ auth: service.gate });
      const { app } = at(registry.host);
      registry.inject(
        async (right) => {
          service.revokeAll();
          return right();
        },
        { method: 'PUT', times: 1 },
      );
      const blob = blobOf('x/y', Buffer.alloc(bytes, 'uploaded'));
      let opened = 0;
      await app.uploadBlob(
        blob,
        async () => {
          opened++;
          return Readable.from([blob.bytes]);
        },
        never,
      );
      expect(opened).toBe(reads);
      expect(registry.blob('team/app', blob.digest)?.equals(blob.bytes)).toBe(true);
    },
  );

  it('answers 429 is waited for as it says, in both forms', async () => {
    const registry = await registryWith();
    const now = Date.parse('2026-11-20T10:00:00Z');
    const { app, pauses } = at(registry.host, { now: () => now });
    registry.inject(status(429, { 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT' }), {
      ...manifests,
      times: 1,
    });
    registry.inject(status(429, { 'retry-after': '11' }), { ...manifests, times: 1 });
    expect(await app.resolve('v1', never)).toBe(digest);
    expect(pauses).toEqual([11_000, 30_000]);
    registry.inject(status(429, { 'retry-after': '3600' }), manifests);
    const error = await failure(app.resolve('v1', never));
    expect(error.code).toBe('rateLimited');
    expect(error.line).toContain('try again in 3600 s');
    expect(pauses).toHaveLength(2);
  });

  it('answers 500 is asked again, and not for ever', async () => {
    for (const code of [500, 502, 503, 504]) {
      const registry = await registryWith();
      const { app, pauses } = at(registry.host);
      registry.inject(status(code), { ...manifests, times: 3 });
      expect(await app.resolve('v1', never)).toBe(digest);
      expect(pauses).toHaveLength(3);
      registry.inject(status(code), manifests);
      expect((await failure(app.manifest('v1', never))).code).toBe('unavailable');
      expect(pauses).toHaveLength(7);
    }
  });

  it('breaks off is read again, a blob from where it broke', async () => {
    const registry = await registryWith();
    const { app } = at(registry.host);
    registry.inject(cut(10), { ...manifests, times: 2 });
    expect((await app.manifest('v1', never))?.digest).toBe(digest);
    registry.inject(cut(10), { ...blobs, times: 2 });
    expect((await bytesOf(await app.blob(config, never))).equals(config.bytes)).toBe(true);
    expect(registry.requests.at(-1)?.headers.range).toBe('bytes=20-');
    registry.inject(cut(10), manifests);
    expect((await failure(app.manifest('v1', never))).code).toBe('unreachable');
  });

  it('sends other content than it names is not believed', async () => {
    const registry = await registryWith();
    const { app } = at(registry.host);
    registry.inject(tampered(), { ...manifests, method: 'GET' });
    for (const version of ['v1', digest]) {
      expect((await failure(app.manifest(version, never))).code).toBe('digestMismatch');
    }
    registry.heal();
    registry.inject(withHeaders({ 'docker-content-digest': digestOf(Buffer.from('x')) }), manifests);
    expect((await failure(app.manifest('v1', never))).code).toBe('digestMismatch');
    registry.inject(tampered(), blobs);
    expect((await failure(app.blob(config, never).then(bytesOf))).code).toBe('digestMismatch');
  });

  it('sends more or less than it says is not believed', async () => {
    const registry = await registryWith();
    const { app } = at(registry.host);
    for (const [fault, code] of [
      [longer(100), 'digestMismatch'],
      [wrongLength(10), 'digestMismatch'],
      [wrongLength(100_000), 'unreachable'],
    ] as const) {
      registry.inject(fault, { ...manifests, method: 'GET' });
      expect((await failure(app.manifest(digest, never))).code).toBe(code);
    }
    registry.inject(longer(100), blobs);
    expect((await failure(app.blob(config, never).then(bytesOf))).code).toBe('digestMismatch');
  });

  it('redirects to another origin takes no secret there', async () => {
    const service = await FakeTokenService.start({ users });
    onTestFinished(() => service.stop());
    for (const auth of [basicAuth(users), service.gate]) {
      const elsewhere = await serverWith(({ path, method }) => {
        if (path.includes('/upload')) return { status: 201 };
        const found = [image.manifest, ...image.blobs].find((blob) => path.includes(blob.digest));
        return { status: 200, body: method === 'HEAD' ? '' : (found?.bytes ?? '') };
      });
      const registry = await registryWith({ auth });
      const { app } = at(registry.host);
      const to = (path: string) => ({ location: `${elsewhere.url}${path}` });
      expect(await app.resolve('v1', never)).toBe(digest);
      registry.inject(status(307, to(`/m/${digest}`)), { ...manifests, method: 'GET' });
      expect((await app.manifest(digest, never))?.digest).toBe(digest);
      registry.inject(status(302, to(`/b/${config.digest}`)), blobs);
      expect((await bytesOf(await app.blob(config, never))).equals(config.bytes)).toBe(true);
      registry.inject(status(202, to('/upload?state=1')), { method: 'POST' });
      await app.uploadBlob(config, async () => Readable.from([config.bytes]), never);
      expect(elsewhere.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
        `GET /m/${digest}`,
        `GET /b/${config.digest}`,
        'PUT /upload',
      ]);
      for (const { headers, path } of elsewhere.requests) {
        expect(headers.authorization).toBeUndefined();
        expect(`${path} ${JSON.stringify(headers)}`).not.toMatch(/pl4nted|anna|Basic|Bearer/);
      }
    }
  });

  it('never ends to list its tags is left', async () => {
    const endless = await registryWith({ endlessTags: true });
    expect((await failure(at(endless.host).app.tags(never))).code).toBe('tooLarge');
    expect(endless.requests.length).toBeLessThan(200);
    let page = 0;
    const empty = await serverWith(() => ({
      status: 200,
      headers: { link: `</v2/team/app/tags/list?last=${page++}>; rel="next"` },
      body: '{"tags":[]}',
    }));
    expect((await failure(at(empty.host).app.tags(never))).code).toBe('tooLarge');
    expect(empty.requests.length).toBeLessThan(1100);
    const same = await serverWith(() => ({
      status: 200,
      headers: { link: '</v2/team/app/tags/list?n=1000>; rel="next"' },
      body: '{"tags":["v1"]}',
    }));
    expect(await at(same.host).app.tags(never)).toEqual(['v1']);
  });

  it('lists its tags below another path is followed at the path that was asked for', async () => {
    const prefixed = await serverWith(({ path }) =>
      path === '/v2/team/app/tags/list?last=a&n=1'
        ? { status: 200, body: '{"tags":["b"]}' }
        : path.startsWith('/v2/team/app/')
          ? {
              status: 200,
              headers: { link: '<http://inner:5000/v2/app/tags/list?last=a&n=1>; rel="next"' },
              body: '{"tags":["a"]}',
            }
          : { status: 500 },
    );
    expect(await at(prefixed.host).app.tags(never)).toEqual(['a', 'b']);
  });

  it('announces a manifest of 64 MB is left before any of it has come', async () => {
    const server = await rawWith((write, request) =>
      write(`HTTP/1.1 200 OK\r\ncontent-length: ${request.includes('manifests') ? 64 * 2 ** 20 : 0}\r\n\r\n`),
    );
    const { app } = at(server.host, { retryTimes: 0 });
    expect((await failure(app.manifest('v1', never))).code).toBe('tooLarge');
  });

  it('sends a manifest of 64 MB without saying so is left at the limit', async () => {
    const part = Buffer.alloc(1024 * 1024, ' ');
    const server = await rawWith(async (write, request) => {
      if (!request.includes('manifests')) return write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      await write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      for (let count = 0; count < 64; count++) {
        await write(`${part.length.toString(16)}\r\n`);
        if (!(await write(part))) return;
        await write('\r\n');
      }
    });
    const { app } = at(server.host, { retryTimes: 0 });
    expect((await failure(app.manifest('v1', never))).code).toBe('tooLarge');
    // What the sockets hold on both sides has been sent, too.
    expect(server.sent).toBeLessThan(32 * part.length);
  });

  it('sends a gzip bomb is not blown up', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const gzip = { 'content-encoding': 'gzip' };
    const registry = await registryWith();
    const { app } = at(registry.host);
    registry.inject(() => ({ status: 200, headers: gzip, body: bomb }));
    expect((await failure(app.manifest('v1', never))).code).toBe('tooLarge');
    expect((await failure(app.tags(never))).code).toBe('tooLarge');
    expect((await failure(app.blob(config, never).then(bytesOf))).code).toBe('digestMismatch');
  });

  it('compresses unasked is understood, as podman does', async () => {
    const registry = await registryWith();
    const { app } = at(registry.host);
    const body = gzipSync(image.manifest.bytes);
    registry.inject(() => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body }), manifests);
    expect(image.manifest.bytes.equals((await app.manifest('v1', never))?.bytes ?? Buffer.of())).toBe(true);
    for (const [encoding, bytes] of [
      ['br', body],
      ['gzip', Buffer.from('no gzip')],
    ] as const) {
      const headers = { 'content-encoding': encoding };
      registry.inject(() => ({ status: 200, headers, body: bytes }), manifests);
      expect((await failure(app.manifest('v1', never))).code).toBe('badAnswer');
    }
  });

  it('sends a token of any size, or a bomb, gets no further with it', async () => {
    const registry = (realm: string) =>
      registryWith({ auth: neverEnough(`Bearer realm="${realm}",service="x"`) });
    for (const reply of [
      { status: 200, body: `{"token":"${'x'.repeat(10_000_000)}"}` },
      { status: 200, headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(50_000_000)) },
    ]) {
      const service = await serverWith(() => reply);
      const { host } = await registry(`${service.url}/token`);
      expect((await failure(at(host).app.manifest('v1', never))).code).toBe('tokenService');
    }
  });

  it('is named with what belongs into no header or path is not asked', async () => {
    const registry = await registryWith();
    const { app, client } = at(registry.host);
    const evil = 'v1\r\nx-evil: 1';
    for (const version of [
      evil,
      'v1 HTTP/1.1',
      '../v1',
      'v1?x=1',
      'v1#',
      `${digest}\r\nx: y`,
      '',
      '%0d%0a',
    ]) {
      expect((await failure(app.manifest(version, never))).code).toBe('badReference');
      expect((await failure(app.resolve(version, never))).code).toBe('badReference');
    }
    const reference: ImageReference = {
      transport: 'registry',
      registry: registry.host,
      repository: 'team/app',
      tag: 'v1',
      digest: undefined,
    };
    for (const wrong of [
      { repository: 'team/app\r\nx-evil: 1' },
      { repository: '../v2/other' },
      { repository: 'team/app?x=' },
      { registry: `${registry.host}\r\nx-evil: 1` },
      { registry: `user:${planted}@${registry.host}` },
      { registry: `${registry.host}/x` },
      { registry: `${registry.host}#` },
    ]) {
      expect(() => client.repository({ ...reference, ...wrong })).toThrow(/is no repository/);
      expect(() => client.pullRepository({ ...reference, ...wrong })).toThrow(/is no repository/);
    }
    for (const host of [`${registry.host}\r\nx: y`, 'a b', `u:p@${registry.host}`, `${registry.host}/`]) {
      expect((await failure(client.ping(host, never))).code).toBe('badReference');
    }
    expect(registry.requests).toEqual([]);
  });

  it('is given a secret with a line end gets it in one piece', async () => {
    const registry = await registryWith({ auth: basicAuth({ 'an\r\nna': `${planted}\r\nx-evil: 1` }) });
    const { app } = at(registry.host, {
      credentials: { [registry.host]: password('an\r\nna', `${planted}\r\nx-evil: 1`) },
    });
    expect(await app.resolve('v1', never)).toBe(digest);
    expect(registry.requests.every(({ headers }) => headers['x-evil'] === undefined)).toBe(true);
  });

  it('repeats in its errors what it was sent is not quoted', async () => {
    const registry = await registryWith({
      auth: ({ headers }) =>
        headers.authorization === undefined
          ? { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' }, body: '' }
          : {
              status: 400,
              body: JSON.stringify({
                errors: [{ code: 'BAD', message: `${headers.authorization} ${planted}-password` }],
              }),
            },
    });
    const error = await failure(at(registry.host).app.manifest('v1', never));
    expect(error.message).toContain('BAD Basic *** ***');
  });

  it('has an address of IPv6 is reached there', async () => {
    const body = image.manifest.bytes;
    const started = await RawServer.start(async (write, request) => {
      const length = request.includes('/v2/team/app/manifests/v1') ? body.length : 2;
      await write(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`);
      await write(length === 2 ? '{}' : body);
    }, '::1').catch((error: NodeJS.ErrnoException) => error);
    if (started instanceof RawServer) {
      onTestFinished(() => started.stop());
      const { app } = at(`[::1]:${started.port}`);
      expect(app.name).toBe(`[::1]:${started.port}/team/app`);
      expect((await app.manifest('v1', never))?.digest).toBe(digest);
    } else {
      // A machine without IPv6 can only say so.
      expect(['EADDRNOTAVAIL', 'EAFNOSUPPORT']).toContain(started.code);
      expect((await failure(at('[::1]:9', { retryTimes: 0 }).app.manifest('v1', never))).code).toBe(
        'unreachable',
      );
    }
  });

  describe('takes its time', () => {
    const seams = {
      timeouts: { connect: 250, headers: 300, body: 300, pace: { milliseconds: 400, bytes: 1000 } },
    };
    const patience = { retryTimes: 0, seams };
    /** Only the pace is small here: a busy machine may be slow with all else. */
    const calm = (milliseconds: number) => ({
      retryTimes: 0,
      seams: { timeouts: { pace: { milliseconds, bytes: 1000 } } },
    });
    const soon = async (promise: Promise<unknown>) => {
      const error = await failure(promise);
      return error;
    };
    const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

    it('with its headers is left', async () => {
      const server = await rawWith((write) =>
        dribble(write, `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(1000)}`, 40),
      );
      const error = await soon(at(server.host, patience).client.ping(server.host, never));
      expect(error.code).toBe('timeout');
    });

    it('with its body is left, however often a byte comes', async () => {
      const server = await rawWith(async (write, request) => {
        if (!/manifests|blobs|tags/.test(request)) return write(ok);
        await write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n');
        return dribble(write, ' '.repeat(1000), 40);
      });
      const { app } = at(server.host, patience);
      expect((await soon(app.manifest('v1', never))).code).toBe('timeout');
      expect((await soon(app.tags(never))).code).toBe('timeout');
      expect((await soon(app.blob(config, never).then(bytesOf))).code).toBe('timeout');
    });

    it('with a part of its body is left', async () => {
      const server = await rawWith(async (write, request) =>
        write(request.includes('manifests') ? 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{' : ok),
      );
      expect((await soon(at(server.host, patience).app.manifest('v1', never))).code).toBe('timeout');
    });

    it('with TLS is left', async () => {
      const server = await rawWith(async () => {});
      const host = `0.0.0.0:${server.port}`;
      const { client } = at(host, patience);
      expect((await soon(client.ping(host, never))).code).toBe('timeout');
    });

    it('with a token is left', async () => {
      const service = await rawWith(async (write) => {
        await write('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n');
        return dribble(write, ' '.repeat(1000), 40);
      });
      const challenge = `Bearer realm="http://${service.host}/token",service="x"`;
      const registry = await registryWith({ auth: neverEnough(challenge) });
      expect((await soon(at(registry.host, patience).app.manifest('v1', never))).code).toMatch(
        /timeout|tokenService/,
      );
    });

    it('but not too much is waited for', async () => {
      const body = Buffer.from(JSON.stringify({ tags: ['v1'] }).padEnd(300));
      const server = await rawWith(async (write, request) => {
        if (!request.includes('tags')) return write(ok);
        await write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
        for (let at = 0; at < body.length; at += 100) {
          await write(body.subarray(at, at + 100));
          await new Promise((resolve) => setTimeout(resolve, 60));
        }
      });
      expect(await at(server.host, calm(3000)).app.tags(never)).toEqual(['v1']);
    });

    it('because its reader does is no reason to leave it', async () => {
      const blob = blobOf('x/y', Buffer.alloc(3_000_000, 'y'));
      const registry = await registryWith();
      registry.addBlob('team/app', blob.bytes);
      const { app } = at(registry.host, calm(400));
      let size = 0;
      for await (const chunk of await app.blob(blob, never)) {
        size += chunk.length;
        if (size < 400_000) await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect(size).toBe(blob.size);
    });
  });
});
