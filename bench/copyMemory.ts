import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerRegistry } from '../test/support/dockerRegistry.ts';
import { blobOf, mediaTypes, testImage } from '../test/support/images.ts';
import { manyImages } from '../test/support/manyImages.ts';
import type { Cost } from './catalogTask.ts';
import { copyPrograms } from './copyPrograms.ts';
import { storeHole, storeImage } from './registryStorage.ts';

const largeBlob = 4 * 1024 ** 3;

/** Copies one image with a layer of 4 GB, which is a hole in a file of the source's storage. */
export async function measureLargeBlob(folder: string): Promise<Cost> {
  const [source, destination] = await Promise.all([DockerRegistry.start(), DockerRegistry.start()]);
  try {
    const image = testImage({ layers: [] });
    const layer = { mediaType: mediaTypes.docker.layer, digest: digestOfHole(largeBlob), size: largeBlob };
    const words = { ...JSON.parse(image.manifest.bytes.toString()), layers: [layer] };
    const manifest = blobOf(image.manifest.mediaType, Buffer.from(JSON.stringify(words)));
    storeImage(source, 'big/app', 'v1', { ...image, manifest });
    storeHole(source, 'big/app', layer.digest, largeBlob);
    const mapping = join(folder, 'large-blob.txt');
    writeFileSync(mapping, `${source.host}/big/app:v1=${destination.host}/big/app:v1\n`);
    return await copyPrograms(folder).ours(mapping);
  } finally {
    await Promise.all([source.stop(), destination.stop()]);
  }
}

/** Copies so many images between registries that have them in memory: only the copying process is measured. */
export async function measureManyImages(folder: string, count: number): Promise<Cost> {
  const { registry, mapping } = await manyImages(count, 0);
  const forgetting = setInterval(() => registry.clear(), 1000);
  try {
    const path = join(folder, 'many-images.txt');
    writeFileSync(path, mapping.replaceAll('=file://mirror/', `=${registry.host}/mirror/`));
    return await copyPrograms(folder).ours(path);
  } finally {
    clearInterval(forgetting);
    await registry.stop();
  }
}

function digestOfHole(size: number): string {
  const hash = createHash('sha256');
  const zeros = Buffer.alloc(1 << 24);
  for (let left = size; left > 0; left -= zeros.length)
    hash.update(zeros.subarray(0, Math.min(left, zeros.length)));
  return `sha256:${hash.digest('hex')}`;
}
