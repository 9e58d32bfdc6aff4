import { UserError } from '../../base/errors.ts';
import { OcDirectory } from '../../stores/ocDirectory.ts';
import { type OcRepository, ocRepositories } from '../../stores/ocDirectoryContents.ts';
import { digestNames } from '../../stores/ocDirectoryNames.ts';
import {
  contentsOf,
  filesOfImages,
  type IncompleteImage,
  type Packable,
  type PlacedImage,
} from './packable.ts';
import type { PackContents, PackEntry } from './packContents.ts';

/**
 * What there is to pack of the `v2/` folder that `oc` writes: all images of all repositories that are there whole, each content once
 * however many repositories have it, and their tags. What stopped copies have left is left out.
 *
 * @param folder the one that holds `v2/`
 * @param since what the other side has
 * @throws UserError as `ocRepositories`; the signal's reason
 */
export async function packableFolder(
  folder: string,
  since: PackContents | undefined,
  signal: AbortSignal,
): Promise<Packable> {
  const tags: { readonly image: PlacedImage; readonly entry: PackEntry }[] = [];
  const images: PlacedImage[] = [];
  const incomplete: IncompleteImage[] = [];
  for (const repository of await ocRepositories(folder, '', signal)) {
    const placed = placedIn(folder, repository);
    images.push(...placed.values());
    for (const tag of repository.tags) {
      const source = new OcDirectory(folder, repository.repository);
      try {
        const digest = (await source.resolveTag(tag, signal)) ?? '';
        const image = placed.get(digest);
        const [target = digest] = digestNames(digest);
        const path = `v2/${repository.repository}/manifests/${tag}`;
        if (image !== undefined) tags.push({ image, entry: { kind: 'tag', path, target } });
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        incomplete.push({ name: `${source.name}:${tag}`, error });
      }
    }
  }
  const { files, broken } = await filesOfImages(folder, images, signal);
  const whole = tags.filter(({ image }) => !broken.has(image)).map(({ entry }) => entry);
  return {
    ...(await contentsOf(folder, files.values(), since, whole, new Map())),
    images: images.length - broken.size,
    incomplete: [...incomplete, ...[...broken].map(([{ name }, error]) => ({ name, error }))],
  };
}

/** The images of a repository by their digests: `oc` has a file for each manifest, children of indexes among them. */
function placedIn(folder: string, { repository, manifests, tags }: OcRepository): Map<string, PlacedImage> {
  const source = new OcDirectory(folder, repository);
  // A tag may look like the second name of a digest.
  const tagNames = new Set(tags);
  const pathsOf: PlacedImage['pathsOf'] = (digest, kind) => {
    const names = digestNames(digest);
    const blobs = names.map((name) => `v2/${repository}/blobs/${name}`);
    if (kind === 'blob') return blobs;
    const own = names.filter((name) => !tagNames.has(name));
    return [...own.map((name) => `v2/${repository}/manifests/${name}`), ...blobs];
  };
  return new Map(
    manifests.map((digest) => [digest, { name: `${source.name}@${digest}`, digest, source, pathsOf }]),
  );
}
