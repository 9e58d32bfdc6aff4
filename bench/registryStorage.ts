import { existsSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DockerRegistry } from '../test/support/dockerRegistry.ts';
import type { TestImage } from '../test/support/images.ts';

/**
 * Puts an image into the storage of a registry that runs, many times as fast as a push.
 * https://distribution.github.io/distribution/storage-drivers/
 */
export function storeImage(
  registry: DockerRegistry,
  repository: string,
  tag: string,
  image: TestImage,
): void {
  for (const { digest, bytes } of image.blobs) {
    storeBlob(registry, repository, digest, (path) => writeFileSync(path, bytes));
  }
  const { digest, bytes } = image.manifest;
  const manifests = join(repositoryOf(registry, repository), '_manifests');
  const hex = digest.slice(7);
  write(dataOf(registry, digest), (path) => writeFileSync(path, bytes));
  for (const link of [`revisions/sha256/${hex}`, `tags/${tag}/current`, `tags/${tag}/index/sha256/${hex}`]) {
    write(join(manifests, link, 'link'), (path) => writeFileSync(path, digest));
  }
}

/** Puts a blob of nothing but zeros there, which takes no room. */
export function storeHole(registry: DockerRegistry, repository: string, digest: string, size: number): void {
  storeBlob(registry, repository, digest, (path) => {
    writeFileSync(path, '');
    truncateSync(path, size);
  });
}

function storeBlob(
  registry: DockerRegistry,
  repository: string,
  digest: string,
  fill: (path: string) => void,
): void {
  write(dataOf(registry, digest), fill);
  const link = join(repositoryOf(registry, repository), '_layers/sha256', digest.slice(7), 'link');
  write(link, (path) => writeFileSync(path, digest));
}

function write(path: string, fill: (path: string) => void): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  fill(path);
}

function dataOf({ directory }: DockerRegistry, digest: string): string {
  const hex = digest.slice(7);
  return join(directory, 'data/docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
}

function repositoryOf({ directory }: DockerRegistry, repository: string): string {
  return join(directory, 'data/docker/registry/v2/repositories', repository);
}
