import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../../server/src/catalog/model.ts';
import { selectFrom } from '../../../../server/src/catalog/selection.ts';
import { findIndexImage, readIndexImage } from '../../../../server/src/indexImages/indexImage.ts';
import { layerEntries, usualBudget } from '../../../../server/src/indexImages/layerEntries.ts';
import type { ImageStore } from '../../../../server/src/stores/imageStore.ts';
import { configsOf } from '../../../support/catalogs.ts';
import {
  blobOf,
  digestOf,
  type Format,
  mediaTypes,
  multiArchImage,
  type TestImage,
  testImage,
  testIndex,
} from '../../../support/images.ts';
import {
  configsImage,
  configsLabel,
  configsLayer,
  databaseLabel,
  databaseOf,
  packageText,
  readImage,
} from '../../../support/indexImages.ts';
import { MemoryPlace } from '../../../support/memoryStore.ts';
import { folder, rawTar, symlink } from '../../../support/rawTar.ts';
import { tar } from '../../../support/tar.ts';
import { never } from '../../registry/harness.ts';
import { keepAll, writePruned } from './harness.ts';

const catalogName = 'redhat-operator-index';
const packages = ['cluster-logging', 'elasticsearch-operator'];

function keepOf(names: readonly string[]): Catalog {
  const catalog = fileBasedCatalog(configsOf(catalogName) ?? []);
  return selectFrom(catalog, { full: true, packages: names.map((name) => ({ name })) }).catalog;
}

const options = (format: Format) => ({
  format,
  labels: { [configsLabel]: '/configs' },
  layers: [{ 'etc/os-release': 'ubi' }, configsLayer(catalogName)],
});

/** What a store has under a tag or digest, as JSON. */
async function manifestOf(store: ImageStore, tagOrDigest: string) {
  return JSON.parse(Buffer.from((await store.getManifest(tagOrDigest, never))?.bytes ?? []).toString());
}

async function blobIn(store: ImageStore, descriptor: { digest: string; size: number }): Promise<Buffer> {
  const chunks = await (await store.getBlob({ mediaType: '', ...descriptor }, never)).toArray();
  return Buffer.concat(chunks);
}

/** The config of an image, and the entries of the layers that it has more than another. */
async function added(store: ImageStore, tagOrDigest: string, image: TestImage) {
  const manifest = await manifestOf(store, tagOrDigest);
  const config = JSON.parse((await blobIn(store, manifest.config)).toString());
  const old = JSON.parse(image.manifest.bytes.toString());
  expect(manifest.layers.slice(0, old.layers.length)).toEqual(old.layers);
  const layers: Buffer[] = [];
  for (const layer of manifest.layers.slice(old.layers.length)) layers.push(await blobIn(store, layer));
  const entries = await Promise.all(layers.map(entriesOf));
  return { manifest, config, layers, entries, old };
}

/** `path mode`, with a slash behind a folder. */
async function entriesOf(layer: Buffer): Promise<string[]> {
  const found: string[] = [];
  const bytes = (async function* () {
    yield layer;
  })();
  for await (const { path, type, owner } of layerEntries({ name: 'layer', bytes }, usualBudget())) {
    found.push(`${path}${type === 'directory' ? '/' : ''} ${owner.mode.toString(8)}`);
  }
  return found;
}

