import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { Limiter } from '../../base/limiter.ts';
import { t } from '../../base/sentences.ts';
import { digestOf } from '../../content/contentDigest.ts';
import { inRole } from '../../content/successors.ts';
import { walkManifests } from '../../content/walkManifests.ts';
import { OciLayout } from '../../stores/ociLayout.ts';
import { type LayoutImage, LayoutIndexFile } from '../../stores/ociLayoutIndex.ts';
import { damaged } from '../../stores/storeErrors.ts';
import { carried, type IncompleteImage, type Packable } from './packable.ts';
import type { PackContents, PackEntry } from './packContents.ts';
import { indexPath, markPath } from './packPath.ts';
import { plansIn } from './plansIn.ts';
import { sizeOfFile } from './volumes.ts';

/** Images that are looked through at the same time. */
const parallel = 8;

/**
 * What there is to pack of an OCI image layout: of each image that is there whole all content, each blob once, and names. What no
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
  const layout = new OciLayout(folder);
  const images = await layout.images(signal);
  const files = new Map<string, { path: string; digest: string; size: number }>();
  const broken = new Map<string, UserError>();
  const limiter = new Limiter(parallel);
  const digests = new Set(images.map(({ descriptor }) => descriptor.digest));
  await Promise.all(
    [...digests].map((digest) =>
      limiter.run(async () => {
        try {
          for (const file of await filesOf(layout, folder, digest, signal)) files.set(file.digest, file);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          broken.set(digest, error);
        }
      }, signal),
    ),
  );
  const states = new Map([
    [markPath, Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    ...(await plansIn(folder)),
    [indexPath, await indexWithout(folder, broken)],
  ]);
  const { entries, needed } = carried(files.values(), since);
  const state = (path: string, content: Buffer): PackEntry => {
    return { kind: 'state', path, digest: digestOf(content), size: content.length };
  };
  return {
    contents: {
      version: 1,
      entries: [...entries, ...[...states].map(([path, content]) => state(path, content))],
      needed,
    },
    states,
    images: digests.size - broken.size,
    incomplete: images.flatMap((image) => incomplete(image, broken)),
  };
}

/** All files of an image. @throws UserError `missing`, `damaged` where one is not there in its size */
async function filesOf(layout: OciLayout, folder: string, digest: string, signal: AbortSignal) {
  const top = await layout.getManifest(digest, signal);
  if (top === undefined) throw lacking(digest);
  const files = [fileOf(digest, top.bytes.length)];
  await walkManifests(top, {
    place: layout.name,
    signal,
    read: async (child) => {
      const manifest = await layout.getManifest(child.digest, signal);
      if (manifest === undefined) throw lacking(child.digest);
      files.push(fileOf(child.digest, manifest.bytes.length));
      return manifest;
    },
    visit: async ({ parts }, below) => {
      for (const blob of inRole(parts, 'config', 'layer')) {
        const file = fileOf(blob.digest, blob.size);
        const size = await sizeOfFile(join(folder, file.path));
        if (size === undefined) throw lacking(blob.digest);
        if (size !== blob.size) {
          throw damaged(t('{0} has {1} bytes instead of {2}', join(folder, file.path), size, blob.size));
        }
        files.push(file);
      }
      await below();
    },
  });
  return files;
}

function fileOf(digest: string, size: number) {
  return { path: `blobs/${digest.replace(':', '/')}`, digest, size };
}

function lacking(digest: string): UserError {
  return new UserError('missing', t('{0} is not there', digest), {
    nextStep: t('mirror the image again, then pack'),
  });
}

/** The index without the images that are not whole; all else in it stays. */
async function indexWithout(folder: string, broken: ReadonlyMap<string, UserError>): Promise<Buffer> {
  const index = await new LayoutIndexFile(folder).read();
  const { manifests = [], ...others } = index?.json ?? {};
  const kept = manifests.filter((entry) => !broken.has((entry as { digest: string }).digest));
  return Buffer.from(JSON.stringify({ ...others, manifests: kept }));
}

function incomplete(
  { name, descriptor }: LayoutImage,
  broken: ReadonlyMap<string, UserError>,
): IncompleteImage[] {
  const error = broken.get(descriptor.digest);
  return error === undefined ? [] : [{ name: name === '' ? descriptor.digest : name, error }];
}
