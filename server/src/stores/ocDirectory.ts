import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { isDigest } from '../base/digest.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { algorithmOf, checkDigest, digestOf, requireVerifiable } from '../content/contentDigest.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import { largestManifest, parseManifest } from '../content/manifest.ts';
import type { Referrer } from '../content/referrers.ts';
import { partsOf, type Successor } from '../content/successors.ts';
import { verifiedStream } from '../content/verifiedStream.ts';
import { readable } from '../content/walkManifests.ts';
import { ownTemporaryName } from '../disk/ownTemporary.ts';
import { BlobWriter } from './blobWriter.ts';
import { ContentFile } from './contentFile.ts';
import { FolderReferrers } from './folderReferrers.ts';
import type { BegunBlob, FileSource, Home, ImageSource, ImageStore, OpenBlob } from './imageStore.ts';
import { checkRepository, checkTag, digestNames, digestOfName, isTagName } from './ocDirectoryNames.ts';
import { readTag, type StoredTag } from './ocDirectoryTag.ts';
import { damaged, reading, undefinedWhenDamaged } from './storeErrors.ts';
import { type Parts, type StoredFile, StoreFiles } from './storeFiles.ts';
import { isWholeImage, lacking } from './wholeImage.ts';

/** As `oc` writes its files. */
const habits = { mode: 0o600, temporaryName: ownTemporaryName };

/** Bytes that are read from the disk at once. */
const chunkSize = 256 * 1024;

/** Tags of the largest repository that is listed. */
const mostTags = 100_000;

/**
 * Images of one repository in the folder `v2/` that `oc` writes and reads with `file://`. What `oc` leaves behind
 * when it is stopped is passed over; what is damaged is an error that names the file.
 */
export class OcDirectory implements ImageStore, FileSource {
  readonly #folder: string;
  readonly #files: StoreFiles;
  readonly #repository: string;
  readonly #parts: Parts;
  readonly #referrers: FolderReferrers;
  readonly #blobs: BlobWriter;

  /**
   * @param folder the one that holds `v2/`
   * @param repository `NAMESPACE/NAME`, as it stands after `file://`
   * @throws UserError `badReference`
   */
  constructor(folder: string, repository: string) {
    checkRepository(repository);
    this.#folder = folder;
    this.#files = new StoreFiles(join(folder, 'v2'), habits);
    this.#repository = repository;
    this.#parts = repository.split('/');
    this.#referrers = new FolderReferrers((digest) => this.#manifest(digest).catch(undefinedWhenDamaged));
    this.#blobs = new BlobWriter(this.#files, [this.#at('blobs'), this.#at('manifests')]);
  }

  get name(): string {
    return `file://${this.#repository}`;
  }

  get place(): string {
    return `file://${resolve(this.#files.root)}`;
  }

