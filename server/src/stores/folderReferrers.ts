import type { Manifest } from '../content/descriptor.ts';
import { parseManifest } from '../content/manifest.ts';
import type { Referrer } from '../content/referrers.ts';
import { artifactTypeOf } from '../content/successors.ts';

/** What a manifest refers to; undefined for one that refers to nothing. */
interface Reference {
  readonly subject: string;
  readonly referrer: Referrer;
}

/** What refers to images of a repository whose manifests are files: each of them is read once. */
export class FolderReferrers {
  readonly #read: (digest: string) => Promise<Manifest | undefined>;
  /** By the digest of the manifest, which is all that it says. */
  readonly #known = new Map<string, Reference | undefined>();

  /** @param read a manifest of the repository; undefined for what is not there, or damaged */
  constructor(read: (digest: string) => Promise<Manifest | undefined>) {
    this.#read = read;
  }

  /**
   * @param manifests the digests of all manifests of the repository
   * @param subject what they may refer to
   */
  async among(manifests: readonly string[], subject: string): Promise<Referrer[]> {
    const found: Referrer[] = [];
    for (const digest of manifests) {
      if (!this.#known.has(digest)) this.#known.set(digest, referenceOf(await this.#read(digest)));
      const known = this.#known.get(digest);
      if (known?.subject === subject) found.push(known.referrer);
    }
    return found;
  }
}

function referenceOf(manifest: Manifest | undefined): Reference | undefined {
  if (manifest === undefined) return undefined;
  const parsed = parseManifest(manifest.bytes, manifest.mediaType);
  if (parsed.kind === 'unsupported' || parsed.subject === undefined) return undefined;
  const { mediaType, digest, bytes } = manifest;
  const artifactType = artifactTypeOf(parsed) ?? '';
  return {
    subject: parsed.subject.digest,
    referrer: { mediaType, digest, size: bytes.length, artifactType },
  };
}
