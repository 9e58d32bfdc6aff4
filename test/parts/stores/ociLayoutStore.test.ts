import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CopyOutcome, copyImage } from '../../../server/src/mirror/copy/copyImage.ts';
import { CopyRun } from '../../../server/src/mirror/copy/copyRun.ts';
import { OciLayout } from '../../../server/src/stores/ociLayout.ts';
import { OciLayoutStore } from '../../../server/src/stores/ociLayoutStore.ts';
import { temporaryFolder, treeOf } from '../../support/fileStore.ts';
import { digestOf, multiArchImage, type TestBlob, type TestImage, testImage } from '../../support/images.ts';
import { layoutImages } from '../../support/layoutImages.ts';
import { MemoryPlace } from '../../support/memoryStore.ts';
import { blobPath, writeLayout } from '../../support/ociLayout.ts';
import { failure, never } from '../registry/harness.ts';

const writer = join(import.meta.dirname, '../../support/layoutWriter.ts');

let folder: string;
let source: MemoryPlace;
beforeEach(() => {
  folder = join(temporaryFolder(), 'layout');
  source = new MemoryPlace('quay.io');
});
afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

const index = multiArchImage({ seed: 'index', format: 'oci' });
const docker = testImage({ seed: 'docker', format: 'docker' });
const [config, layer] = docker.blobs as [TestBlob, TestBlob];

/** Copies an image to the layout, in a run of its own. */
function copy(image: TestImage, name: string, store = new OciLayoutStore(folder)): Promise<CopyOutcome> {
  source.add('team/app', undefined, image);
  const request = {
    source: source.store('team/app'),
    reference: image.manifest.digest,
    destination: store,
    tags: [name],
  };
  return copyImage(request, new CopyRun({ parallelLayers: 4, signal: never, listener: () => {} }));
}

/** The names in `index.json` and what they name, in its order. */
function namesIn(layout = folder): [name: unknown, digest: string][] {
  const { manifests } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'));
  return manifests.map(
    ({ annotations, digest }: { annotations?: Record<string, unknown>; digest: string }) => [
      annotations?.['org.opencontainers.image.ref.name'],
      digest,
    ],
  );
}

/** Every file of the layout is one that belongs there, and every blob has its digest. */
function expectSound(layout = folder): void {
  expect(readdirSync(layout).sort()).toEqual(['blobs', 'index.json', 'oci-layout']);
  const blobs = join(layout, 'blobs/sha256');
  for (const name of readdirSync(blobs)) {
    expect(digestOf(readFileSync(join(blobs, name)))).toBe(`sha256:${name}`);
  }
}

