import { isVerifiable } from '../../base/digest.ts';
import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { algorithmOf, digestOf } from '../../content/contentDigest.ts';
import type { Manifest } from '../../content/descriptor.ts';
import { inRole } from '../../content/successors.ts';
import { type Below, type ManifestNode, walkManifests } from '../../content/walkManifests.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { asUserError } from '../copy/sides.ts';
import type { ContentCheck } from './contentCheck.ts';
import { type ContentProblem, problemOf } from './verifiedImage.ts';

type Problems = readonly ContentProblem[];

/** What was found of an image. */
export interface ImageFinding {
  /** What is there, where anything is. */
  readonly digest?: string | undefined;
  /** Each once. */
  readonly problems: Problems;
}

/** Proves images: that a tag is the right one, that all manifests are there, and all that these are made of. */
export class ImageCheck {
  readonly #content: ContentCheck;
  /** What is wrong with a manifest and all below it, by repository and digest: indexes share images. */
  readonly #trees = new Map<string, Promise<Problems>>();

  constructor(content: ContentCheck) {
    this.#content = content;
  }

  /**
   * Finds everything that is wrong with an image; of a tag that is another image's nothing else.
   * @param tagOrDigest what the image is called in the repository
   * @param wanted what it has to be; undefined where nobody knows
   * @throws the content's signal's reason once that fires; nothing else
   */
  async image(source: ImageSource, tagOrDigest: string, wanted: string | undefined): Promise<ImageFinding> {
    const found = await this.#content.manifest(source, tagOrDigest);
    if ('problem' in found) return { digest: found.digest, problems: [found.problem] };
    const { digest, manifest } = found;
    if (wanted !== undefined && !isOf(manifest, wanted)) {
      return { digest, problems: [differs(`${source.name}:${tagOrDigest}`, digest, wanted)] };
    }
    const tree = this.#once(source, digest, () => this.#walk(source, manifest));
    return { digest, problems: [...new Set(await tree)] };
  }

  async #walk(source: ImageSource, top: Manifest): Promise<Problems> {
    const { signal } = this.#content;
    /** The children that are to be looked at. */
    const read = new Map<string, Manifest>();
    try {
      return await walkManifests<Problems>(top, {
        place: source.name,
        signal,
        read: async ({ digest }) => read.get(digest) ?? notRead(digest),
        visit: (node, below) => {
          const look = () => this.#node(source, node, below, read);
          return node.descriptor === undefined ? look() : this.#once(source, node.manifest.digest, look);
        },
      });
    } catch (error) {
      signal.throwIfAborted();
      return [problemOf(asUserError(error))];
    }
  }

  async #node(
    source: ImageSource,
    { parts }: ManifestNode,
    below: Below<Problems>,
    read: Map<string, Manifest>,
  ): Promise<Problems> {
    const known: ContentProblem[] = [];
    const blobs = inRole(parts, 'config', 'layer').map((blob) => this.#content.blob(source, blob));
    const children = below(async ({ digest }) => {
      const tree = this.#trees.get(treeKey(source, digest));
      if (tree !== undefined) {
        known.push(...(await tree));
        return false;
      }
      const found = await this.#content.manifest(source, digest);
      if ('problem' in found) known.push(found.problem);
      else read.set(digest, found.manifest);
      return 'manifest' in found;
    });
    const [own, deeper] = await Promise.all([Promise.all(blobs), children]);
    return [...own.flatMap((problem) => problem ?? []), ...deeper.flat(), ...known];
  }

  #once(source: ImageSource, digest: string, look: () => Promise<Problems>): Promise<Problems> {
    const key = treeKey(source, digest);
    const tree = this.#trees.get(key) ?? look();
    this.#trees.set(key, tree);
    return tree;
  }
}

function treeKey({ name }: ImageSource, digest: string): string {
  return `${name} ${digest}`;
}

function notRead(digest: string): never {
  throw new Error(`${digest} was not read before it was wanted`);
}

/** True where the content has a digest, which may be of another algorithm than the place says. */
function isOf({ digest, bytes }: Manifest, wanted: string): boolean {
  return digest === wanted || (isVerifiable(wanted) && digestOf(bytes, algorithmOf(wanted)) === wanted);
}

function differs(name: string, digest: string, wanted: string): ContentProblem {
  const error = new UserError('different', t('{0} is {1} instead of {2}', name, digest, wanted), {
    nextStep: t(
      'mirror or copy it again, whole: oc image mirror copies one platform of an index alone, under another digest, unless it is given --filter-by-os=.*',
    ),
  });
  return { kind: 'different', error };
}
