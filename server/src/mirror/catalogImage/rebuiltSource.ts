import { Readable } from 'node:stream';
import { t } from '../../base/sentences.ts';
import { digestOf } from '../../content/contentDigest.ts';
import type { Descriptor, Manifest } from '../../content/descriptor.ts';
import { verifiedStream } from '../../content/verifiedStream.ts';
import { openRegularFile } from '../../disk/openFile.ts';
import type { Home, ImageSource } from '../../stores/imageStore.ts';
import type { RebuiltImage } from './baseImage.ts';
import type { WrittenLayer } from './catalogLayer.ts';

/**
 * An image that was rebuilt here, to be read as any other: what is new is in memory and in temporary files, and the layers below
 * are where they were. So it is copied as any other, too, with whatever the destination has of it already left alone.
 */
export class RebuiltSource implements ImageSource {
  readonly #base: ImageSource;
  readonly #manifests: ReadonlyMap<string, Manifest>;
  readonly #configs: ReadonlyMap<string, Uint8Array>;
  readonly #layers: ReadonlyMap<string, WrittenLayer>;

  constructor(base: ImageSource, { manifests, configs }: RebuiltImage, layers: readonly WrittenLayer[]) {
    this.#base = base;
    this.#manifests = new Map(manifests.map((manifest) => [manifest.digest, manifest]));
    this.#configs = new Map(configs.map((config) => [digestOf(config), config]));
    this.#layers = new Map(layers.map((layer) => [layer.digest, layer]));
  }

  get name(): string {
    return this.#base.name;
  }

  get place(): string {
    return this.#base.place;
  }

  async resolveTag(): Promise<undefined> {
    return undefined;
  }

  async listTags(): Promise<readonly string[]> {
    return [];
  }

  async getManifest(digest: string): Promise<Manifest | undefined> {
    return this.#manifests.get(digest);
  }

  async hasManifest(digest: string): Promise<boolean> {
    return this.#manifests.has(digest);
  }

  async hasBlob(digest: string, signal: AbortSignal, size?: number): Promise<boolean> {
    return this.#isNew(digest) || this.#base.hasBlob(digest, signal, size);
  }

  async getBlob(blob: Descriptor, signal: AbortSignal): Promise<Readable> {
    const config = this.#configs.get(blob.digest);
    if (config !== undefined) return Readable.from([config], { objectMode: false });
    const layer = this.#layers.get(blob.digest);
    if (layer === undefined) return this.#base.getBlob(blob, signal);
    const { handle } = await openRegularFile(layer.file.path);
    const file = handle.createReadStream();
    return verifiedStream(file, blob, { offset: 0, signal, place: t('a new layer of {0}', this.name) });
  }

  homeOf(digest: string): Home {
    return this.#isNew(digest) ? { place: newContent, repository: this.name } : this.#base.homeOf(digest);
  }

  #isNew(digest: string): boolean {
    return this.#configs.has(digest) || this.#layers.has(digest);
  }
}

/** No store is there, so that nobody tries to take it over from one. */
const newContent = 'memory:';