describe('a pruned catalog image', () => {
  it.each(['docker', 'oci'] as const)(
    'has the selection and nothing else on each platform: %s',
    async (format) => {
      const keep = keepOf(packages);
      const { outcome, destination } = await writePruned(multiArchImage(options(format)), keep);
      expect(await destination.resolveTag('v1', never)).toBe(outcome.digest);
      const index = await manifestOf(destination, 'v1');
      expect(index.manifests).toHaveLength(4);
      const layers = new Set<string>();
      for (const { digest } of index.manifests) {
        const manifest = await findIndexImage(destination, digest, never);
        expect(manifest.mediaType).toBe(mediaTypes[format].manifest);
        const { catalog, form } = await readIndexImage(destination, manifest, never);
        expect(form).toBe('file-based');
        expect(catalog.packages).toEqual(keep.packages);
        for (const layer of (await manifestOf(destination, digest)).layers) {
          expect(layer.mediaType).toBe(mediaTypes[format].layer);
          layers.add(layer.digest);
        }
      }
      expect(layers.size).toBe(4);
    },
  );

  it('has a database in the place of the one that was there', async () => {
    const image = testImage({
      labels: { [databaseLabel]: '/database/index.db' },
      layers: [{ 'etc/os-release': 'ubi' }, { 'database/index.db': databaseOf(catalogName) }],
    });
    const whole = (await readImage(image)).catalog;
    const keep = { ...whole, packages: whole.packages.filter(({ name }) => packages.includes(name)) };
    const { destination, outcome } = await writePruned(image, keep);
    const manifest = await findIndexImage(destination, outcome.digest, never);
    expect(await readIndexImage(destination, manifest, never)).toEqual({ catalog: keep, form: 'sqlite' });
    expect((await added(destination, 'v1', image)).entries).toEqual([
      ['database/ 755', 'database/index.db 644'],
    ]);
    expect((await writePruned(image, keep)).outcome.digest).toBe(outcome.digest);
  });

  it('is the same each time, whatever the order of the files was', async () => {
    const files = { 'configs/a.json': packageText('a'), 'configs/b.json': packageText('b') };
    const turned = Object.fromEntries(Object.entries(files).reverse());
    const layersOf = async (layer: Record<string, string>) => {
      const image = configsImage({ layers: [layer] });
      const { destination } = await writePruned(image, await keepAll(image));
      return (await added(destination, 'v1', image)).layers.map(digestOf);
    };
    const layers = await layersOf(files);
    expect(layers).toHaveLength(2);
    expect(await layersOf(files)).toEqual(layers);
    expect(await layersOf(turned)).toEqual(layers);
  });

  it('says the truth of its layers, and the rest of the old image', async () => {
    const image = configsImage({
      layers: [{ 'etc/os-release': 'ubi' }, { 'configs/a.json': packageText('a') }],
    });
    const { destination } = await writePruned(image, await keepAll(image));
    const { config, layers, old, manifest } = await added(destination, 'v1', image);
    const before = JSON.parse(image.blobs[0]!.bytes.toString());
    expect(config.rootfs.diff_ids).toEqual([
      ...before.rootfs.diff_ids,
      ...layers.map((layer) => digestOf(gunzipSync(layer))),
    ]);
    expect(config.history).toHaveLength(config.rootfs.diff_ids.length);
    expect({ ...config, rootfs: 0, history: 0 }).toEqual({ ...before, rootfs: 0, history: 0 });
    expect({ ...manifest, config: 0, layers: 0 }).toEqual({ ...old, config: 0, layers: 0 });
    // No time, and no system. https://www.rfc-editor.org/rfc/rfc1952
    for (const layer of layers) expect(layer.subarray(4, 10).toString('hex')).toMatch(/^00000000..ff$/);
  });

  it('keeps what its list says of each platform, and leaves out what is about the old images', async () => {
    const children = ['amd64', 'arm64'].map((architecture) =>
      configsImage({
        layers: [{ 'configs/a.json': packageText('a') }],
        platform: { os: 'linux', architecture },
      }),
    );
    const list = testIndex([
      ...children,
      testImage({ platform: { os: 'unknown', architecture: 'unknown' } }),
    ]);
    const value = JSON.parse(list.manifest.bytes.toString());
    value.annotations = { who: 'us' };
    value.manifests[0].annotations = { what: 'one' };
    value.manifests[0].data = 'AAAA';
    const bytes = Buffer.from(JSON.stringify(value));
    const image = { ...list, manifest: blobOf(list.manifest.mediaType, bytes) };
    const { destination } = await writePruned(image, await keepAll(children[0]!));
    const index = await manifestOf(destination, 'v1');
    expect(index).toMatchObject({ annotations: { who: 'us' }, mediaType: value.mediaType });
    expect(index.manifests.map(({ digest: _, size: __, ...rest }: Record<string, unknown>) => rest)).toEqual([
      {
        mediaType: mediaTypes.docker.manifest,
        platform: children[0]!.platform,
        annotations: { what: 'one' },
      },
      { mediaType: mediaTypes.docker.manifest, platform: children[1]!.platform },
    ]);
  });

  it('moves nothing but what is new where its layers are', async () => {
    const registry = new MemoryPlace('registry.example');
    const image = configsImage({
      layers: [{ 'etc/os-release': 'ubi' }, { 'configs/a.json': packageText('a') }],
    });
    const keep = await keepAll(image);
    const { outcome } = await writePruned(image, keep, { from: registry, to: registry });
    // The config and two layers.
    expect(outcome).toMatchObject({ result: 'copied', blobs: { moved: 3, mounted: 2 } });
    const again = await writePruned(image, keep, { from: registry, to: registry });
    expect(again.outcome).toMatchObject({ result: 'skipped', digest: outcome.digest });
  });
});

