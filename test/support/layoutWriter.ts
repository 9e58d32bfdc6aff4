import { Readable } from 'node:stream';
import { OciLayoutStore } from '../../server/src/stores/ociLayoutStore.ts';
import { layoutImages } from './layoutImages.ts';

/**
 * A program that writes images into a layout, children and blobs first, two at a time: `layoutWriter.ts FOLDER FROM TO`. It says
 * `begun` before its first byte, so that a test can end it at any moment behind that.
 */
const [folder = '', from = '0', to = '0'] = process.argv.slice(2);
const store = new OciLayoutStore(folder);
const { signal } = new AbortController();
const images = layoutImages(Number(from), Number(to));

async function write(): Promise<void> {
  for (let next = images.shift(); next !== undefined; next = images.shift()) {
    const { name, image } = next;
    if ((await store.resolveTag(name, signal)) === image.manifest.digest) continue;
    for (const blob of image.blobs) {
      if (await store.hasBlob(blob.digest, signal)) continue;
      await store.putBlob(blob, async () => Readable.from([blob.bytes]), signal);
    }
    await store.putManifest(image.manifest, [name], signal);
  }
}

process.stdout.write('begun\n');
await Promise.all([write(), write()]);
