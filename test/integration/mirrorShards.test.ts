import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { digestOf } from '../support/images.ts';
import { putInto, type ServedCatalog, serveCatalog } from '../support/mirrorCatalog.ts';
import { inRoom } from '../support/rooms.ts';

const cli = new URL('../../dist/cli.js', import.meta.url).pathname;
const run = promisify(execFile);

let folder: string;
let source: DockerRegistry;
let destination: DockerRegistry;
let served: ServedCatalog;
beforeEach(async () => {
  folder = temporaryFolder();
  [source, destination] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
  served = await serveCatalog(source.host, putInto(source));
  await operatorMirror('plan', served.index, `docker://${destination.host}/olm`, '-o', 'plan.json');
});
afterEach(async () => {
  await Promise.all([source?.stop(), destination?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ cwd: folder, env: { HOME: folder, PATH: process.env.PATH } });

const operatorMirror = (...argv: readonly string[]) => inRoom(folder, '.', ...argv);

interface Image {
  readonly source: string;
  readonly destination: string;
  readonly digest: string;
  readonly result: string;
}

/** The command of a machine, each in a folder of its own. */
const commandOf = (index: number, plan = 'plan.json') => [
  ...['mirror', '--plan', plan, '--shard', `${index}/3`, '--dir', `machine-${index}`],
  ...['--format', 'json'],
];

async function shard(index: number, plan?: string) {
  mkdirSync(join(folder, `machine-${index}`), { recursive: true });
  const { code, stdout, stderr } = await operatorMirror(...commandOf(index, plan));
  if (stdout === '') throw new Error(`${code}: ${stderr}`);
  const { images, manifests, awaited } = JSON.parse(stdout);
  return { code, stderr, images: images as Image[], manifests, awaited };
}

/** What skopeo, which knows nothing of us, finds of an image. */
async function bySkopeo(image: string): Promise<string> {
  const { stdout } = await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${image}`]);
  return digestOf(Buffer.from(stdout));
}

/** All that the catalog needs is at the destination, and so is the catalog. */
async function expectWhole(images: readonly Image[]): Promise<void> {
  const destinations = new Map(images.map((image) => [image.destination, image.digest]));
  expect(destinations.size).toBe(served.images.size + 1);
  const found = await Promise.all([...destinations.keys()].map(bySkopeo));
  expect(found).toEqual([...destinations.values()]);
  expect(await bySkopeo(`${destination.host}/olm/ns-index:v1`)).toBe(served.indexImage.manifest.digest);
}

it('divides a run among three machines, of which the last one writes the catalog', async () => {
  const shards = await Promise.all([1, 2, 3].map((index) => shard(index)));
  expect(shards.map(({ code, stderr }) => ({ code, stderr: code === 0 ? '' : stderr }))).toEqual(
    [1, 2, 3].map(() => ({ code: 0, stderr: '' })),
  );
  await expectWhole(shards.flatMap(({ images }) => images));
  const contents = [...served.images.values()].map(({ reference }) => reference);
  for (const reference of contents) {
    const copies = shards.flatMap(({ images }) =>
      images.filter(({ source: name, result }) => name === reference && result === 'copied'),
    );
    expect(copies, reference).toHaveLength(1);
  }
  // One that ends last sees the images of all; several may end at the same moment.
  const last = shards.filter(({ manifests }) => manifests !== null);
  expect(last.length).toBeGreaterThan(0);
  for (const { images, manifests, awaited, stderr } of shards) {
    if (manifests === null) {
      expect(awaited).toBeGreaterThan(0);
      expect(stderr).toContain('the shard that ends last writes the catalog');
    } else {
      expect(images).toHaveLength(7);
      expect(stderr).toBe('');
      expect(readdirSync(join(folder, manifests))).toContain('catalogSource.yaml');
    }
  }
});

it('ends when a machine that was killed has gone on', async () => {
  const child = spawn(process.execPath, [cli, ...commandOf(3)], { ...options(), stdio: 'ignore' });
  const ended = once(child, 'exit');
  await Promise.race([sleep(400), ended]);
  child.kill('SIGKILL');
  await ended;
  const first = await shard(1);
  const second = await shard(2);
  const third = await shard(3);
  expect([first, second, third].map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(first).toMatchObject({ manifests: null });
  await expectWhole(third.images);
  expect(existsSync(join(folder, third.manifests, 'report.json'))).toBe(true);
});

it('divides a run into one layout among three processes that write it at the same time', async () => {
  const layout = join(folder, 'layout');
  await operatorMirror('plan', served.index, `oci://${layout}`, '-o', 'disk.json');
  const shards = await Promise.all([1, 2, 3].map((index) => shard(index, 'disk.json')));
  expect(shards.map(({ code, stderr }) => ({ code, stderr: code === 0 ? '' : stderr }))).toEqual(
    [1, 2, 3].map(() => ({ code: 0, stderr: '' })),
  );
  const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  const named = new Map(
    manifests.map((entry: { digest: string; annotations: Record<string, string> }) => [
      entry.annotations['org.opencontainers.image.ref.name'],
      entry.digest,
    ]),
  );
  for (const { reference, image } of served.images.values()) {
    expect(named.get(reference), reference).toBe(image.manifest.digest);
  }
  expect(named.get(served.index)).toBe(served.indexImage.manifest.digest);
  expect(named.size).toBe(served.images.size + 1);
  const blobs = join(layout, 'blobs/sha256');
  for (const name of readdirSync(blobs))
    expect(digestOf(readFileSync(join(blobs, name)))).toBe(`sha256:${name}`);
  expect(readdirSync(layout).filter((name) => name.startsWith('.'))).toEqual([]);
  const verified = await operatorMirror('verify', `oci://${layout}`);
  expect(verified).toMatchObject({ code: 0 });
});
