import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerRegistry } from '../test/support/dockerRegistry.ts';
import { blobOf, mediaTypes, testImage } from '../test/support/images.ts';
import { manyImages } from '../test/support/manyImages.ts';
import type { Comparison } from './copy.ts';
import type { CopyPrograms } from './copyPrograms.ts';
import { storeHole, storeImage } from './registryStorage.ts';

const largeBlob = 4 * 1024 ** 3;
const goals = [{ megabytes: 300 }];

/** One image with a layer of 4 GB, which is a hole in a file of the source's storage. */
export async function blobOfMemory(programs: CopyPrograms): Promise<Comparison> {
  const source = await DockerRegistry.start();
  const image = testImage({ layers: [] });
  const layer = { mediaType: mediaTypes.docker.layer, digest: digestOfHole(largeBlob), size: largeBlob };
  const words = { ...JSON.parse(image.manifest.bytes.toString()), layers: [layer] };
  const manifest = blobOf(image.manifest.mediaType, Buffer.from(JSON.stringify(words)));
  storeImage(source, 'big/app', 'v1', { ...image, manifest });
  storeHole(source, 'big/app', layer.digest, largeBlob);
  return {
    sources: [source],
    contenders: [
      {
        name: 'copy',
        goals,
        command: ({ folder, destination }) => {
          const mapping = join(folder, 'mapping.txt');
          writeFileSync(mapping, `${source.host}/big/app:v1=${destination.host}/big/app:v1\n`);
          return programs.ours('copy', '-f', mapping);
        },
      },
    ],
    end: () => source.stop(),
  };
}

/** Images between registries that have them in memory: only the process that copies is measured. */
export async function imagesOfMemory(programs: CopyPrograms, count: number): Promise<Comparison> {
  const { registry, mapping } = await manyImages(count, 0);
  const forgetting = setInterval(() => registry.clear(), 1000);
  const mappingInto = (folder: string, namespace: string) => {
    const path = join(folder, `${namespace}.txt`);
    writeFileSync(path, mapping.replaceAll('=file://mirror/', `=${registry.host}/${namespace}/`));
    return path;
  };
  return {
    sources: [],
    contenders: [
      {
        name: 'copy',
        goals,
        command: ({ folder }) => programs.ours('copy', '-f', mappingInto(folder, 'copied')),
      },
      {
        name: 'plan',
        goals,
        command: ({ folder }) =>
          programs.ours('plan', '-f', mappingInto(folder, 'mirrored'), '-o', join(folder, 'plan.json')),
      },
      {
        name: 'mirror',
        continues: true,
        goals,
        command: ({ folder }) =>
          programs.ours('mirror', '--plan', join(folder, 'plan.json'), '--dir', folder),
      },
      {
        name: 'mirror, the second time',
        continues: true,
        goals,
        command: ({ folder }) =>
          programs.ours('mirror', '--plan', join(folder, 'plan.json'), '--dir', folder),
      },
    ],
    end: async () => {
      clearInterval(forgetting);
      await registry.stop();
    },
  };
}

function digestOfHole(size: number): string {
  const hash = createHash('sha256');
  const zeros = Buffer.alloc(1 << 24);
  for (let left = size; left > 0; left -= zeros.length)
    hash.update(zeros.subarray(0, Math.min(left, zeros.length)));
  return `sha256:${hash.digest('hex')}`;
}