  async resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined> {
    signal.throwIfAborted();
    return (await this.#tag(tag))?.digest;
  }

  async listTags(signal: AbortSignal): Promise<readonly string[] | undefined> {
    return (await this.#entries(signal))
      ?.filter(
        (entry) => entry.isSymbolicLink() || (entry.isFile() && digestOfName(entry.name) === undefined),
      )
      .map(({ name }) => name)
      .filter(isTagName)
      .sort();
  }

  async referrers(digest: string, signal: AbortSignal): Promise<readonly Referrer[]> {
    const entries = (await this.#entries(signal)) ?? [];
    const digests = entries.flatMap((entry) => (entry.isFile() && digestOfName(entry.name)) || []);
    return this.#referrers.among(digests, digest);
  }

  /** The files of manifests and tags; undefined where there is no such repository. */
  async #entries(signal: AbortSignal): Promise<Dirent[] | undefined> {
    signal.throwIfAborted();
    const parts = this.#at('manifests');
    const folder = await this.#files.resolve(parts);
    if (folder === undefined) return undefined;
    const entries = await reading(folder, () => readdir(folder, { withFileTypes: true }));
    if (entries.length > mostTags) {
      throw new UserError(
        'tooLarge',
        t('{0} holds more than {1} files', this.#files.pathOf(parts), mostTags),
        {
          nextStep: t('name the tags that you need'),
        },
      );
    }
    return entries;
  }

  async getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined> {
    signal.throwIfAborted();
    if (isDigest(tagOrDigest)) return this.#manifest(tagOrDigest);
    const tag = await this.#tag(tagOrDigest);
    if (tag === undefined) return undefined;
    const manifest = await this.#manifest(tag.digest);
    if (manifest !== undefined) return manifest;
    throw damaged(t('{0} points to {1}, and that manifest is not there', tag.path, tag.digest));
  }

  /** True only when all that it names is there too: `oc` writes a manifest also when its layers failed. */
  async hasManifest(digest: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    requireVerifiable(digest, this.name);
    return isWholeImage(digest, {
      place: this.name,
      manifest: (child) => this.#wholeManifest(child),
      isMissing: async (parts) => (await this.#missing(parts)) !== undefined,
      signal,
    });
  }

  async putManifest(manifest: Manifest, tags: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { digest, bytes } = manifest;
    checkDigest(bytes, digest, `${this.name}@${digest}`);
    for (const tag of tags) checkTag(tag);
    const missing = await this.#missing(partsOf(readable(manifest, this.name)));
    if (missing !== undefined) throw lacking(this.name, missing, digest);
    const [name = digest] = digestNames(digest);
    await this.#files.write(this.#at('blobs'), name, [bytes], digest);
    const blob = await this.#stored('blobs', digest);
    if (blob !== undefined) await this.#files.duplicate(blob, this.#at('manifests'), name);
    for (const tag of tags) await this.#files.link(this.#at('manifests'), tag, name);
    await this.#files.settle(this.#at('blobs'), this.#at('manifests'));
  }

  /** True for a blob that has its digest: `oc` may leave damaged ones, which are then to be written again. */
  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    requireVerifiable(digest, this.name);
    for (const name of digestNames(digest)) {
      if (await this.#files.isWhole(this.#at('blobs', name), digest, signal)) return true;
    }
    return false;
  }

  async getBlob(blob: Descriptor, signal: AbortSignal, offset = 0): Promise<Readable> {
    signal.throwIfAborted();
    requireVerifiable(blob.digest, this.name);
    for (const name of digestNames(blob.digest)) {
      const parts = this.#at('blobs', name);
      const handle = await this.#files.open(parts);
      if (handle === undefined) continue;
      const path = this.#files.pathOf(parts);
      const { size } = await handle.stat();
      if (size !== blob.size) {
        await handle.close();
        throw damaged(t('{0} has {1} bytes instead of {2}', path, size, blob.size));
      }
      const file = handle.createReadStream({ start: offset, highWaterMark: chunkSize });
      const worded = (error: unknown) => wrongContent(error, path);
      return verifiedStream(file, blob, { offset, signal, place: path, worded });
    }
    throw new UserError(
      'missing',
      t('{0} is not there', this.#files.pathOf(this.#at('blobs', blob.digest))),
      {
        nextStep: t(
          'the folder is not complete: copy it again from where it came from, or mirror the image again',
        ),
      },
    );
  }

  async beginBlob({ digest }: Descriptor, signal: AbortSignal): Promise<BegunBlob | undefined> {
    return (await this.hasBlob(digest, signal)) ? undefined : {};
  }

  async putBlob(blob: Descriptor, open: OpenBlob, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    requireVerifiable(blob.digest, this.name);
    const [name = blob.digest] = digestNames(blob.digest);
    await this.#blobs.write(this.#at('blobs'), name, blob, open, signal);
  }

  async mountBlob(blob: Descriptor, from: ImageSource, signal: AbortSignal): Promise<boolean> {
    const { place, repository } = from.homeOf(blob.digest);
    if (place !== this.place) return false;
    const neighbour = new OcDirectory(this.#folder, repository);
    // A damaged blob must not spread.
    if (!(await neighbour.hasBlob(blob.digest, signal))) return false;
    const found = await neighbour.#stored('blobs', blob.digest);
    if (found === undefined || found.size !== blob.size) return false;
    const [name = blob.digest] = digestNames(blob.digest);
    await this.#files.duplicate(found, this.#at('blobs'), name);
    await this.#blobs.forget(name);
    return true;
  }

  homeOf(): Home {
    return { place: this.place, repository: this.#repository };
  }

  async contentFile(kind: 'blob' | 'manifest', digest: string): Promise<ContentFile | undefined> {
    requireVerifiable(digest, this.name);
    for (const name of digestNames(digest)) {
      const parts = this.#at(`${kind}s`, name);
      const found = await ContentFile.find(this.#files.pathOf(parts), () => this.#files.open(parts));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Removes, once, what runs that were killed have left in the repository, but for the beginnings of blobs. Never fails. */
  clean(): Promise<void> {
    return this.#blobs.clean();
  }

  /**
   * What is worth knowing of how a tag is stored, in words for a person: links that were lost on the way, which
   * `oc` refuses. Undefined when all is well.
   */
  async noteOn(tag: string): Promise<string | undefined> {
    const found = await this.#tag(tag);
    if (found === undefined || found.form === 'link') return undefined;
    return found.form === 'manifest'
      ? t(
          '{0} is a copy of the manifest and no symbolic link: the folder was carried without its links, and oc refuses it with "not a symlink"; carry it with tar',
          found.path,
        )
      : t(
          '{0} is a file with the digest and no symbolic link: the folder was carried without its links, and oc refuses it with "not a symlink"; carry it with tar',
          found.path,
        );
  }

  #at(kind: 'blobs' | 'manifests', ...names: string[]): Parts {
    return [...this.#parts, kind, ...names];
  }

  #tag(tag: string): Promise<StoredTag | undefined> {
    checkTag(tag);
    const has = async (digest: string) => (await this.#manifest(digest)) !== undefined;
    return readTag(this.#files, this.#at('manifests'), tag, has);
  }

  /** The manifest of a digest; where its own file is gone or damaged, the same bytes among the blobs. */
  async #manifest(digest: string): Promise<Manifest | undefined> {
    requireVerifiable(digest, this.name);
    let problem: UserError | undefined;
    for (const kind of ['manifests', 'blobs'] as const) {
      for (const [index, name] of digestNames(digest).entries()) {
        const parts = this.#at(kind, name);
        const bytes = await this.#files.read(parts, largestManifest);
        if (bytes === undefined) continue;
        if (bytes !== 'tooLong' && digestOf(bytes, algorithmOf(digest)) === digest) {
          const parsed = parseManifest(bytes);
          if (parsed.kind !== 'unsupported') return { digest, mediaType: parsed.mediaType, bytes };
          // Among the blobs there are layers too; in its own place it is what somebody called a manifest.
          if (kind === 'manifests') return { digest, mediaType: '', bytes };
        } else if (kind === 'manifests' && index === 0) {
          // The second name may be a tag that looks like it.
          problem = damaged(t('{0} is damaged: its content has another digest', this.#files.pathOf(parts)));
        }
      }
    }
    if (problem !== undefined) throw problem;
    return undefined;
  }

  /** A manifest that is in its own place and undamaged. */
  async #wholeManifest(digest: string): Promise<Manifest | undefined> {
    if ((await this.#stored('manifests', digest)) === undefined) return undefined;
    return this.#manifest(digest).catch(undefinedWhenDamaged);
  }

  /** The first of the parts of a manifest that is not there in its size. */
  async #missing(parts: readonly Successor[]): Promise<Descriptor | undefined> {
    for (const { descriptor } of parts) {
      const found =
        (await this.#stored('blobs', descriptor.digest)) ??
        (await this.#stored('manifests', descriptor.digest));
      if (found?.size !== descriptor.size) return descriptor;
    }
    return undefined;
  }

  async #stored(kind: 'blobs' | 'manifests', digest: string): Promise<StoredFile | undefined> {
    for (const name of digestNames(digest)) {
      const found = await this.#files.find(this.#at(kind, name));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** What to say where content is not what its name says. */
function wrongContent(error: unknown, path: string): unknown {
  const wrong = error instanceof UserError && error.code === 'digestMismatch';
  return wrong ? damaged(t('{0} is damaged: its content has another digest', path), error) : error;
}
