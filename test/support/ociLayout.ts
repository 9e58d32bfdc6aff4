import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestImage } from './images.ts';

/** An image in a layout, under the name that `index.json` has for it. */
export interface NamedImage {
  readonly name?: string;
  readonly image: TestImage;
}

/** Writes an OCI image layout. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export function writeLayout(folder: string, images: readonly NamedImage[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const manifests = images.map(({ name, image }) => {
    writeImage(folder, image);
    const { mediaType, digest, size } = image.manifest;
    const annotations = name === undefined ? undefined : { 'org.opencontainers.image.ref.name': name };
    return { mediaType, digest, size, annotations };
  });
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

/** Where a layout has the blob of a digest. */
export function blobPath(folder: string, digest: string): string {
  return join(folder, 'blobs', ...digest.split(':'));
}

function writeImage(folder: string, image: TestImage): void {
  for (const child of image.children) writeImage(folder, child);
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
  for (const { digest, bytes } of [...image.blobs, image.manifest]) {
    writeFileSync(blobPath(folder, digest), bytes);
  }
}
