import type { Catalog } from '../../../../server/src/catalog/model.ts';
import { writeCatalogImage } from '../../../../server/src/mirror/catalogImage/writeCatalogImage.ts';
import { CopyRun } from '../../../../server/src/mirror/copy/copyRun.ts';
import type { TestImage } from '../../../support/images.ts';
import { readImage } from '../../../support/indexImages.ts';
import { MemoryPlace } from '../../../support/memoryStore.ts';
import { never } from '../../registry/harness.ts';

/** The whole catalog of an image, to be kept. */
export async function keepAll(image: TestImage): Promise<Catalog> {
  return (await readImage(image)).catalog;
}

/** Writes what is kept of an image from one place to another, both in memory. */
export async function writePruned(
  image: TestImage,
  keep: Catalog,
  {
    from = new MemoryPlace('registry.example'),
    to = new MemoryPlace('mirror.example'),
  }: { readonly from?: MemoryPlace; readonly to?: MemoryPlace } = {},
) {
  from.add('x/catalog', 'v1', image);
  const source = from.store('x/catalog');
  const destination = to.store('y/pruned');
  const { digest } = image.manifest;
  const run = new CopyRun({ parallelLayers: 2, signal: never, listener: () => {} });
  const outcome = await writeCatalogImage({ source, digest, destination, tags: ['v1'], keep }, run);
  return { outcome, destination };
}
