import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { checkDigest, requireVerifiable } from '../content/contentDigest.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import { partsOf, type Successor } from '../content/successors.ts';
import { readable } from '../content/walkManifests.ts';
import { ownTemporaryName } from '../disk/ownTemporary.ts';
import { BlobWriter } from './blobWriter.ts';
import type { BegunBlob, Home, ImageSource, ImageStore, OpenBlob } from './imageStore.ts';
import { OciLayout } from './ociLayout.ts';
import { LayoutNames } from './ociLayoutNames.ts';
import { undefinedWhenDamaged } from './storeErrors.ts';
import { type Parts, StoreFiles } from './storeFiles.ts';
import { isWholeImage, lacking } from './wholeImage.ts';

/** Layouts are carried to others, who have to read them. */
const habits = { mode: 0o644, temporaryName: ownTemporaryName };

/**
 * An OCI image layout on disk, to write: one folder for all images of a run and of later ones, each blob in it once, each image
 * under its original reference, which here takes the place of a tag. A layout that is not there yet is made.
 *
 * An image whose parts are not all there, in their sizes, counts as not there, whatever `index.json` says of it, so that a copy
 * brings what is missing. Several runs may write one layout at the same time.
 * https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
export class OciLayoutStore implements ImageStore {
  readonly writesInGroups = true;
  readonly #layout: OciLayout;
  readonly #files: StoreFiles;
  readonly #names: LayoutNames;
  readonly #blobs: BlobWriter;
  #cleaned: Promise<void> | undefined;

  /** @param folder the one that holds, or will hold, `oci-layout`, `index.json` and `blobs` */
  constructor(folder: string) {
    this.#layout = new OciLayout(folder);
    this.#files = new StoreFiles(resolve(folder), habits);
    this.#names = new LayoutNames(this.#files);
    this.#blobs = new BlobWriter(this.#files, [[], ['blobs', 'sha256'], ['blobs', 'sha512']]);
  }

  get name(): string {
    return this.#layout.name;
  }

  get place(): string {
    return this.#layout.place;
  }

  /** @param tag the whole name of an image */
  async resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    await this.#clean(signal);
    const digest = await this.#names.digestOf(tag);
    return digest !== undefined && (await this.hasManifest(digest, signal)) ? digest : undefined;
  }

  async listTags(signal: AbortSignal): Promise<readonly string[] | undefined> {
    signal.throwIfAborted();
    return this.#names.all();
  }

  getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    return this.#layout.getManifest(tagOrDigest, signal);
  }

  /** True only when all that it names is there too: a copy that was stopped may have brought a part. */
  async hasManifest(digest: string, signal: AbortSignal): Promise<boolean> {
    await this.#clean(signal);
    requireVerifiable(digest, this.name);
    return isWholeImage(digest, {
      place: this.name,
      manifest: (child) => this.#layout.getManifest(child, signal).catch(undefinedWhenDamaged),
      isMissing: async (parts) => (await this.#missing(parts)) !== undefined,
      signal,
    });
  }

  async putManifest(manifest: Manifest, tags: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { digest, bytes, mediaType } = manifest;
    checkDigest(bytes, digest, `${this.name}@${digest}`);
    const missing = await this.#missing(partsOf(readable(manifest, this.name)));
    if (missing !== undefined) throw lacking(this.name, missing, digest);
    const [folder, name] = placeOf(digest);
    await this.#files.write(folder, name, [bytes], digest);
    if (tags.length === 0) return;
    await this.#names.add(
      tags.map((tag) => ({ name: tag, descriptor: { mediaType, digest, size: bytes.length } })),
      signal,
    );
  }

  nameAtOnce(): void {
    this.#names.isHurried = true;
  }

  /** True for a blob that has its digest: a damaged one is to be written again. */
  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    await this.#clean(signal);
    requireVerifiable(digest, this.name);
    const [folder, name] = placeOf(digest);
    return this.#files.isWhole([...folder, name], digest, signal);
  }

  getBlob(blob: Descriptor, signal: AbortSignal, offset?: number): Promise<Readable> {
    return this.#layout.getBlob(blob, signal, offset);
  }

  async beginBlob({ digest }: Descriptor, signal: AbortSignal): Promise<BegunBlob | undefined> {
    return (await this.hasBlob(digest, signal)) ? undefined : {};
  }

  async putBlob(blob: Descriptor, open: OpenBlob, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    requireVerifiable(blob.digest, this.name);
    this.#names.isHurried = false;
    await this.#clean(signal);
    const [folder, name] = placeOf(blob.digest);
    await this.#blobs.write(folder, name, blob, open, signal);
  }

  /** All images of a layout have their blobs in one place, so that nothing has to be done. */
  async mountBlob(blob: Descriptor, from: ImageSource, signal: AbortSignal): Promise<boolean> {
    return from.homeOf(blob.digest).place === this.place && (await this.hasBlob(blob.digest, signal));
  }

  homeOf(): Home {
    return this.#layout.homeOf();
  }

  /** The first of the parts of a manifest that is not there in its size. */
  async #missing(parts: readonly Successor[]): Promise<Descriptor | undefined> {
    for (const { descriptor } of parts) {
      requireVerifiable(descriptor.digest, this.name);
      const [folder, name] = placeOf(descriptor.digest);
      const found = await this.#files.find([...folder, name]).catch(undefinedWhenDamaged);
      if (found?.size !== descriptor.size) return descriptor;
    }
    return undefined;
  }

  /** Removes, once, what runs that were killed have left, but for the beginnings of blobs. */
  async #clean(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#cleaned ??= this.#removeLeft();
    await this.#cleaned;
  }

  async #removeLeft(): Promise<void> {
    try {
      this.#names.removeLeftLock();
    } catch {
      // Who is to write names says what is wrong with it.
    }
    await this.#blobs.clean();
  }
}

/** Where a layout has the content of a digest, which is one that can be verified. */
function placeOf(digest: string): readonly [folder: Parts, name: string] {
  const [algorithm = '', hex = ''] = digest.split(':');
  return [['blobs', algorithm], hex];
}
