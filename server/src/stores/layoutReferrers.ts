import type { Manifest } from '../content/descriptor.ts';
import { parseManifest } from '../content/manifest.ts';
import { type Referrer, referrersIn } from '../content/referrers.ts';
import { artifactTypeOf } from '../content/successors.ts';
import { tagOfName } from '../documents/layoutReference.ts';
import type { LayoutImage, LayoutIndex } from './ociLayoutIndex.ts';

type BySubject = ReadonlyMap<string, ReadonlyMap<string, Referrer>>;

/** The tag that stands for what refers to a digest. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#referrers-tag-schema */
const listTag = /^sha256-([0-9a-f]{64})$/;

/** Manifests without a name of a layout that are looked at: a layout names its images. */
const mostUnnamed = 10_000;

/**
 * What refers to images of a layout: manifests that `index.json` lists without a name, as ORAS writes them, and what stands in lists that
 * it names by the tag for referrers. All of them are read once for each `index.json`.
 */
export class LayoutReferrers {
  readonly #read: (digest: string) => Promise<Manifest | undefined>;
  #known: { readonly index: LayoutIndex; readonly found: Promise<BySubject> } | undefined;

  /** @param read a manifest of the layout; undefined for what is not there, or damaged */
  constructor(read: (digest: string) => Promise<Manifest | undefined>) {
    this.#read = read;
  }

  async of(index: LayoutIndex, digest: string): Promise<Referrer[]> {
    if (this.#known?.index !== index) this.#known = { index, found: this.#all(index) };
    return [...((await this.#known.found).get(digest)?.values() ?? [])];
  }

  async #all({ images }: LayoutIndex): Promise<BySubject> {
    const found = new Map<string, Map<string, Referrer>>();
    const add = (subject: string, referrer: Referrer) => {
      const referrers = found.get(subject) ?? new Map<string, Referrer>();
      found.set(subject, referrers.set(referrer.digest, referrer));
    };
    for (const { descriptor } of images.filter(({ name }) => name === '').slice(0, mostUnnamed)) {
      const manifest = await this.#read(descriptor.digest);
      const parsed = manifest && parseManifest(manifest.bytes, manifest.mediaType);
      if (parsed === undefined || parsed.kind === 'unsupported' || parsed.subject === undefined) continue;
      add(parsed.subject.digest, { ...descriptor, artifactType: artifactTypeOf(parsed) ?? '' });
    }
    for (const image of images) {
      const subject = listedSubject(image);
      const list = subject === undefined ? undefined : await this.#read(image.descriptor.digest);
      if (subject === undefined || list === undefined) continue;
      for (const referrer of referrersIn(list.bytes) ?? []) add(subject, referrer);
    }
    return found;
  }
}

/** The digest that an image is the list of referrers of; undefined also for an image whose tag is its own digest. */
function listedSubject({ name, descriptor }: LayoutImage): string | undefined {
  const [, hex] = listTag.exec(tagOfName(name)) ?? [];
  const subject = `sha256:${hex}`;
  return hex === undefined || descriptor.digest === subject ? undefined : subject;
}
