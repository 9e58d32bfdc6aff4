import { realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { isDigest } from '../base/digest.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { algorithmOf, digestOf, digestOfStream, requireVerifiable } from '../content/contentDigest.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import { largestManifest, parseManifest } from '../content/manifest.ts';
import type { Referrer } from '../content/referrers.ts';
import { verifiedStream } from '../content/verifiedStream.ts';
import { ownTemporaryName } from '../disk/ownTemporary.ts';
import { tagOfName } from '../documents/layoutReference.ts';
import { ContentFile } from './contentFile.ts';
import type { FileSource, Home } from './imageStore.ts';
import { LayoutReferrers } from './layoutReferrers.ts';
import { type LayoutImage, type LayoutIndex, LayoutIndexFile } from './ociLayoutIndex.ts';
import { damaged, reading, undefinedWhenDamaged } from './storeErrors.ts';
import { StoreFiles } from './storeFiles.ts';

/**
 * An OCI image layout on disk, to read: one folder that holds any number of images, each under its original reference.
 * What other stores call a tag is that name here, whole (`quay.io/x/catalog:v4.18`) or its tag alone where only one image
 * has it. Nothing is read outside of the folder, wherever links lead.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class OciLayout implements FileSource {
  readonly #folder: string;
  readonly #files: StoreFiles;
  readonly #index: LayoutIndexFile;
  readonly #referrers: LayoutReferrers;

  /** @param folder the one that holds `oci-layout`, `index.json` and `blobs` */
  constructor(folder: string) {
    this.#folder = folder;
    this.#files = new StoreFiles(folder, habits);
    this.#index = new LayoutIndexFile(folder);
    this.#referrers = new LayoutReferrers((digest) => this.#manifest(digest).catch(undefinedWhenDamaged));
  }

  get name(): string {
    return `oci://${this.#folder}`;
  }

  get place(): string {
    return `oci://${resolve(this.#folder)}`;
  }

  /**
   * All images that the layout names, in its order, each digest and name once.
   * @throws UserError `noStore` where there is no layout, `damaged` where it is none that can be read
   */
  async images(signal: AbortSignal): Promise<readonly LayoutImage[]> {
    return (await this.#read(signal)).images;
  }

  /**
   * The image of a name, else the one whose name has that tag; of an empty name the only one that the layout holds.
   * @throws UserError `ambiguous` where several images have the tag
   */
  async resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    const { images } = await this.#read(signal);
    const whole = images.filter(({ name }) => name === tag);
    const found =
      tag === '' ? images : whole.length > 0 ? whole : images.filter(({ name }) => tagOfName(name) === tag);
    const digests = new Set(found.map(({ descriptor }) => descriptor.digest));
    if (digests.size > 1) {
      throw new UserError(
        'ambiguous',
        tag === ''
          ? t('{0} holds {1} images', this.name, digests.size)
          : t('{0} holds {1} images with the name {2}', this.name, digests.size, tag),
        {
          nextStep: t('name the image by its whole reference or its digest'),
        },
      );
    }
    return found[0]?.descriptor.digest;
  }

  async listTags(signal: AbortSignal): Promise<readonly string[]> {
    const names = (await this.images(signal)).flatMap(({ name }) => (name === '' ? [] : [name]));
    return [...new Set(names)].sort();
  }

  async referrers(digest: string, signal: AbortSignal): Promise<readonly Referrer[]> {
    return this.#referrers.of(await this.#read(signal), digest);
  }

  async getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    signal.throwIfAborted();
    const digest = isDigest(tagOrDigest) ? tagOrDigest : await this.resolveTag(tagOrDigest, signal);
    if (digest === undefined) return undefined;
    const manifest = await this.#manifest(digest);
    if (manifest !== undefined || isDigest(tagOrDigest)) return manifest;
    throw damaged(t('{0} names {1} as {2}, and that manifest is not there', this.name, tagOrDigest, digest));
  }

  async hasManifest(digest: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    return (await this.#manifest(digest)) !== undefined;
  }

  /** True for a blob that has its digest, which is read for it. */
  async hasBlob(digest: string, signal: AbortSignal, size?: number): Promise<boolean> {
    signal.throwIfAborted();
    requireVerifiable(digest, this.name);
    const opened = await this.#files.opened(partsOf(digest));
    if (opened === undefined) return false;
    const path = this.#pathOf(digest);
    const { handle } = opened;
    try {
      if (size !== undefined && opened.size !== size) throw wrongSize(path, opened.size, size);
      const stream = handle.createReadStream({ autoClose: false, signal });
      return (await reading(path, () => digestOfStream(stream, algorithmOf(digest)))) === digest;
    } finally {
      await handle.close();
    }
  }

  async getBlob(blob: Descriptor, signal: AbortSignal, offset = 0): Promise<Readable> {
    signal.throwIfAborted();
    requireVerifiable(blob.digest, this.name);
    const path = this.#pathOf(blob.digest);
    const opened = await this.#files.opened(partsOf(blob.digest));
    if (opened === undefined) {
      throw new UserError('missing', t('{0} is not there', path), {
        nextStep: t('the layout is not complete: copy the image into it again'),
      });
    }
    const { handle, size } = opened;
    if (size !== blob.size) {
      await handle.close();
      throw wrongSize(path, size, blob.size);
    }
    const file = handle.createReadStream({ start: offset, highWaterMark: chunkSize });
    return verifiedStream(file, blob, { offset, signal, place: path });
  }

  homeOf(): Home {
    return { place: this.place, repository: '' };
  }

  /** Manifests are blobs like all others. */
  async contentFile(_kind: 'blob' | 'manifest', digest: string): Promise<ContentFile | undefined> {
    requireVerifiable(digest, this.name);
    return ContentFile.find(this.#pathOf(digest), () => this.#files.open(partsOf(digest)));
  }

  async #read(signal: AbortSignal): Promise<LayoutIndex> {
    signal.throwIfAborted();
    const index = await this.#index.read();
    if (index !== undefined) return index;
    throw new UserError('noStore', t('{0} is no OCI image layout: it has no index.json', this.#folder), {
      nextStep: t('name the folder that holds oci-layout, index.json and blobs'),
    });
  }

  #pathOf(digest: string): string {
    return join(this.#folder, ...partsOf(digest));
  }

  async #manifest(digest: string): Promise<Manifest | undefined> {
    requireVerifiable(digest, this.name);
    const bytes = await this.#files.read(partsOf(digest), largestManifest);
    // What is longer is a layer.
    if (bytes === undefined || bytes === 'tooLong') return undefined;
    if (digestOf(bytes, algorithmOf(digest)) !== digest) {
      throw damaged(t('{0} is damaged: its content has another digest', this.#pathOf(digest)));
    }
    const parsed = parseManifest(bytes);
    return { digest, mediaType: parsed.kind === 'unsupported' ? '' : parsed.mediaType, bytes };
  }
}

/** True where a folder is an OCI image layout. Never throws. */
export async function isOciLayout(folder: string): Promise<boolean> {
  const isFile = (name: string) =>
    stat(join(folder, name)).then(
      (found) => found.isFile(),
      () => false,
    );
  return (await realpath(folder).catch(() => undefined)) !== undefined && (await isFile('oci-layout'));
}

/** Bytes that are read from the disk at once. */
const chunkSize = 512 * 1024;

/** Nothing is written by who only reads. */
const habits = { mode: 0o644, temporaryName: ownTemporaryName };

function partsOf(digest: string): readonly string[] {
  return ['blobs', ...digest.split(':')];
}

function wrongSize(path: string, size: number, wanted: number): UserError {
  return damaged(t('{0} has {1} bytes instead of {2}', path, size, wanted));
}
