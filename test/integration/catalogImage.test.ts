import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../server/src/catalog/model.ts';
import { parseReference } from '../../server/src/documents/imageReference.ts';
import { findIndexImage, readIndexImage } from '../../server/src/indexImages/indexImage.ts';
import { writeCatalogImage } from '../../server/src/mirror/catalogImage/writeCatalogImage.ts';
import { CopyRun } from '../../server/src/mirror/copy/copyRun.ts';
import { RegistryClient } from '../../server/src/registry/client.ts';
import { openDestination, openSource } from '../../server/src/stores/open.ts';
import { never } from '../parts/registry/harness.ts';
import { configsOf } from '../support/catalogs.ts';
import { DockerRegistry } from '../support/dockerRegistry.ts';
import { temporaryFolder } from '../support/fileStore.ts';
import { digestOf, multiArchImage, pushImage, testImage, testIndex } from '../support/images.ts';
import { configsLabel, databaseLabel, databaseOf } from '../support/indexImages.ts';
import { folder as folderEntry, rawTar } from '../support/rawTar.ts';

const run = promisify(execFile);
const catalogName = 'redhat-operator-index';
const wanted = ['cluster-logging', 'elasticsearch-operator'];

/** A file-based index as `opm generate dockerfile` has it built, with the cache of its catalog. */
const archives = [
  rawTar([
    folderEntry('tmp', '1777'),
    folderEntry('configs', '755'),
    { name: 'etc/os-release', content: 'ubi' },
  ]),
  rawTar([
    ...(configsOf(catalogName) ?? []).map(({ path, text }) => ({ name: `configs/${path}`, content: text })),
    folderEntry('tmp/cache', '777'),
    { name: 'tmp/cache/pogreb.v1/digest', content: '6d52a37961144bb3' },
  ]),
];
const runs = { Entrypoint: ['/bin/opm'], Cmd: ['serve', '/configs', '--cache-dir=/tmp/cache'] };
const fileBased = multiArchImage({ format: 'oci', labels: { [configsLabel]: '/configs' }, archives, runs });
const sqlite = testIndex([
  testImage({
    labels: { [databaseLabel]: '/database/index.db' },
    layers: [{ 'etc/os-release': 'ubi' }, { 'database/index.db': databaseOf(catalogName) }],
  }),
]);

let folder: string;
let first: DockerRegistry;
let second: DockerRegistry;
let client: RegistryClient;
beforeAll(async () => {
  folder = temporaryFolder();
  [first, second] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
  client = new RegistryClient({
    insecure: [],
    environment: { env: {}, home: folder },
    userAgent: 'operator-mirror/test',
  });
  await pushImage(first.url, 'redhat/configs', 'v4.8', fileBased);
  await pushImage(first.url, 'redhat/database', 'v4.8', sqlite);
});
afterAll(async () => {
  await client?.close();
  await Promise.all([first?.stop(), second?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const referenceOf = (text: string) => {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.reference;
};

async function catalogAt(image: string): Promise<Catalog> {
  const reference = referenceOf(image);
  const source = openSource(reference, client);
  const manifest = await findIndexImage(source, reference.digest ?? reference.tag ?? '', never);
  return (await readIndexImage(source, manifest, never)).catalog;
}

/** Writes the wanted packages of an image of the first registry to the second one. */
async function write(name: string) {
  const source = openSource(referenceOf(`${first.host}/redhat/${name}:v4.8`), client);
  const destination = openDestination(referenceOf(`${second.host}/mirror/${name}:v4.8`), client);
  const digest = (await source.resolveTag('v4.8', never)) ?? '';
  const whole = await catalogAt(`${first.host}/redhat/${name}:v4.8`);
  const keep = { ...whole, packages: whole.packages.filter((owner) => wanted.includes(owner.name)) };
  const copying = new CopyRun({ parallelLayers: 4, signal: never, listener: () => {} });
  const outcome = await writeCatalogImage({ source, digest, destination, tags: ['v4.8'], keep }, copying);
  return { keep, outcome, image: `${second.host}/mirror/${name}:v4.8` };
}

const skopeo = async (...words: string[]) =>
  (await run('skopeo', words, { env: { ...process.env, HOME: folder } })).stdout;

describe.each(['configs', 'database'])('a pruned catalog in a registry: %s', (name) => {
  it('is what was selected, for us and for skopeo', async () => {
    const { keep, outcome, image } = await write(name);
    expect(outcome.result).toBe('copied');
    expect((await catalogAt(image)).packages).toEqual(keep.packages);
    const raw = await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${image}`);
    expect(digestOf(Buffer.from(raw))).toBe(outcome.digest);
    const copy = `dir:${join(folder, name)}`;
    await skopeo('copy', '--all', '--preserve-digests', '--src-tls-verify=false', `docker://${image}`, copy);
    expect(digestOf(readFileSync(join(folder, name, 'manifest.json')))).toBe(outcome.digest);
  });

  it('is the same again, and nothing is written', async () => {
    const { outcome } = await write(name);
    expect((await write(name)).outcome).toMatchObject({ result: 'skipped', digest: outcome.digest });
  });
});

it('unpacks to a folder with the selection alone, without the cache, and with a /tmp for everybody', async () => {
  const { image, keep } = await write('configs');
  const [root, state] = [join(folder, 'root'), join(folder, 'state')];
  const storage = `containers-storage:[vfs@${root}+${state}]localhost/catalog:it`;
  await skopeo('copy', '--src-tls-verify=false', `docker://${image}`, storage);
  const [{ layer }] = JSON.parse(readFileSync(join(root, 'vfs-images', 'images.json'), 'utf8'));
  const unpacked = join(root, 'vfs', 'dir', layer);
  expect(readdirSync(join(unpacked, 'configs')).sort()).toEqual(keep.packages.map(({ name }) => name));
  expect(readdirSync(join(unpacked, 'tmp'))).toEqual([]);
  expect(statSync(join(unpacked, 'tmp')).mode & 0o7777).toBe(0o1777);
  expect(existsSync(join(unpacked, 'etc', 'os-release'))).toBe(true);
});
