import { OciLayout } from '../../stores/ociLayout.ts';
import { LayoutIndexFile } from '../../stores/ociLayoutIndex.ts';
import { contentsOf, filesOfImages, type Packable, type PlacedImage } from './packable.ts';
import type { PackContents } from './packContents.ts';
import { indexPath, markPath } from './packPath.ts';

/**
 * What there is to pack of an OCI image layout: of each image that is there whole all content, each blob once, and its names. What no
 * image has is left out.
 *
 * @param since what the other side has
 * @throws UserError `noStore`, `damaged` where there is no layout, or none that can be read; the signal's reason
 */
export async function packableLayout(
  folder: string,
  since: PackContents | undefined,
  signal: AbortSignal,
): Promise<Packable> {
  const source = new OciLayout(folder);
  const byDigest = new Map<string, PlacedImage>();
  for (const { name, descriptor } of await source.images(signal)) {
    const { digest } = descriptor;
    if (byDigest.has(digest)) continue;
    byDigest.set(digest, { name: name === '' ? digest : name, digest, source, pathsOf: pathsOfBlob });
  }
  const { files, broken } = await filesOfImages(folder, [...byDigest.values()], signal);
  const lost = new Set([...broken.keys()].map(({ digest }) => digest));
  const states = new Map([
    [markPath, Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    [indexPath, await indexWithout(folder, lost)],
  ]);
  return {
    ...(await contentsOf(folder, files.values(), since, [], states)),
    images: byDigest.size - broken.size,
    incomplete: [...broken].map(([{ name }, error]) => ({ name, error })),
  };
}

function pathsOfBlob(digest: string): readonly string[] {
  return [`blobs/${digest.replace(':', '/')}`];
}

/** The index without the images that are not whole; all else in it stays. */
async function indexWithout(folder: string, lost: ReadonlySet<string>): Promise<Buffer> {
  const index = await new LayoutIndexFile(folder).read();
  const { manifests = [], ...others } = index?.json ?? {};
  const kept = manifests.filter((entry) => !lost.has((entry as { digest: string }).digest));
  return Buffer.from(JSON.stringify({ ...others, manifests: kept }));
}
