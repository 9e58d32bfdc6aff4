import { randomBytes } from 'node:crypto';
import { createServer } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeTokenService } from '../../support/fakeAuth.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { dropped, registryFault, status, withHeaders } from '../../support/faults.ts';
import { blobOf, mediaTypes } from '../../support/images.ts';
import { failure, never, type TestClient, testClient } from './harness.ts';

const bytes = randomBytes(400_000);
const blob = blobOf(mediaTypes.oci.layer, bytes);

describe('the upload of a blob', () => {
  let registry: FakeRegistry;
  let test: TestClient;
  let opened = 0;

  beforeEach(async () => {
    registry = await FakeRegistry.start();
    test = testClient();
    opened = 0;
    await test.client.ping(registry.host, never);
    registry.clear();
  });
  afterEach(async () => {
    await test.client.close();
    await registry.stop();
  });

  /** 64 KiB at a time, as a file or another registry gives them. */
  const open = async () => {
    opened++;
    const parts = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
      bytes.subarray(index * 65_536, (index + 1) * 65_536),
    );
    return Readable.from(parts, { objectMode: false });
  };
  const upload = (signal = never, host = registry.host) =>
    test.repository(`${host}/team/app`).uploadBlob(blob, open, signal);

  it('starts over with a new session and a new stream when its connection breaks', async () => {
    registry.inject(dropped(), { method: 'PUT', times: 1 });
    registry.inject(status(502), { method: 'PUT', times: 1 });
    registry.inject(registryFault(404, 'BLOB_UPLOAD_UNKNOWN', 'gone'), { method: 'PUT', times: 1 });
    await upload();
    expect(opened).toBe(4);
    expect(registry.log.map((line) => line.split(' ')[0])).toEqual([
      ...['POST', 'PUT', 'POST', 'PUT', 'POST', 'PUT', 'POST', 'PUT'],
    ]);
    expect(registry.blob('team/app', blob.digest)?.equals(bytes)).toBe(true);
  });

  describe('of many bytes, when its connection breaks', () => {
    const many = blobOf(mediaTypes.oci.layer, randomBytes(3_000_000));
    const send = () =>
      test
        .repository(`${registry.host}/team/app`)
        .uploadBlob(many, async () => Readable.from([many.bytes]), never);
    const sent = () =>
      registry.requests.map(({ method, headers }) => [
        method,
        headers['content-range'] ?? headers['content-length'],
      ]);

    it('goes on at the byte that the registry says', async () => {
      registry.interruptions.push(1_000_000, 1_500_000);
      await send();
      expect(registry.blob('team/app', many.digest)?.equals(many.bytes)).toBe(true);
      expect(sent()).toEqual([
        ['POST', '0'],
        ['PUT', '3000000'],
        ['GET', undefined],
        ['PATCH', '1000000-2999999'],
        ['GET', undefined],
        ['PATCH', '2500000-2999999'],
        ['PUT', '0'],
      ]);
      expect(registry.openUploads).toBe(0);
    });

    it('is only ended where all has arrived', async () => {
      registry.interruptions.push(3_000_000);
      await send();
      expect(registry.blob('team/app', many.digest)?.equals(many.bytes)).toBe(true);
      expect(sent().slice(1)).toEqual([
        ['PUT', '3000000'],
        ['GET', undefined],
        ['PUT', '0'],
      ]);
    });

    it('starts over where the registry does not say, has nothing, or says what cannot be', async () => {
      const answers = [
        registryFault(404, 'BLOB_UPLOAD_UNKNOWN', 'gone'),
        status(204),
        status(204, { range: '0-0' }),
        status(204, { range: '0-3000000' }),
        status(204, { range: '5-1000' }),
        status(500),
      ];
      for (const answer of answers) {
        registry.clear();
        registry.interruptions.push(1_000_000);
        registry.inject(answer, { method: 'GET', times: 1 });
        await send();
        expect(sent().map(([method]) => method)).toEqual(['POST', 'PUT', 'GET', 'POST', 'PUT']);
      }
      expect(registry.blob('team/app', many.digest)?.equals(many.bytes)).toBe(true);
    });

    it('is cancelled when it is given up, or when the source has other bytes', async () => {
      registry.interruptions.push(...Array.from({ length: 5 }, () => 100_000));
      expect((await failure(send())).code).toBe('unreachable');
      expect(registry.log.at(-1)).toMatch(/^DELETE /);
      expect(registry.openUploads).toBe(0);
      registry.interruptions.push(1_000_000);
      const wrong = { ...many, digest: `sha256:${'0'.repeat(64)}` };
      const app = test.repository(`${registry.host}/team/app`);
      const error = await failure(app.uploadBlob(wrong, async () => Readable.from([many.bytes]), never));
      expect(error.code).toBe('digestMismatch');
      expect(registry.openUploads).toBe(0);
    });
  });

  it('is given up after the last repetition', async () => {
    registry.inject(dropped(), { method: 'PUT' });
    expect((await failure(upload())).code).toBe('unreachable');
    expect(opened).toBe(5);
    registry.heal();
    registry.inject(status(500), { method: 'POST' });
    expect((await failure(upload())).code).toBe('unavailable');
    expect(opened).toBe(5);
  });

  it('is refused in the words of the registry', async () => {
    registry.inject(registryFault(403, 'DENIED', 'quota exceeded'), { method: 'PUT' });
    const error = await failure(upload());
    expect(error.code).toBe('denied');
    expect(error.message).toContain('push');
    expect(error.message).toContain('quota exceeded');
    registry.heal();
    registry.inject(status(413, {}, '<html>nginx'), { method: 'PUT' });
    expect((await failure(upload())).line).toContain('client_max_body_size');
  });

  describe('in parts', () => {
    const large = blobOf('x/y', randomBytes(20 * 1024 * 1024 + 7));
    const mebibyte = 1024 * 1024;
    /** No body that is larger is taken. */
    const refuse = (method: string, size: number) =>
      registry.inject(
        async (right) =>
          Number(registry.requests.at(-1)?.headers['content-length']) > size
            ? { status: 413, body: '<html>nginx' }
            : right(),
        { method },
      );
    const refuseAbove = (size: number) => refuse('PUT', size);
    const refuseParts = (size: number) => refuse('PATCH', size);
    const send = (blob = large) =>
      test
        .repository(`${registry.host}/team/app`)
        .uploadBlob(blob, async () => Readable.from([blob.bytes]), never);
    const parts = () =>
      registry.requests
        .filter(({ method }) => method === 'PATCH')
        .map(({ headers }) => headers['content-range']);

    it('goes what is too large for one request, and goes so at once the next time', async () => {
      refuseAbove(17 * mebibyte);
      await send();
      expect(registry.blob('team/app', large.digest)?.equals(large.bytes)).toBe(true);
      expect(parts()).toEqual([`0-${16 * mebibyte - 1}`, `${16 * mebibyte}-${large.size - 1}`]);
      registry.clear();
      await send();
      expect(registry.log.map((line) => line.split(' ')[0])).toEqual(['POST', 'PATCH', 'PATCH', 'PUT']);
      expect(registry.openUploads).toBe(0);
    });

    it('get smaller until they fit', async () => {
      refuseAbove(0);
      refuseParts(mebibyte);
      await send();
      expect(registry.blob('team/app', large.digest)?.equals(large.bytes)).toBe(true);
      expect(parts().slice(-1)).toEqual([`${20 * mebibyte}-${large.size - 1}`]);
    });

    it('are not smaller than the registry wants them', async () => {
      refuseAbove(0);
      refuseParts(mebibyte);
      registry.inject(withHeaders({ 'oci-chunk-min-length': String(4 * mebibyte) }), { method: 'POST' });
      expect((await failure(send())).line).toContain('client_max_body_size');
    });

    it('that fit nowhere are an error that says what to change', async () => {
      refuseAbove(0);
      refuseParts(1000);
      expect((await failure(send())).line).toContain('client_max_body_size');
    });

    it('go on behind those that have arrived when the connection breaks', async () => {
      refuseAbove(0);
      registry.interruptions.push(16 * mebibyte, mebibyte);
      await send();
      expect(registry.blob('team/app', large.digest)?.equals(large.bytes)).toBe(true);
      expect(parts()).toEqual([
        `0-${16 * mebibyte - 1}`,
        `${16 * mebibyte}-${large.size - 1}`,
        `${17 * mebibyte}-${large.size - 1}`,
      ]);
    });

    it('start over when the connection breaks, and are never completed with wrong bytes', async () => {
      refuseAbove(0);
      registry.inject(dropped(), { method: 'PATCH', times: 1 });
      await send();
      expect(registry.blob('team/app', large.digest)?.equals(large.bytes)).toBe(true);
      const wrong = { ...large, digest: `sha256:${'0'.repeat(64)}` };
      registry.clear();
      expect((await failure(send(wrong))).code).toBe('digestMismatch');
      expect(registry.log.filter((line) => line.startsWith('PUT'))).toEqual([]);
      expect(registry.log.at(-1)).toMatch(/^DELETE /);
    });
  });

  it('stays on the scheme of the registry when a proxy gives away the inner one', async () => {
    const inner = registry.host;
    registry.inject(
      async (right) => {
        const reply = await right();
        return {
          ...reply,
          headers: { ...reply.headers, location: `https://${inner}${reply.headers?.location}` },
        };
      },
      { method: 'POST' },
    );
    await upload();
    expect(registry.blob('team/app', blob.digest)).toBeDefined();
  });

  it('needs a place to upload to', async () => {
    for (const location of ['', 'ftp://x/', 'http://']) {
      registry.inject(withHeaders({ location }), { method: 'POST' });
      expect((await failure(upload())).code).toBe('badAnswer');
    }
    registry.inject(() => ({ status: 202 }), { method: 'POST' });
    expect((await failure(upload())).code).toBe('badAnswer');
  });

  it('notices a registry that stored something else', async () => {
    registry.inject(withHeaders({ 'docker-content-digest': `sha256:${'0'.repeat(64)}` }), { method: 'PUT' });
    expect((await failure(upload())).code).toBe('digestMismatch');
  });

  it('gets a new token in the middle', async () => {
    const service = await FakeTokenService.start();
    const guarded = await FakeRegistry.start({ auth: service.gate });
    guarded.inject(
      async (right) => {
        const reply = await right();
        service.revokeAll();
        return reply;
      },
      { method: 'POST', times: 1 },
    );
    await upload(never, guarded.host);
    expect(guarded.blob('team/app', blob.digest)).toBeDefined();
    await guarded.stop();
    await service.stop();
  });

  it('ends at once when the caller gives up, and lets go of the source', async () => {
    const controller = new AbortController();
    let source: Readable | undefined;
    const running = test.repository(`${registry.host}/team/app`).uploadBlob(
      blob,
      async () => {
        source = new Readable({ read() {} });
        source.push(bytes.subarray(0, 1000));
        setTimeout(() => controller.abort(new Error('enough')), 10);
        return source;
      },
      controller.signal,
    );
    await expect(running).rejects.toThrow('enough');
    await new Promise((resolve) => setImmediate(resolve));
    expect(source?.destroyed).toBe(true);
  });

  it('survives a registry that answers and hangs up before it has read the body', async () => {
    // A proxy that has no place for an upload does this: 503 after the headers, then the connection is closed.
    let count = 0;
    const proxy = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (chunk) => {
        const method = chunk.toString('latin1').split(' ')[0];
        if (!/^[A-Z]+$/.test(method ?? '')) return socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
        if (method === 'GET') return socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        if (method === 'POST') {
          return socket.end(
            'HTTP/1.1 202 Accepted\r\nlocation: /up\r\ncontent-length: 0\r\nconnection: close\r\n\r\n',
          );
        }
        count++;
        socket.end(
          `HTTP/1.1 ${count < 3 ? '503 Busy' : '201 Created'}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
        );
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    await upload(never, host).catch((error) => {
      // Whether the answer or the broken pipe is seen first is up to the system: both are repeated.
      expect(['unreachable', 'unavailable']).toContain(error.code);
    });
    expect(count).toBeGreaterThanOrEqual(3);
    await new Promise((resolve) => proxy.close(resolve));
  });
});
