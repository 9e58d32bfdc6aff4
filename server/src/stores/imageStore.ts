import type { Readable } from 'node:stream';
import type { Descriptor, Manifest } from '../content/descriptor.ts';

export type { Descriptor, Manifest } from '../content/descriptor.ts';

/**
 * A place where the images of one repository live: a registry, an OCI layout, a folder that `oc` wrote. The
 * copy engine knows nothing but this, so every place can be either end of a copy.
 *
 * All methods reject with a `UserError`; "not there" is a value (`undefined` or `false`), never an error.
 * Content is verified against its digest on raw bytes on every read and every write.
 */
export interface ImageStore {
  /** How a person would name this repository, `HOST/NAMESPACE/NAME`. */
  readonly name: string;

  /** The digest that a tag points to. */
  resolveTag(tag: string, signal: AbortSignal): Promise<string | undefined>;
  /** All tags, sorted; undefined when there is no such repository. The listing is paged and bounded. */
  listTags(signal: AbortSignal): Promise<readonly string[] | undefined>;

  /** Reads the manifest by tag or digest. */
  getManifest(tagOrDigest: string, signal: AbortSignal): Promise<Manifest | undefined>;
  hasManifest(digest: string, signal: AbortSignal): Promise<boolean>;
  /** Writes a manifest, by its digest and also under each of `tags`. Everything it names must be there already. */
  putManifest(manifest: Manifest, tags: readonly string[], signal: AbortSignal): Promise<void>;

  /**
   * With `size`, in bytes, a place that can tell rejects with the code `damaged` where the blob has another one:
   * a registry whose disk was full may say to have what it has in part.
   */
  hasBlob(digest: string, signal: AbortSignal, size?: number): Promise<boolean>;
  /**
   * A blob as a stream. The stream fails if its bytes do not have the digest or the size that was asked for,
   * so a reader that saw its end has right content.
   */
  getBlob(blob: Descriptor, signal: AbortSignal): Promise<Readable>;
  /** Writes a blob from `open`, which may be called again for a retry. */
  putBlob(blob: Descriptor, open: () => Promise<Readable>, signal: AbortSignal): Promise<void>;
  /**
   * Takes over a blob from another repository of the same place without moving its bytes. False when the place
   * cannot or will not, and then nothing has happened.
   */
  mountBlob(blob: Descriptor, from: ImageStore, signal: AbortSignal): Promise<boolean>;
}
