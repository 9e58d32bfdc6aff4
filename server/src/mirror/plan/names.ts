import {
  formatReference,
  type ImageReference,
  parseReference,
  withDockerDefaults,
  withoutTransport,
} from '../../documents/imageReference.ts';
import type { MirrorPlace } from '../../documents/mirrorPlace.ts';
import { digestTag } from '../../documents/naming.ts';
import { isAtHop, isInRegistry } from '../../documents/transport.ts';
import { destinationAt, type ImageName } from './destinationNames.ts';

/** Where an image is read, and where it goes; `original` is the source itself, unless that is behind a hop. */
export interface NamedImage extends ImageName {
  /** As `MirrorImage.source`. */
  readonly source: string;
  readonly destination: string;
  readonly digest: string | undefined;
}

export type Named =
  | { readonly ok: true; readonly named: NamedImage }
  | { readonly ok: false; readonly problem: string | undefined };

/**
 * Names images as `oc adm catalog mirror` does: tags are kept, digests become the tag that `digestTag` makes, and the
 * repositories are below the destination, in at most `maxComponents` components; in files below the index image's own path.
 * https://github.com/openshift/oc/blob/master/pkg/cli/admin/catalog/mirrorer.go
 */
export class CatalogNames {
  readonly #index: ImageReference;
  readonly #indexText: string;
  readonly #place: MirrorPlace;
  readonly #maxComponents: number;

  /**
   * @param indexText the index image, which says whether the images are behind a hop
   * @param maxComponents 0 is no limit
   */
  constructor(indexText: string, index: ImageReference, place: MirrorPlace, maxComponents: number) {
    this.#index = withDockerDefaults(index);
    this.#indexText = indexText;
    this.#place = place;
    this.#maxComponents = maxComponents;
  }

  /** The index image itself. */
  get index(): NamedImage {
    const index = this.#index;
    const path = isInRegistry(index) ? index.repository : withoutTransport(index);
    const original = formatReference(index);
    const name = `${path}:${tagOf(index, this.#indexText)}`;
    return {
      source: original,
      original,
      name,
      destination: this.#at({ name, original }, ''),
      digest: index.digest,
    };
  }

  /** An image as the catalog names it. `problem` is undefined where the reference is right but of no registry. */
  image(text: string): Named {
    const parsed = parseReference(text);
    if (!parsed.ok) return { ok: false, problem: parsed.problem };
    if (!isInRegistry(parsed.reference)) return { ok: false, problem: undefined };
    const image = withDockerDefaults(parsed.reference);
    const source = isAtHop(this.#index) ? this.#behindHop(image) : image;
    const original = formatReference(image);
    const name = `${image.repository}:${tagOf(image, text)}`;
    const destination = this.#at({ name, original }, pathOfIndex(this.#index));
    return {
      ok: true,
      named: { source: formatReference(source), original, name, destination, digest: image.digest },
    };
  }

  /** In the file store all images are below the index image, and their registries are forgotten. */
  #behindHop(image: ImageReference): ImageReference {
    const { transport } = this.#index;
    const repository = `${withoutTransport(this.#index)}/${image.repository}`;
    return { transport, registry: '', repository, tag: image.tag, digest: image.digest };
  }

  #at(name: ImageName, below: string): string {
    return destinationAt(this.#place, name, { maxComponents: this.#maxComponents, below });
  }
}

/** The path in a `v2/` folder that `oc` puts the images of a catalog below. */
export function pathOfIndex(index: ImageReference): string {
  return withoutTransport({ ...index, registry: '' });
}

function tagOf({ tag, digest }: ImageReference, text: string): string {
  return tag ?? (digest === undefined ? 'latest' : digestTag(text));
}
