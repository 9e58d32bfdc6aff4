import { join } from 'node:path';
import { UserError } from '../../base/errors.ts';
import { Limiter } from '../../base/limiter.ts';
import { t } from '../../base/sentences.ts';
import { digestOf } from '../../content/contentDigest.ts';
import { inRole } from '../../content/successors.ts';
import { walkManifests } from '../../content/walkManifests.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import { damaged } from '../../stores/storeErrors.ts';
import type { PackContents, PackEntry } from './packContents.ts';
import { runsIn } from './runsIn.ts';
import { sizeOfFile } from './volumes.ts';

/** What there is to pack of a place on disk. */
export interface Packable {
  readonly contents: PackContents;
  /** What its files of the kind `state` hold, by their paths. */
  readonly states: ReadonlyMap<string, Buffer>;
  /** Images that the other side has once it has this and all before. */
  readonly images: number;
  /** Images that are left out because something of them is missing or damaged. */
  readonly incomplete: readonly IncompleteImage[];
}

export interface IncompleteImage {
  readonly name: string;
  readonly error: UserError;
}

/** An image of a place on disk, by how people call it, and where its files are. */
export interface PlacedImage {
  readonly name: string;
  readonly digest: string;
  readonly source: ImageSource;
  /** The paths in the place at which content may be; of a manifest also those where it has a copy. */
  readonly pathsOf: (digest: string, kind: 'manifest' | 'blob') => readonly string[];
}

/** A file of an image. */
export interface PlacedFile {
  readonly path: string;
  readonly digest: string;
  readonly size: number;
}

/** Images that are looked through at the same time. */
const parallel = 8;

/** The files of all images of a place that are whole, by path, and the images that are not, with their errors. */
export async function filesOfImages(
  folder: string,
  images: readonly PlacedImage[],
  signal: AbortSignal,
): Promise<{
  readonly files: ReadonlyMap<string, PlacedFile>;
  readonly broken: ReadonlyMap<PlacedImage, UserError>;
}> {
  const files = new Map<string, PlacedFile>();
  const broken = new Map<PlacedImage, UserError>();
  const limiter = new Limiter(parallel);
  await Promise.all(
    images.map((image) =>
      limiter.run(async () => {
        try {
          for (const file of await filesOf(folder, image, signal)) files.set(file.path, file);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          broken.set(image, error);
        }
      }, signal),
    ),
  );
  return { files, broken };
}

/** @throws UserError `missing`, `damaged` where a file is not there in its size */
async function filesOf(
  folder: string,
  { digest, source, pathsOf }: PlacedImage,
  signal: AbortSignal,
): Promise<PlacedFile[]> {
  const files: PlacedFile[] = [];
  const add = async (content: string, size: number, kind: 'manifest' | 'blob') => {
    files.push(...(await filesAt(folder, pathsOf(content, kind), content, size)));
  };
  const manifest = async (child: string) => {
    const found = await source.getManifest(child, signal);
    if (found === undefined) throw lacking(child);
    await add(child, found.bytes.length, 'manifest');
    return found;
  };
  await walkManifests(await manifest(digest), {
    place: source.name,
    signal,
    read: (child) => manifest(child.digest),
    visit: async ({ parts }, below) => {
      for (const blob of inRole(parts, 'config', 'layer')) await add(blob.digest, blob.size, 'blob');
      await below();
    },
  });
  return files;
}

/** The files with some content among its paths: one at least, all in its size. */
async function filesAt(
  folder: string,
  paths: readonly string[],
  digest: string,
  size: number,
): Promise<PlacedFile[]> {
  const files: PlacedFile[] = [];
  for (const path of paths) {
    const actual = await sizeOfFile(join(folder, path));
    if (actual === undefined) continue;
    if (actual !== size) {
      throw damaged(t('{0} has {1} bytes instead of {2}', join(folder, path), actual, size));
    }
    files.push({ path, digest, size });
  }
  if (files.length === 0) throw lacking(digest);
  return files;
}

function lacking(digest: string): UserError {
  return new UserError('missing', t('{0} is not there', digest), {
    nextStep: t('mirror the image again, then pack'),
  });
}

/**
 * What an archive of a place is: of its files those that the other side does not have, each content once, with what must be there
 * for the others; names; and what says what the place holds, with what runs planned and proved.
 *
 * @param since the contents of the archive that the other side had last
 * @param states by path, those that are not of runs; the last one is written last at the other side
 */
export async function contentsOf(
  folder: string,
  files: Iterable<PlacedFile>,
  since: PackContents | undefined,
  tags: readonly PackEntry[],
  states: ReadonlyMap<string, Buffer>,
): Promise<Pick<Packable, 'contents' | 'states'>> {
  const { entries, needed } = carried(files, since);
  const all = new Map([...(await runsIn(folder)), ...states]);
  const stateEntries = [...all].map(([path, content]): PackEntry => {
    return { kind: 'state', path, digest: digestOf(content), size: content.length };
  });
  return { contents: { version: 1, entries: [...entries, ...tags, ...stateEntries], needed }, states: all };
}

function carried(
  files: Iterable<PlacedFile>,
  since: PackContents | undefined,
): Pick<PackContents, 'entries' | 'needed'> {
  const held = since === undefined ? new Set<string>() : heldBy(since);
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const needed = sorted.filter(({ path }) => held.has(path)).map(({ path, size }) => ({ path, size }));
  /** Where the other side has some content by then. */
  const known = new Map(sorted.flatMap(({ path, digest }) => (held.has(path) ? [[digest, path]] : [])));
  const entries: PackEntry[] = [];
  for (const { path, digest, size } of sorted) {
    if (held.has(path)) continue;
    const as = known.get(digest);
    if (as === undefined) known.set(digest, path);
    entries.push(
      as === undefined ? { kind: 'content', path, digest, size } : { kind: 'same', path, digest, as },
    );
  }
  return { entries, needed };
}

/** The paths of content that the other side has once it has unpacked an archive. */
function heldBy({ entries, needed }: PackContents): Set<string> {
  const brought = entries.flatMap(({ kind, path }) => (kind === 'content' || kind === 'same' ? [path] : []));
  return new Set([...brought, ...needed.map(({ path }) => path)]);
}