describe('a layout that is written', () => {
  it('holds all images in one, each blob once, under their original references, to the byte', async () => {
    expect(await copy(index, 'quay.io/team/app:v1')).toMatchObject({ result: 'copied' });
    expect(await copy(docker, 'quay.io/team/docker:v1')).toMatchObject({ result: 'copied' });
    expect(JSON.parse(readFileSync(join(folder, 'oci-layout'), 'utf8'))).toEqual({
      imageLayoutVersion: '1.0.0',
    });
    expect(namesIn()).toEqual([
      ['quay.io/team/app:v1', index.manifest.digest],
      ['quay.io/team/docker:v1', docker.manifest.digest],
    ]);
    expectSound();
    const images = [index, ...index.children, docker];
    const digests = images.flatMap(({ manifest, blobs }) => [manifest, ...blobs]).map(({ digest }) => digest);
    expect(readdirSync(join(folder, 'blobs/sha256')).length).toBe(new Set(digests).size);
    // What was Docker's stays Docker's.
    const manifest = await new OciLayout(folder).getManifest('quay.io/team/docker:v1', never);
    expect(manifest?.mediaType).toBe(docker.manifest.mediaType);
    expect(statSync(blobPath(folder, config.digest)).mode & 0o777).toBe(0o644 & ~process.umask());
  });

  it('is left alone when all is there already', async () => {
    await copy(index, 'quay.io/team/app:v1');
    const before = treeOf(folder);
    expect(await copy(index, 'quay.io/team/app:v1')).toMatchObject({ result: 'skipped' });
    expect(treeOf(folder)).toEqual(before);
    // Under another name it is a name more, and no bytes.
    source.log.length = 0;
    expect(await copy(index, 'registry.redhat.io/team/app:v1')).toMatchObject({ result: 'copied' });
    expect(source.log.filter(({ what }) => what === 'getBlob')).toEqual([]);
    expect(namesIn().length).toBe(2);
  });

  it('keeps what others have written into its index, and moves a name', async () => {
    writeLayout(folder, [{ name: 'latest', image: testImage({ seed: 'skopeo', format: 'oci' }) }]);
    const path = join(folder, 'index.json');
    const theirs = { ...JSON.parse(readFileSync(path, 'utf8')), annotations: { 'org.example': 'kept' } };
    theirs.manifests[0].platform = { os: 'linux', architecture: 'arm64' };
    writeFileSync(path, JSON.stringify(theirs, undefined, 2));
    await copy(index, 'quay.io/team/app:v1');
    await copy(docker, 'quay.io/team/app:v1');
    const now = JSON.parse(readFileSync(path, 'utf8'));
    expect(now.annotations).toEqual({ 'org.example': 'kept' });
    expect(now.manifests[0]).toEqual(theirs.manifests[0]);
    expect(namesIn().slice(1)).toEqual([['quay.io/team/app:v1', docker.manifest.digest]]);
  });

  it('loses no name when other tools write it at the same time', async () => {
    const store = new OciLayoutStore(folder);
    const images = layoutImages(0, 30);
    // They read the whole file and put another one in its place, and know nothing of locks.
    let theirs = 0;
    const others = async () => {
      while (theirs < 5) {
        await sleep(3);
        const path = join(folder, 'index.json');
        if (!existsSync(path)) continue;
        const json = JSON.parse(readFileSync(path, 'utf8'));
        const { mediaType, digest, size } = docker.manifest;
        const annotations = { 'org.opencontainers.image.ref.name': `theirs${theirs++}` };
        json.manifests.push({ mediaType, digest, size, annotations });
        writeFileSync(path, JSON.stringify(json));
      }
    };
    await copy(docker, 'quay.io/team/docker:v1', store);
    const written = others();
    for (const { name, image } of images) await copy(image, name, store);
    await written;
    const names = namesIn().map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(images.map(({ name }) => name)));
    expect(names).toEqual(expect.arrayContaining(['theirs0', 'theirs1', 'theirs2', 'theirs3', 'theirs4']));
  });

  it('waits for a tool that is writing over its index', async () => {
    await copy(docker, 'quay.io/team/docker:v1');
    const path = join(folder, 'index.json');
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, whole.slice(0, 20));
    const done = sleep(50).then(() => writeFileSync(path, whole));
    await copy(index, 'quay.io/team/app:v1');
    await done;
    expect(namesIn().map(([name]) => name)).toEqual(['quay.io/team/docker:v1', 'quay.io/team/app:v1']);
  });

  it('refuses a manifest before what it names is there', async () => {
    const store = new OciLayoutStore(folder);
    const error = await failure(store.putManifest(docker.manifest, ['quay.io/team/docker:v1'], never));
    expect(error.code).toBe('blobUnknown');
    expect(existsSync(join(folder, 'index.json'))).toBe(false);
  });

  it('refuses content with another digest, and leaves nothing of it', async () => {
    const store = new OciLayoutStore(folder);
    const wrong = async () => Readable.from([Buffer.alloc(layer.size)]);
    expect((await failure(store.putBlob(layer, wrong, never))).code).toBe('digestMismatch');
    expect(readdirSync(join(folder, 'blobs/sha256'))).toEqual([]);
  });
});

