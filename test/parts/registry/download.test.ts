import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { cut, longer, slow, status, tampered, wrongLength } from '../../support/faults.ts';
import { blobOf, mediaTypes } from '../../support/images.ts';
import { bytesOf, failure, never, type TestClient, testClient } from './harness.ts';

const bytes = randomBytes(400_000);
const blob = blobOf(mediaTypes.oci.layer, bytes);
const blobs = { method: 'GET', path: /blobs/ };

describe('the download of a blob', () => {
  let registry: FakeRegistry;
  let test: TestClient;

  beforeEach(async () => {
    registry = await FakeRegistry.start();
    registry.addBlob('team/app', bytes);
    test = testClient();
    await test.client.ping(registry.host, never);
    registry.clear();
  });
  afterEach(async () => {
    await test.client.close();
    await registry.stop();
  });
  const open = (wanted = blob, signal = never) =>
    test.repository(`${registry.host}/team/app`).blob(wanted, signal);
  const whole = async (wanted = blob) => bytesOf(await open(wanted));

  it('goes on where a connection broke', async () => {
    registry.inject(cut(100_000), { ...blobs, times: 2 });
    expect((await whole()).equals(bytes)).toBe(true);
    expect(registry.requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=100000-',
      'bytes=200000-',
    ]);
  });

  it('goes on with a registry that knows no ranges', async () => {
    registry.inject(() => ({ status: 200, body: bytes }), blobs);
    registry.inject(cut(100_000), { ...blobs, times: 1 });
    expect((await whole()).equals(bytes)).toBe(true);
  });

  it('is refused when the registry goes on at another place', async () => {
    registry.inject(
      () => ({ status: 206, headers: { 'content-range': 'bytes 5-9/400000' }, body: bytes.subarray(5) }),
      blobs,
    );
    registry.inject(cut(100_000), { ...blobs, times: 1 });
    expect((await failure(whole())).code).toBe('badAnswer');
  });

  it('is given up when every connection breaks', async () => {
    registry.inject(cut(0), blobs);
    expect((await failure(whole())).code).toBe('unreachable');
    expect(registry.requests.length).toBeLessThan(20);
  });

  it('is repeated after a 5xx in the middle', async () => {
    registry.inject(status(502), { ...blobs, times: 2 });
    registry.inject(cut(100_000), { ...blobs, times: 1 });
    expect((await whole()).equals(bytes)).toBe(true);
  });

  it('fails before the last byte when the content was tampered with', async () => {
    registry.inject(tampered(), blobs);
    let seen = 0;
    const error = await failure(
      (async () => {
        for await (const chunk of await open()) seen += chunk.length;
      })(),
    );
    expect(error.code).toBe('digestMismatch');
    expect(seen).toBeLessThan(bytes.length);
  });

  it('fails when there are more or fewer bytes than the manifest says', async () => {
    expect((await failure(whole({ ...blob, size: bytes.length - 1 }))).message).toContain('more than 399999');
    expect((await failure(whole({ ...blob, size: bytes.length + 1 }))).code).toBe('digestMismatch');
    registry.inject(longer(50_000_000), blobs);
    expect((await failure(whole())).code).toBe('digestMismatch');
  });

  it('fails when the registry lies about the length', async () => {
    registry.inject(wrongLength(1_000_000), { ...blobs, times: 1 });
    // The connection breaks after all bytes came: they are right, so nothing is wrong with the content.
    expect((await whole()).equals(bytes)).toBe(true);
    registry.inject(wrongLength(1_000_000), { ...blobs, times: 1 });
    expect((await failure(whole({ ...blob, size: bytes.length + 1 }))).code).toBe('digestMismatch');
    registry.inject(wrongLength(1000), blobs);
    expect(['unreachable', 'digestMismatch', 'badAnswer']).toContain((await failure(whole())).code);
  });

  it('ends its connection when the reader goes away, even while it waits', async () => {
    registry.inject(cut(100_000), { ...blobs, times: 1 });
    const stream = await open();
    registry.inject(slow(10_000), blobs);
    const closed = new Promise((resolve) => stream.once('close', resolve));
    for await (const _ of stream) break;
    await closed;
    expect(stream.destroyed).toBe(true);
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    registry.inject(slow(10_000), blobs);
    registry.inject(cut(100_000), { ...blobs, times: 1 });
    const reading = bytesOf(await open(blob, controller.signal));
    setTimeout(() => controller.abort(new Error('enough')), 30);
    await expect(reading).rejects.toThrow('enough');
  });

  it('leaves no listener on the signal of a long-lived caller', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    const { signal } = new AbortController();
    for (let count = 0; count < 15; count++) await bytesOf(await open(blob, signal));
    await Promise.all(Array.from({ length: 15 }, async () => bytesOf(await open(blob, signal))));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
