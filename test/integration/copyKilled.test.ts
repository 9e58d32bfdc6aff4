import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { multiArchImage, pushImage, type TestImage, testImage } from '../support/images.ts';
import { RecordingProxy } from './copyProxy.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;

/** A run is killed so often before it may end, and that so often, at each of three destinations: sixty times in all. */
const kills = 5;
const rounds = 4;

const shared = { 'base.bin': randomBytes(1_500_000) };
const images: readonly TestImage[] = Array.from({ length: 8 }, (_, n) => {
  const options = {
    seed: `${n}`,
    layers: [shared, { [`own${n}.bin`]: randomBytes(n % 3 === 0 ? 1_200_000 : 40_000) }],
  };
  return n === 5 ? multiArchImage(options) : testImage(options);
});
const parts = (image: TestImage): string[] => [
  ...image.children.flatMap(parts),
  ...image.blobs.map(({ digest }) => digest),
  image.manifest.digest,
];
const digests = [...new Set(images.flatMap(parts))];

let folder: string;
let source: DockerRegistry;
let destination: DockerRegistry;
let asked: RecordingProxy;
let written: RecordingProxy;
let number = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'operator-mirror-killed-'));
  [source, destination] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
  [asked, written] = await Promise.all([
    RecordingProxy.start(source.url),
    RecordingProxy.start(destination.url),
  ]);
  for (const [n, image] of images.entries()) await pushImage(source.url, 'team/app', `v${n}`, image);
});
beforeEach(() => {
  number = 0;
});
afterAll(async () => {
  await Promise.all([asked, written, source, destination].map((part) => part?.stop()));
  rmSync(folder, { recursive: true, force: true });
});

/** Copies; with a number the process is killed when so many more requests have been answered after the first bytes came. */
async function copy(to: (tag: string) => string, killAfter?: number): Promise<number | null> {
  const mapping = join(folder, 'mapping.txt');
  writeFileSync(mapping, images.map((_, n) => `${asked.host}/team/app:v${n}=${to(`v${n}`)}\n`).join(''));
  const child = spawn(process.execPath, [cli, 'copy', '-f', mapping], { cwd: folder, stdio: 'ignore' });
  let left = killAfter ?? Number.POSITIVE_INFINITY;
  let hasBytes = false;
  const count = (line: string) => {
    hasBytes ||= /^GET \S+\/blobs\//.test(line);
    if (hasBytes && left-- === 0) child.kill('SIGKILL');
  };
  asked.listener = count;
  written.listener = count;
  const [code] = await once(child, 'close');
  await vi.waitFor(() => expect(asked.open + written.open).toBe(0), 10_000);
  return code;
}

/** Another moment of a run each time, and all of them in the end: spread as the multiples of the golden ratio are. */
const nextMoment = (requests: number) => Math.floor(requests * ((++number * 0.618_033_988_75) % 1));

/** Kills runs, lets the last one end, and holds what each asks for to what was complete before. */
async function killed(
  to: (tag: string) => string,
  requests: number,
  complete: () => readonly string[],
): Promise<void> {
  for (let kill = 0; kill <= kills; kill++) {
    const before = complete();
    asked.log.length = 0;
    const code = await copy(to, kill < kills ? nextMoment(requests) : undefined);
    if (kill === kills) expect(code).toBe(0);
    const read = asked.asked(/^GET \S+\/blobs\//).map((line) => /sha256:[0-9a-f]+/.exec(line)?.[0]);
    expect(read.filter((digest) => before.includes(digest ?? ''))).toEqual([]);
  }
}

const digestOfFile = (path: string) =>
  `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;

it('killed at any moment is completed by the same command: a registry', async () => {
  const to = (tag: string) => `${written.host}/mirror/app:${tag}`;
  const storage = join(destination.directory, 'data/docker/registry/v2');
  expect(await copy(to)).toBe(0);
  const requests = asked.log.length + written.log.length;
  for (let round = 0; round < rounds; round++) {
    rmSync(storage, { recursive: true, force: true });
    written.log.length = 0;
    const stored = () => written.asked(/^PUT \S+\/blobs\/uploads\/\S+ 201$/);
    await killed(to, requests, () =>
      stored().map((line) => decodeURIComponent(/digest=([^&\s]+)/.exec(line)?.[1] ?? '')),
    );
    const uploads = stored().map((line) => /digest=([^&\s]+)/.exec(line)?.[1]);
    expect(new Set(uploads).size).toBe(uploads.length);
    for (const digest of digests) {
      const hex = digest.slice(7);
      expect(digestOfFile(join(storage, 'blobs/sha256', hex.slice(0, 2), hex, 'data'))).toBe(digest);
    }
    for (const [n, { manifest }] of images.entries()) {
      const link = join(storage, `repositories/mirror/app/_manifests/tags/v${n}/current/link`);
      expect(readFileSync(link, 'utf8')).toBe(manifest.digest);
    }
  }
}, 300_000);

it('killed at any moment is completed by the same command: a layout', async () => {
  const layout = join(folder, 'layout');
  const blobs = join(layout, 'blobs/sha256');
  const to = (tag: string) => `oci://${layout}:registry.test/app:${tag}`;
  asked.log.length = 0;
  expect(await copy(to)).toBe(0);
  const requests = asked.log.length;
  const files = () => (existsSync(blobs) ? readdirSync(blobs) : []);
  for (let round = 0; round < rounds; round++) {
    rmSync(layout, { recursive: true, force: true });
    await killed(to, requests, () => files().map((name) => `sha256:${name}`));
    expect(files().sort()).toEqual(digests.map((digest) => digest.slice(7)).sort());
    for (const name of files()) expect(digestOfFile(join(blobs, name))).toBe(`sha256:${name}`);
    expect(readdirSync(layout).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
    const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
    const named = manifests.map(({ digest }: { digest: string }) => digest).sort();
    expect(named).toEqual(images.map(({ manifest }) => manifest.digest).sort());
  }
}, 300_000);

it('killed at any moment is completed by the same command: a v2/ folder', async () => {
  const repository = join(folder, 'v2/mirror/app');
  const blobs = join(repository, 'blobs');
  const to = (tag: string) => `file://mirror/app:${tag}`;
  asked.log.length = 0;
  expect(await copy(to)).toBe(0);
  const requests = asked.log.length;
  const files = () => (existsSync(blobs) ? readdirSync(blobs) : []);
  for (let round = 0; round < rounds; round++) {
    rmSync(join(folder, 'v2'), { recursive: true, force: true });
    await killed(to, requests, files);
    expect(files().sort()).toEqual([...digests].sort());
    for (const name of files()) expect(digestOfFile(join(blobs, name))).toBe(name);
    const tags = images.map((_, n) => `v${n}`);
    const manifests = images.flatMap(({ manifest, children }) => [
      manifest.digest,
      ...children.map((child) => child.manifest.digest),
    ]);
    expect(readdirSync(join(repository, 'manifests')).sort()).toEqual([...tags, ...manifests].sort());
    for (const [n, { manifest }] of images.entries()) {
      expect(digestOfFile(join(repository, 'manifests', `v${n}`))).toBe(manifest.digest);
    }
  }
}, 300_000);
