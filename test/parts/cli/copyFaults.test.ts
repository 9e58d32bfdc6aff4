import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeTokenService } from '../../support/fakeAuth.ts';
import { FakeRegistry, type FakeRegistryOptions } from '../../support/fakeRegistry.ts';
import { cut, held, registryFault, status } from '../../support/faults.ts';
import { testImage } from '../../support/images.ts';
import { CommandLine } from './copyHarness.ts';

/** What goes wrong while a copy runs ends in a complete copy, or in one that says what is missing. */
let source: FakeRegistry;
let destination: FakeRegistry;
let line: CommandLine;
const cleanups: (() => unknown)[] = [];

const start = async (options: FakeRegistryOptions = {}) => {
  const registry = await FakeRegistry.start(options);
  cleanups.push(() => registry.stop());
  return registry;
};

beforeEach(async () => {
  [source, destination] = await Promise.all([start(), start()]);
  line = new CommandLine();
  cleanups.push(() => line.remove());
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const images = Array.from({ length: 12 }, (_, n) => testImage({ seed: String(n) }));

/** Puts all images into a registry, and gives the lines that bring them from there to the destination. */
function linesOf(registry: FakeRegistry, namespace = 'team', some = images): string[] {
  return some.map((image, n) => {
    registry.add(`${namespace}/a${n}`, 'v1', image);
    return `${registry.host}/${namespace}/a${n}:v1=${destination.host}/${namespace}/a${n}:v1`;
  });
}

async function copy(lines: readonly string[], ...options: string[]) {
  const path = line.write('mapping.txt', `${lines.join('\n')}\n`);
  const { code, stdout, stderr } = await line.run('copy', '-f', path, '--format', 'json', ...options);
  return { code, stderr, ...JSON.parse(stdout) };
}

const isThere = (n: number, namespace = 'team') =>
  destination.manifest(`${namespace}/a${n}`, 'v1') !== undefined;

it.each([
  ['a number of seconds', '0'],
  ['a date', new Date(0).toUTCString()],
])('429 with %s is waited for, whatever was asked', async (_form, after) => {
  const lines = linesOf(source);
  for (const registry of [source, destination]) {
    for (const method of ['HEAD', 'GET', 'POST', 'PUT']) {
      registry.inject(status(429, { 'retry-after': after }), { method, times: 4 });
    }
  }
  expect((await copy(lines)).summary).toMatchObject({ copied: 12, failed: 0 });
});

it('a registry that takes three requests at a time gets hardly more', async () => {
  const lines = linesOf(source);
  let now = 0;
  let refused = 0;
  destination.inject(async (right) => {
    if (now >= 3) {
      refused++;
      return { status: 429 };
    }
    now++;
    try {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return await right();
    } finally {
      now--;
    }
  });
  expect((await copy(lines, '--retry-times', '10')).summary).toMatchObject({ copied: 12, failed: 0 });
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(destination.log.length / 2);
});

it('a source that gives nothing for a while holds up no image of another one', async () => {
  const other = await start();
  // What both have would be moved once, from one of them.
  const layers = (n: number) => [{ 'own.txt': `fast ${n}` }];
  const others = images.map((_, n) => testImage({ seed: `fast ${n}`, layers: layers(n) }));
  const { fault, release } = held();
  source.inject(fault, { path: /blobs/ });
  const running = copy([...linesOf(source, 'slow'), ...linesOf(other, 'fast', others)]);
  await expect.poll(() => images.every((_, n) => isThere(n, 'fast')), { timeout: 30_000 }).toBe(true);
  expect(images.some((_, n) => isThere(n, 'slow'))).toBe(false);
  release();
  expect((await running).summary).toMatchObject({ copied: 24, failed: 0 });
});

it('an image that is deleted at its source meanwhile fails alone, and has no name at the destination', async () => {
  const lines = linesOf(source);
  source.inject(registryFault(404, 'BLOB_UNKNOWN', 'blob unknown to registry'), {
    path: new RegExp(images[7]?.blobs[0]?.digest ?? ''),
  });
  const { code, summary, stderr } = await copy(lines);
  expect(code).toBe(1);
  expect(summary).toMatchObject({ copied: 11, failed: 1 });
  expect(stderr).toContain(':8:1: error: source: ');
  expect(images.map((_, n) => isThere(n))).toEqual(images.map((_, n) => n !== 7));
});

it('a tag that moves at its source meanwhile is copied as it was, whole, and reported by its digest', async () => {
  const lines = linesOf(source);
  source.inject(
    (right) => {
      source.add('team/a0', 'v1', testImage({ seed: 'moved' }));
      return right();
    },
    { path: /team\/a0\/blobs/ },
  );
  const { summary, images: reported } = await copy(lines);
  expect(summary).toMatchObject({ copied: 12, failed: 0 });
  expect(reported[0].digest).toBe(images[0]?.manifest.digest);
  expect(destination.manifest('team/a0', 'v1')?.bytes.equals(images[0]?.manifest.bytes ?? Buffer.of())).toBe(
    true,
  );
});

it('a token that ends in the middle of a blob is renewed for the rest of it', async () => {
  const service = await FakeTokenService.start({ users: { anna: 'secret' } });
  cleanups.push(() => service.stop());
  source = await start({ auth: service.gate });
  const image = testImage({ layers: [{ 'big.bin': randomBytes(300_000) }] });
  source.add('big/app', 'v1', image);
  const breakOff = cut(100_000);
  source.inject(
    async (right) => {
      const reply = await breakOff(right);
      service.revokeAll();
      return reply;
    },
    { method: 'GET', path: new RegExp(image.blobs[1]?.digest ?? ''), times: 1 },
  );
  const auth = Buffer.from('anna:secret').toString('base64');
  const authFile = line.write('auth.json', JSON.stringify({ auths: { [source.host]: { auth } } }));
  const { summary } = await copy(
    [`${source.host}/big/app:v1=${destination.host}/big/app:v1`],
    '--authfile',
    authFile,
  );
  expect(summary).toMatchObject({ copied: 1, failed: 0 });
  const parts = source.requests.filter(({ path }) => path.includes(image.blobs[1]?.digest ?? ''));
  expect(parts.map(({ headers }) => headers.range).at(-1)).toMatch(/^bytes=\d{5,}-$/);
});
