import type { Readable } from 'node:stream';
import type { Load } from '../base/load.ts';
import type { Descriptor, Manifest } from '../content/descriptor.ts';
import type { Referrer } from '../content/referrers.ts';
import type { BegunUpload } from '../registry/repository.ts';
import type { ContentFile } from './contentFile.ts';

/** A blob that is not at a place, with what that has begun for it. Handed to `putBlob`, and to nobody else. */
export type BegunBlob = BegunUpload;

/** Where content is, among all that shares it: blobs are taken over between the repositories of one place. */
export interface Home {
  /** Equal for what shares blobs, such as a registry, or a folder `v2/`. Made to be compared, not to be shown. */
  readonly place: string;
  /** `NAMESPACE/NAME`. */
  readonly repository: string;
}

/** Opens a blob at a byte, the first one when left out. */
export type OpenBlob = (offset?: number) => Promise<Readable>;

/**
 * The images of one repository, to read: a registry, an OCI layout, a folder that `oc` wrote. Whoever only looks holds
 * nothing more than this.
 *
 * All methods reject with a `UserError`; "not there" is a value (`undefined` or `false`), never an error.
 * Content is verified against its digest on raw bytes on every read.
 */
export interface ImageSource {
  /** How a person would name this repository, `HOST/NAMESPACE/NAME`. */
  readonly name: string;
  /** `Home.place` of what has no other home. */
  readonly place: string;
  /** How the host bears what is asked of it; undefined for a disk. */
  readonly load?: Load;

  /** The digest that a tag points to. */
  resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * All tags, sorted; undefined when there is no such repository. The listing is paged and bounded.
   * @param mostPages for one who can do without the list: a place that would have to be asked more often rejects with `tooLarge`
   */
  listTags(signal: AbortSignal, mostPages?: number): Promise<readonly string[] | undefined>;
  /** What refers to a manifest; undefined where the place cannot list it. What is no place to ask has no such method. */
  referrers?(digest: string, signal: AbortSignal): Promise<readonly Referrer[] | undefined>;

  /** Reads the manifest by tag or digest. */
  getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined>;
  hasManifest(digest: string, signal: AbortSignal): Promise<boolean>;

  /**
   * With `size`, in bytes, a place that can tell rejects with the code `damaged` where the blob has another one:
   * a registry whose disk was full may say to have what it has in part.
   */
  hasBlob(digest: string, signal: AbortSignal, size?: number): Promise<boolean>;
  /**
   * A blob as a stream. The stream fails if its bytes do not have the digest or the size that was asked for,
   * so a reader that saw its end has right content.
   * @param offset the byte to begin with, 0 when left out. Who has the bytes before holds all of them to the digest: this stream cannot
   */
  getBlob(blob: Descriptor, signal: AbortSignal, offset?: number): Promise<Readable>;
  /** Where a blob of this repository really is: what is read through a mirror is at the mirror's place. */
  homeOf(digest: string): Home;
}

/** The images of one repository in files of this machine. */
export interface FileSource extends ImageSource {
  /** The file that has the content of a digest, under the name that other tools look for; undefined when there is none. */
  contentFile(kind: 'blob' | 'manifest', digest: string): Promise<ContentFile | undefined>;
}

/** True for images in files of this machine. */
export function isFileSource(source: ImageSource): source is FileSource {
  return 'contentFile' in source;
}

/**
 * The images of one repository, to read and to write: the end of a copy. The copy engine knows nothing but this, so
 * every place can be either end. Content is verified on every write, too.
 */
export interface ImageStore extends ImageSource {
  /**
   * True where `putManifest` waits for other images, to name many of them together: it then takes the longer the more are written at
   * the same time, and does not keep its place busy.
   */
  readonly writesInGroups?: boolean;
  /** Tells such a place that only names are waited for, until the next blob is written. */
  nameAtOnce?(): void;

  /** Writes a manifest, by its digest and also under each of `tags`. Everything it names must be there already. */
  putManifest(manifest: Manifest, tags: readonly string[], signal: AbortSignal): Promise<void>;
  /**
   * As `hasBlob` with the size, for one who writes the blob when it is not there: undefined when it is, else what `putBlob` is
   * handed, since some places begin with the same request.
   */
  beginBlob(blob: Descriptor, signal: AbortSignal): Promise<BegunBlob | undefined>;
  /**
   * Writes a blob from `open`, which may be called again for a retry, and with the byte from which on it is wanted: a place that
   * has kept the beginning of a download needs only the rest.
   */
  putBlob(blob: Descriptor, open: OpenBlob, signal: AbortSignal, begun?: BegunBlob): Promise<void>;
  /**
   * Takes over a blob from another repository of the same place without moving its bytes. False when the blob is at
   * another place, and when this one cannot or will not; then nothing has happened.
   */
  mountBlob(blob: Descriptor, from: ImageSource, signal: AbortSignal): Promise<boolean>;
}