describe('a layout that is damaged', () => {
  beforeEach(async () => {
    await copy(docker, 'quay.io/team/docker:v1');
    await copy(index, 'quay.io/team/app:v1');
  });

  const [child] = index.children as [TestImage];
  const damages: [string, (layout: string) => void][] = [
    ['a layer that is cut', (layout) => writeFileSync(blobPath(layout, layer.digest), 'cut')],
    ['a layer that is longer', (layout) => appendFileSync(blobPath(layout, layer.digest), 'more')],
    ['a layer that is gone', (layout) => rmSync(blobPath(layout, layer.digest))],
    [
      'a manifest of another content',
      (layout) => writeFileSync(blobPath(layout, docker.manifest.digest), '{}'),
    ],
    ['a child that is gone', (layout) => rmSync(blobPath(layout, child.manifest.digest))],
    ['a child without its config', (layout) => rmSync(blobPath(layout, child.blobs[0]?.digest ?? ''))],
  ];
  it.each(damages)('is mended by the same copy: %s', async (_, damage) => {
    damage(folder);
    const results = [await copy(docker, 'quay.io/team/docker:v1'), await copy(index, 'quay.io/team/app:v1')];
    expect(results.map(({ result }) => result).sort()).toEqual(['copied', 'skipped']);
    expectSound();
  });

  it('has a blob of the right size and other content, which is written again when an image needs it', async () => {
    const path = blobPath(folder, config.digest);
    writeFileSync(path, Buffer.alloc(config.size, 'x'));
    rmSync(blobPath(folder, layer.digest));
    await copy(docker, 'quay.io/team/docker:v1');
    expectSound();
  });

  it('is not written where its index cannot be read', async () => {
    writeFileSync(join(folder, 'index.json'), 'no JSON');
    const error = await failure(copy(testImage({ seed: 'new' }), 'quay.io/team/new:v1'));
    expect(error).toMatchObject({ code: 'damaged', side: 'destination' });
    expect(readFileSync(join(folder, 'index.json'), 'utf8')).toBe('no JSON');
  });

  it('is written nowhere else, wherever links in it lead', async () => {
    const elsewhere = join(dirname(folder), 'elsewhere');
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, 'file'), 'theirs');
    // A file is replaced, and not what it leads to.
    const path = blobPath(folder, layer.digest);
    rmSync(path);
    symlinkSync(join(elsewhere, 'file'), path);
    await copy(docker, 'quay.io/team/docker:v1');
    expectSound();
    // A folder is refused.
    rmSync(join(folder, 'blobs/sha256'), { recursive: true });
    symlinkSync(elsewhere, join(folder, 'blobs/sha256'));
    const error = await failure(copy(docker, 'quay.io/team/docker:v1'));
    expect(error.line).toContain('leads out of the store');
    expect(readFileSync(join(elsewhere, 'file'), 'utf8')).toBe('theirs');
    expect(readdirSync(elsewhere)).toEqual(['file']);
  });

  it('leads to an index elsewhere, which is neither read nor written', async () => {
    const elsewhere = join(dirname(folder), 'index.json');
    writeFileSync(elsewhere, '{"manifests":[]}');
    rmSync(join(folder, 'index.json'));
    symlinkSync(elsewhere, join(folder, 'index.json'));
    const error = await failure(copy(docker, 'quay.io/team/docker:v1'));
    expect(error.line).toContain('leads out of');
    expect(readFileSync(elsewhere, 'utf8')).toBe('{"manifests":[]}');
  });
});

describe('runs into one layout', () => {
  const write = (from: number, to: number) =>
    spawn(process.execPath, ['--no-warnings', writer, folder, `${from}`, `${to}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it('at the same time keep the names of each other', async () => {
    const runs = [write(0, 40), write(20, 60), write(50, 90)];
    const codes = await Promise.all(runs.map(async (run) => (await once(run, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0]);
    const wanted = layoutImages(0, 90).map(({ name, image }) => [name, image.manifest.digest]);
    expect(namesIn().sort()).toEqual(wanted.sort());
    expectSound();
  });

  it('are killed at any moment, and the next one completes what they left', async () => {
    const images = layoutImages(0, 60);
    let killed = 0;
    for (let round = 0; round < 12; round++) {
      const run = write(0, 60);
      await once(run.stdout, 'data');
      await sleep(randomInt(0, 120));
      if (run.kill('SIGKILL')) killed++;
      await once(run, 'exit');
      // Whatever has a name is whole at every moment.
      if (!existsSync(join(folder, 'index.json'))) continue;
      const store = new OciLayout(folder);
      for (const [name, digest] of namesIn()) {
        expect(await store.resolveTag(String(name), never)).toBe(digest);
        const image = images.find((each) => each.name === name)?.image;
        for (const { digest: part } of image?.blobs ?? [])
          expect(await store.hasBlob(part, never)).toBe(true);
      }
    }
    expect(killed).toBeGreaterThan(6);
    expect((await once(write(0, 60), 'exit'))[0]).toBe(0);
    const wanted = images.map(({ name, image }) => [name, image.manifest.digest]);
    expect(namesIn().sort()).toEqual(wanted.sort());
    expectSound();
  });
});
