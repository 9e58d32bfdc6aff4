import { describe, expect, it } from 'vitest';
import { fileBasedCatalog } from '../../../../server/src/catalog/fileBased.ts';
import type { Catalog } from '../../../../server/src/catalog/model.ts';
import { selectFrom } from '../../../../server/src/catalog/selection.ts';
import { findIndexImage, readIndexImage } from '../../../../server/src/indexImages/indexImage.ts';
import { writeCatalogImage } from '../../../../server/src/mirror/catalogImage/writeCatalogImage.ts';
import { CopyRun } from '../../../../server/src/mirror/copy/copyImage.ts';
import { configsOf } from '../../../support/catalogs.ts';
import { type Format, multiArchImage, type TestImage, testImage } from '../../../support/images.ts';
import {
  configsLabel,
  configsLayer,
  databaseLabel,
  databaseOf,
  readImage,
} from '../../../support/indexImages.ts';
import { MemoryPlace } from '../../../support/memoryStore.ts';

const { signal } = new AbortController();
const catalogName = 'redhat-operator-index';
const packages = ['cluster-logging', 'elasticsearch-operator'];

function newRun(): CopyRun {
  return new CopyRun({ parallelLayers: 2, signal, listener: () => {} });
}

function keepOf(names: readonly string[]): Catalog {
  const catalog = fileBasedCatalog(configsOf(catalogName) ?? []);
  return selectFrom(catalog, { full: true, packages: names.map((name) => ({ name })) }).catalog;
}

/** Writes what is kept of an image from one place to another. */
async function write(image: TestImage, keep: Catalog, to = new MemoryPlace('mirror.example')) {
  const from = new MemoryPlace('registry.example');
  from.add('x/catalog', 'v1', image);
  const source = from.store('x/catalog');
  const destination = to.store('y/pruned');
  const { digest } = image.manifest;
  const outcome = await writeCatalogImage({ source, digest, destination, tags: ['v1'], keep }, newRun());
  return { outcome, destination, from, to };
}

const options = (format: Format) => ({
  format,
  labels: { [configsLabel]: '/configs' },
  layers: [{ 'etc/os-release': 'ubi' }, configsLayer(catalogName)],
});

describe('a pruned catalog image', () => {
  it.each(['docker', 'oci'] as const)(
    'has the selection and nothing else, on each platform: %s',
    async (format) => {
      const keep = keepOf(packages);
      const { outcome, destination } = await write(multiArchImage(options(format)), keep);
      expect(await destination.resolveTag('v1', signal)).toBe(outcome.digest);
      const index = JSON.parse(
        Buffer.from((await destination.getManifest('v1', signal))?.bytes ?? []).toString(),
      );
      expect(index.manifests).toHaveLength(4);
      for (const { digest } of index.manifests) {
        const manifest = await findIndexImage(destination, digest, signal);
        const { catalog, form } = await readIndexImage(destination, manifest, signal);
        expect(form).toBe('file-based');
        expect(catalog.packages).toEqual(keep.packages);
      }
    },
  );

  it('has a database in the place of the one that was there', async () => {
    const image = testImage({
      labels: { [databaseLabel]: '/database/index.db' },
      layers: [{ 'etc/os-release': 'ubi' }, { 'database/index.db': databaseOf(catalogName) }],
    });
    const whole = (await readImage(image)).catalog;
    const keep = { ...whole, packages: whole.packages.filter(({ name }) => packages.includes(name)) };
    const { destination, outcome } = await write(image, keep);
    const manifest = await findIndexImage(destination, outcome.digest, signal);
    expect(await readIndexImage(destination, manifest, signal)).toEqual({ catalog: keep, form: 'sqlite' });
    expect((await write(image, keep)).outcome.digest).toBe(outcome.digest);
  });

  it('is the same each time', async () => {
    const image = testImage(options('oci'));
    const [one, other] = [await write(image, keepOf(packages)), await write(image, keepOf(packages))];
    expect(other.outcome.digest).toBe(one.outcome.digest);
  });
});
