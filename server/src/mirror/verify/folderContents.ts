import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { parseManifest } from '../../content/manifest.ts';
import { inRole, partsOf } from '../../content/successors.ts';
import { leftTemporaries } from '../../disk/ownTemporary.ts';
import { formatReference, type ImageReference, parseReference } from '../../documents/imageReference.ts';
import { OcDirectory } from '../../stores/ocDirectory.ts';
import { type OcRepository, ocRepositories } from '../../stores/ocDirectoryContents.ts';
import { OciLayout } from '../../stores/ociLayout.ts';
import { inParallel } from '../copy/parallel.ts';
import type { WantedImage } from './verifiedImage.ts';

/** What a folder says to hold. */
export interface FolderContents {
  readonly images: readonly WantedImage[];
  readonly leftovers: readonly Leftover[];
  /** What is worth knowing and does no harm here, in whole sentences. */
  readonly notes: readonly string[];
}

/** A file that a run left that was stopped. */
export interface Leftover {
  readonly path: string;
  /** The tag that `oc` was about to write, and cannot write as long as the file is there. */
  readonly tag?: string | undefined;
}

/**
 * All images that an OCI layout names.
 * @param folder the one that holds `index.json`
 * @throws UserError as `OciLayout.images`
 */
export async function layoutContents(folder: string, signal: AbortSignal): Promise<FolderContents> {
  const found = await new OciLayout(folder).images(signal);
  const times = new Map<string, number>();
  for (const { name } of found) times.set(name, (times.get(name) ?? 0) + 1);
  const images = found.map(({ name, descriptor: { digest } }): WantedImage => {
    const isNamed = name !== '' && times.get(name) === 1;
    const destination: ImageReference = {
      transport: 'oci',
      registry: '',
      repository: folder,
      tag: isNamed ? name : undefined,
      digest: isNamed ? undefined : digest,
    };
    return { source: name === '' ? digest : name, destination, digest: digestIn(name) ?? digest };
  });
  const folders = [folder, ...['sha256', 'sha512'].map((algorithm) => join(folder, 'blobs', algorithm))];
  const left = await Promise.all(folders.map(leftTemporaries));
  return { images, leftovers: left.flat().map((path) => ({ path })), notes: [] };
}

/** The digest that an image has by its name. */
function digestIn(name: string): string | undefined {
  const parsed = parseReference(name);
  return parsed.ok ? parsed.reference.digest : undefined;
}

/**
 * All images in the `v2/` of a folder: tags, tags that `oc` did not come to write, and manifests that neither a tag nor an index
 * names.
 * @param folder the one that holds `v2/`
 * @param below only the repository of this path and those below it; empty for all
 * @throws UserError as `ocRepositories`
 */
export async function ocContents(
  folder: string,
  below: string,
  signal: AbortSignal,
): Promise<FolderContents> {
  const repositories = await ocRepositories(folder, below, signal);
  const found = new Map<OcRepository, { readonly images: WantedImage[]; readonly notes: string[] }>();
  await inParallel(
    repositories,
    8,
    () => '',
    async (repository) => {
      found.set(repository, await repositoryContents(folder, repository, signal));
    },
  );
  const all = repositories.flatMap((repository) => found.get(repository) ?? []);
  return {
    images: all.flatMap(({ images }) => images),
    leftovers: repositories.flatMap(({ leftovers }) => leftovers),
    notes: all.flatMap(({ notes }) => notes),
  };
}

async function repositoryContents(folder: string, contents: OcRepository, signal: AbortSignal) {
  const { repository, tags, manifests, leftovers } = contents;
  const source = new OcDirectory(folder, repository);
  const named = new Set<string>();
  const notes: string[] = [];
  for (const tag of tags) {
    const note = await orNothing(source.noteOn(tag));
    if (note !== undefined) notes.push(note);
    const digest = await orNothing(source.resolveTag(tag, signal));
    if (digest !== undefined) named.add(digest);
  }
  for (const digest of manifests) {
    const manifest = await orNothing(source.getManifest(digest, signal));
    if (manifest === undefined) continue;
    const parts = partsOf(parseManifest(manifest.bytes, manifest.mediaType));
    for (const child of inRole(parts, 'child')) named.add(child.digest);
  }
  const unwritten = leftovers.flatMap(({ tag }) => (tag === undefined || tags.includes(tag) ? [] : [tag]));
  const image = (tag: string | undefined, digest: string | undefined): WantedImage => {
    const destination: ImageReference = { transport: 'file', registry: '', repository, tag, digest };
    return { source: formatReference(destination), destination, digest };
  };
  const images = [
    ...[...tags, ...unwritten].sort().map((tag) => image(tag, undefined)),
    ...manifests.filter((digest) => !named.has(digest)).map((digest) => image(undefined, digest)),
  ];
  return { images, notes };
}

/** What is wrong with it, the look at the image finds. */
async function orNothing<Result>(task: Promise<Result>): Promise<Result | undefined> {
  try {
    return await task;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
