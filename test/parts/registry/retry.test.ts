import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pause, retryAfter, retrying } from '../../../server/src/registry/retry.ts';
import { FakeRegistry } from '../../support/fakeRegistry.ts';
import { cut, dropped, registryFault, status, wrongLength } from '../../support/faults.ts';
import { testImage } from '../../support/images.ts';
import { failure, never, type TestClient, testClient } from './harness.ts';

const image = testImage();

describe('a request that failed for the moment', () => {
  let registry: FakeRegistry;
  let test: TestClient;
  const now = Date.parse('2026-11-20T10:00:00Z');

  beforeEach(async () => {
    registry = await FakeRegistry.start();
    registry.add('team/app', 'v1', image);
    test = testClient({ now: () => now });
    // The scheme is known from here on, so that only the faults of the test are left to see.
    await test.client.ping(registry.host, never);
  });
  afterEach(async () => {
    await test.client.close();
    await registry.stop();
  });
  const get = () => test.repository(`${registry.host}/team/app`).manifest('v1', never);

  it('is repeated after 5xx, 408 and broken connections, with growing pauses', async () => {
    registry.inject(status(503), { times: 1 });
    registry.inject(status(408), { times: 1 });
    registry.inject(dropped(), { times: 1 });
    registry.inject(cut(10), { times: 1 });
    expect((await get())?.digest).toBe(image.manifest.digest);
    expect(test.pauses).toEqual([188, 375, 750, 1500]);
  });

  it('is given up after the last repetition, with what the registry said', async () => {
    registry.inject(registryFault(503, 'UNAVAILABLE', 'under maintenance'));
    registry.clear();
    const error = await failure(get());
    expect(error.code).toBe('unavailable');
    expect(error.message).toContain('503');
    expect(error.message).toContain('under maintenance');
    expect(registry.requests).toHaveLength(5);
  });

  it('is not repeated when the answer is final', async () => {
    for (const code of [400, 403, 405, 413, 451]) {
      registry.inject(status(code), { times: 1 });
      registry.clear();
      await failure(get());
      expect(registry.requests).toHaveLength(1);
    }
  });

  it('waits as long as Retry-After says, in seconds and as a date', async () => {
    registry.inject(status(429, { 'retry-after': '11' }), { times: 1 });
    await get();
    registry.inject(status(429, { 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT' }), { times: 1 });
    await get();
    expect(test.pauses).toEqual([11_000, 30_000]);
  });

  it('is not waited for longer than a minute: then the person hears of it', async () => {
    registry.inject(status(429, { 'retry-after': '3600' }));
    const error = await failure(get());
    expect(error.code).toBe('rateLimited');
    expect(error.line).toContain('in 3600 s');
    expect(error.line).toContain(`operator-mirror login ${registry.host}`);
    expect(test.pauses).toEqual([]);
  });

  it('is given up when a body is always cut or shorter than its length', async () => {
    registry.inject(cut(10), { path: /manifests/ });
    expect((await failure(get())).code).toBe('unreachable');
    registry.heal();
    registry.inject(wrongLength(100_000), { path: /manifests/ });
    expect((await failure(get())).code).toBe('unreachable');
    expect(test.pauses).toHaveLength(8);
  });

  it('ends at once when the caller gives up', async () => {
    const controller = new AbortController();
    const policy = {
      times: 5,
      random: Math.random,
      now: Date.now,
      elapsed: () => performance.now(),
      sleep: async () => controller.abort('enough'),
    };
    let tries = 0;
    const failing = async () => {
      tries++;
      throw new Error('no');
    };
    await expect(retrying(failing, () => ({ after: 1 }), policy, controller.signal)).rejects.toBe('enough');
    expect(tries).toBe(1);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-20T10:00:00Z');
  it.each([
    ['120', 120_000],
    [' 5 ', 5000],
    ['0', 0],
    ['Fri, 20 Nov 2026 10:01:00 GMT', 60_000],
    ['Fri, 20 Nov 2026 09:00:00 GMT', 0],
    ['Friday, 20-Nov-26 10:00:10 GMT', 10_000],
    ['soon', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %j', (header, milliseconds) => {
    expect(retryAfter(header, now)).toBe(milliseconds);
  });
});

it('a pause is between half and all of its step, and bounded', () => {
  expect(pause(0, () => 0)).toBe(125);
  expect(pause(0, () => 1)).toBe(250);
  expect(pause(50, () => 1)).toBe(8000);
});
