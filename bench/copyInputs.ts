import { createCipheriv } from 'node:crypto';
import { digestOf, type TestImage, testImage } from '../test/support/images.ts';

/** An image of a registry that is to be copied. */
export interface BenchImage {
  readonly repository: string;
  readonly tag: string;
  /** Named by its tag in the mapping, where catalogs do so; by its digest else. */
  readonly byTag: boolean;
  readonly image: TestImage;
}

const mebibyte = 1024 * 1024;

/** 60 images of 20 repositories, 310 MB in 85 layers: five base layers, twenty that some share, and one of each image's own. */
export function largeImages(): BenchImage[] {
  const bases = layers(5, 20 * mebibyte, 'base');
  const middles = layers(20, 5 * mebibyte, 'middle');
  return Array.from({ length: 60 }, (_, number) => {
    const [own] = layers(1, (0.5 + (number % 6) * 0.7) * mebibyte, `own ${number}`);
    const archives = [bases[number % 5], middles[number % 20], own].filter((layer) => layer !== undefined);
    // Of a layout, skopeo reads no other format.
    const image = testImage({ format: 'oci', seed: String(number), archives });
    return { repository: `team${number % 3}/app${number % 20}`, tag: `v${number}`, byTag: true, image };
  });
}

/**
 * Small images under names as the community catalog has them: half of them bundles, many in one repository, by digest; the others
 * what bundles name, in repositories of their own, every third by its tag.
 */
export function smallImages(count: number): BenchImage[] {
  return Array.from({ length: count }, (_, number) => {
    const operator = `operator-${number % 350}`;
    const tag = `v0.${number >> 3}.${number & 7}`;
    if (number % 2 === 0) {
      const image = testImage({
        seed: String(number),
        layers: [{ 'manifests/csv.yaml': operator + tag }, { 'metadata/annotations.yaml': operator }],
      });
      return { repository: `openshift-community-operators/${operator}`, tag, byTag: false, image };
    }
    const image = testImage({
      seed: String(number),
      layers: [{ 'base.txt': `family ${number % 10}` }, { 'manager.txt': operator + tag }],
    });
    return {
      repository: `${operator}/${['manager', 'proxy', 'agent'][number % 3]}-${number % 700}`,
      tag,
      byTag: number % 3 === 0,
      image,
    };
  });
}

/** The mapping that brings images of one place to another, each place as it stands before a name. */
export function mappingOf(images: readonly BenchImage[], source: string, destination: string): string {
  const lines = images.map(({ repository, tag, byTag, image }) => {
    const from = `${repository}${byTag ? `:${tag}` : `@${image.manifest.digest}`}`;
    return `${source}/${from}=${destination}/${repository}:${tag}\n`;
  });
  return lines.join('');
}

/** The same into one layout, where each image has the name of its source. */
export function mappingToLayout(images: readonly BenchImage[], source: string, folder: string): string {
  return images
    .map(
      ({ repository, tag }) =>
        `${source}/${repository}:${tag}=oci://${folder}:${source}/${repository}:${tag}\n`,
    )
    .join('');
}

/** The same into a `v2/`. */
export function mappingToFolder(images: readonly BenchImage[], source: string): string {
  return images
    .map(({ repository, tag }) => `${source}/${repository}:${tag}=file://${repository}:${tag}\n`)
    .join('');
}

/** And back from a layout. */
export function mappingFromLayout(
  images: readonly BenchImage[],
  source: string,
  folder: string,
  destination: string,
): string {
  return images
    .map(
      ({ repository, tag }) =>
        `oci://${folder}:${source}/${repository}:${tag}=${destination}/${repository}:${tag}\n`,
    )
    .join('');
}

/** Bytes of the distinct blobs. */
export function bytesOf(images: readonly BenchImage[]): number {
  const sizes = new Map(images.flatMap(({ image }) => image.blobs.map(({ digest, size }) => [digest, size])));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** Bytes that nothing compresses, the same ones each time. */
function layers(count: number, bytes: number, name: string): Buffer[] {
  return Array.from({ length: count }, (_, number) => {
    const key = Buffer.from(digestOf(Buffer.from(`${name} ${number}`)).slice(7, 39));
    return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(Math.round(bytes)));
  });
}