describe('the layers of a pruned catalog image', () => {
  const runs = { Entrypoint: ['/bin/opm'], Cmd: ['serve', '/configs', '--cache-dir=/tmp/cache'] };
  const catalog = { name: 'configs/a.json', content: packageText('a') };

  it('take out the catalog and its cache, and leave the folders round them as they are', async () => {
    const cache = { name: 'tmp/cache/pogreb.v1/digest', content: '0' };
    const archives = [
      rawTar([folder('tmp', '1777'), folder('configs', '750')]),
      rawTar([catalog, folder('tmp/cache', '777'), cache]),
    ];
    const image = configsImage({ archives, runs });
    const { destination } = await writePruned(image, await keepAll(image));
    const { entries, config } = await added(destination, 'v1', image);
    expect(entries).toEqual([
      ['.wh.configs 644', 'tmp/ 1777', 'tmp/.wh.cache 644'],
      ['configs/ 750', 'configs/a/ 755', 'configs/a/catalog.json 644'],
    ]);
    expect(config.config).toMatchObject({ Entrypoint: ['/bin/opm'], Cmd: ['serve', '/configs'] });
  });

  it('leave out a cache that is not there', async () => {
    const image = configsImage({ archives: [rawTar([folder('tmp', '1777'), catalog])], runs });
    const { destination } = await writePruned(image, await keepAll(image));
    expect((await added(destination, 'v1', image)).entries[0]).toEqual(['.wh.configs 644']);
  });

  it('are where the label leads', async () => {
    const archives = [
      rawTar([
        { name: 'data/v1/a.json', content: packageText('a') },
        symlink('opt', 'data'),
        symlink('data/c', 'v1'),
      ]),
    ];
    const image = configsImage({ archives, labels: { [configsLabel]: '/opt/c/' } });
    const keep = await keepAll(image);
    const { destination } = await writePruned(image, keep);
    expect((await added(destination, 'v1', image)).entries).toEqual([
      ['data/ 755', 'data/.wh.v1 644'],
      ['data/ 755', 'data/v1/ 755', 'data/v1/a/ 755', 'data/v1/a/catalog.json 644'],
    ]);
    const manifest = await findIndexImage(destination, 'v1', never);
    expect((await readIndexImage(destination, manifest, never)).catalog.packages).toEqual(keep.packages);
  });

  it('have what .indexignore leaves, each package in a file of its own, and whatever is of none', async () => {
    const image = configsImage({
      archives: [
        tar({ 'configs/hidden.json': packageText('hidden'), 'configs/gone.json': packageText('gone') }),
        tar({
          'configs/.wh.gone.json': '',
          'configs/.indexignore': 'hidden.json',
          'configs/sub/two.json': `${packageText('b')}\n${packageText('a')}`,
          'configs/one.yaml': 'schema: mine\n---\nschema: more\npackage: a\n',
          'configs/..strange.json': packageText('../../etc'),
        }),
      ],
    });
    const keep = await keepAll(image);
    expect(keep.packages.map(({ name }) => name)).toEqual(['../../etc', 'a', 'b']);
    const { destination } = await writePruned(image, keep);
    expect((await added(destination, 'v1', image)).entries[1]).toEqual([
      'configs/ 755',
      'configs/%2e.%2f..%2fetc/ 755',
      'configs/%2e.%2f..%2fetc/catalog.json 644',
      'configs/a/ 755',
      'configs/a/catalog.json 644',
      'configs/a/catalog.yaml 644',
      'configs/b/ 755',
      'configs/b/catalog.json 644',
      'configs/catalog.yaml 644',
    ]);
    const manifest = await findIndexImage(destination, 'v1', never);
    const { packages, others } = (await readIndexImage(destination, manifest, never)).catalog;
    expect(packages).toEqual(keep.packages);
    expect(others.map(({ schema }) => schema).sort()).toEqual(['mine', 'more']);
  });
});
