import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Catalog } from '../../server/src/catalog/model.ts';
import { shownCatalog } from '../../server/src/catalog/shown.ts';
import { findIndexImage, readIndexImage } from '../../server/src/indexImages/indexImage.ts';
import { catalogFixtures, configsOf } from './catalogs.ts';
import { type TestImage, type TestImageOptions, testImage } from './images.ts';
import { MemoryPlace } from './memoryStore.ts';

export const configsLabel = 'operators.operatorframework.io.index.configs.v1';
export const databaseLabel = 'operators.operatorframework.io.index.database.v1';

/** An image that says that it has a file-based catalog at `/configs`. */
export function configsImage(options: TestImageOptions): TestImage {
  return testImage({ labels: { [configsLabel]: '/configs' }, ...options });
}

/** A package, its channel and one bundle, as text of a file-based catalog. */
export function packageText(name: string, version = '1.0.0'): string {
  return [
    { schema: 'olm.package', name, defaultChannel: 'stable' },
    { schema: 'olm.channel', package: name, name: 'stable', entries: [{ name: `${name}.v${version}` }] },
    {
      schema: 'olm.bundle',
      name: `${name}.v${version}`,
      package: name,
      image: `quay.io/${name}/bundle:${version}`,
      properties: [{ type: 'olm.package', value: { packageName: name, version } }],
    },
  ]
    .map((document) => JSON.stringify(document))
    .join('\n');
}

/** The files of a fixture's file-based catalog, for a layer with them at `/configs`. */
export function configsLayer(name: string): Record<string, string> {
  return Object.fromEntries((configsOf(name) ?? []).map(({ path, text }) => [`configs/${path}`, text]));
}

/** The SQLite index of a fixture. */
export function databaseOf(name: string): Buffer {
  return gunzipSync(readFileSync(join(catalogFixtures, name, 'index.db.gz')));
}

/** What was read of an image, and of which layers. */
export interface ReadImage {
  readonly catalog: Catalog;
  /** The digests of the layers that were opened, in order. */
  readonly opened: readonly string[];
}

/** Reads the catalog of an image that is in a registry in memory. */
export async function readImage(image: TestImage, signal = new AbortController().signal): Promise<ReadImage> {
  const place = new MemoryPlace('registry.example');
  place.add('x/catalog', 'v1', image);
  const source = place.store('x/catalog');
  const manifest = await findIndexImage(source, 'v1', signal);
  const { catalog } = await readIndexImage(source, manifest, signal);
  const layers = new Set(
    [image, ...image.children].flatMap(({ blobs }) => blobs.slice(1).map((blob) => blob.digest)),
  );
  return { catalog, opened: place.done('getBlob').filter((digest) => layers.has(digest)) };
}

/** The names of the packages of an image. */
export async function packagesOf(image: TestImage): Promise<string[]> {
  return shownCatalog((await readImage(image)).catalog).packages.map(({ name }) => name);
}
