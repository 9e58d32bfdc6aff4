import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest } from '../base/digest.ts';
import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { type ImageReference, parseReference, withDockerDefaults } from '../documents/imageReference.ts';
import { foreignTransportOf, isInRegistry } from '../documents/transport.ts';
import { OcDirectory } from '../stores/ocDirectory.ts';
import { hasStore } from '../stores/ocDirectoryFolder.ts';
import { isOciLayout, OciLayout } from '../stores/ociLayout.ts';
import { isIndexImage } from './indexImage.ts';

/** Where somebody says that a catalog is. */
export type CatalogPlace =
  | { readonly kind: 'registry'; readonly reference: ImageReference }
  /** `image` is a name in it or a digest; undefined for the only one. */
  | { readonly kind: 'layout'; readonly folder: string; readonly image: string | undefined }
  /** A folder with `v2/` in it; without a reference the only index image there, without a tag the only one of its repository. */
  | { readonly kind: 'store'; readonly folder: string; readonly reference: ImageReference | undefined }
  /** A file-based catalog. */
  | { readonly kind: 'folder'; readonly path: string }
  /** An `index.db`, a `packages.out`, or one file of a file-based catalog. */
  | { readonly kind: 'file'; readonly path: string };

/**
 * What a text names that somebody gave for a catalog: an image in a registry, `oci://DIR`, `file://`, a folder, or a file. What
 * is on the disk under this very name is meant.
 *
 * @param storeFolder the one that holds the `v2/` of a `file://` image
 * @throws UserError `badReference`, `missing`
 */
export async function catalogPlace(text: string, storeFolder = '.'): Promise<CatalogPlace> {
  if (text.startsWith('oci://')) return layoutPlace(text.slice('oci://'.length));
  if (text.startsWith('file://')) return storePlace(text, storeFolder);
  const foreign = foreignTransportOf(text);
  if (foreign === undefined) {
    const found = await stat(text).catch(() => undefined);
    if (found?.isDirectory() === true) {
      if (await isOciLayout(text)) return { kind: 'layout', folder: text, image: undefined };
      return { kind: 'folder', path: text };
    }
    if (found !== undefined) return { kind: 'file', path: text };
    if (/^[./~]|\.(?:db|out|json|ya?ml)$/.test(text)) {
      throw new UserError('missing', t('{0} is not there', text), { nextStep: t('check the path') });
    }
  }
  const parsed = parseReference(text.slice(foreign?.prefix.length ?? 0));
  if (!parsed.ok || !isInRegistry(parsed.reference)) {
    const problem = parsed.ok ? t('it is in no registry') : parsed.problem;
    throw new UserError('badReference', t('{0} is neither a file nor an image: {1}', text, problem), {
      nextStep: t('name an image, oci://DIR, file://, a folder or a file'),
    });
  }
  return { kind: 'registry', reference: withDockerDefaults(parsed.reference) };
}

/** `DIR`, `DIR:NAME` or `DIR@DIGEST`, where a folder's own name may hold all of these characters. */
async function layoutPlace(text: string): Promise<CatalogPlace> {
  if (await isFolder(text)) return { kind: 'layout', folder: text, image: undefined };
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign !== ':' && sign !== '@') continue;
    const folder = text.slice(0, at);
    const image = text.slice(at + 1);
    if (image !== '' && (sign === ':' || isDigest(image)) && (await isFolder(folder))) {
      return { kind: 'layout', folder, image };
    }
  }
  throw new UserError('missing', t('{0} is not there', text), {
    nextStep: t('name the folder of the layout'),
  });
}

/**
 * A `file://` image in the `v2/` of a folder that somebody has found. Without a tag the only index image of its repository is meant.
 * @throws UserError `badReference`
 */
export function storedPlace(text: string, folder: string): CatalogPlace {
  const parsed = parseReference(text);
  if (parsed.ok) return { kind: 'store', folder, reference: parsed.reference };
  throw new UserError('badReference', t('{0} is no image reference: {1}', text, parsed.problem), {
    nextStep: t('write it as file://NAMESPACE/NAME:TAG'),
  });
}

async function storePlace(text: string, storeFolder: string): Promise<CatalogPlace> {
  const path = text.slice('file://'.length);
  if (await hasStore(path)) return { kind: 'store', folder: path, reference: undefined };
  const parsed = parseReference(text);
  if (!parsed.ok) {
    throw new UserError('badReference', t('{0} is no image reference: {1}', text, parsed.problem), {
      nextStep: t('write it as file://NAMESPACE/NAME:TAG, or name the folder that holds v2/'),
    });
  }
  if (parsed.reference.tag === undefined && parsed.reference.digest === undefined) {
    throw new UserError('badReference', t('{0} names a repository and no image', text), {
      nextStep: t('add a tag or a digest, or name the folder that holds v2/'),
    });
  }
  if (!(await hasStore(storeFolder))) {
    throw new UserError('noStore', t('there is no v2/ in {0}', storeFolder), {
      nextStep: t('name the folder that holds it'),
    });
  }
  return { kind: 'store', folder: storeFolder, reference: parsed.reference };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** An image of a place on the disk. */
export interface PlacedImage {
  readonly source: OciLayout | OcDirectory;
  readonly tagOrDigest: string;
}

/**
 * The image that is meant in an OCI layout: the one that was named, else the only one, else the only index image.
 * @throws UserError `missing`, `ambiguous`, and the store's
 */
export async function imageInLayout(
  { folder, image }: Extract<CatalogPlace, { kind: 'layout' }>,
  signal: AbortSignal,
): Promise<PlacedImage> {
  const source = new OciLayout(folder);
  if (image !== undefined) return { source, tagOrDigest: image };
  const images = await source.images(signal);
  const named = new Map(images.map(({ name, descriptor }) => [descriptor.digest, name] as const));
  const candidates = [...named].map(([tagOrDigest, name]) => ({
    source,
    tagOrDigest,
    name: name === '' ? tagOrDigest : name,
  }));
  return theOne(candidates, source.name, signal);
}

/** The same of a folder with `v2/` in it. */
export async function imageInStore(
  { folder, reference }: Extract<CatalogPlace, { kind: 'store' }>,
  signal: AbortSignal,
): Promise<PlacedImage> {
  const version = reference?.digest ?? reference?.tag;
  if (reference !== undefined && version !== undefined)
    return { source: new OcDirectory(folder, reference.repository), tagOrDigest: version };
  const repositories = reference === undefined ? await repositoriesIn(folder) : [reference.repository];
  const candidates = await candidatesIn(folder, repositories, signal);
  return theOne(candidates, `file://${reference?.repository ?? folder}`, signal);
}

/**
 * The only index image at or below a path of a folder with `v2/` in it, under the name that it has there, `file://NAME:TAG`.
 * @throws UserError `missing`, `ambiguous`, `noIndexImage`, and the store's
 */
export async function indexImageBelow(folder: string, path: string, signal: AbortSignal): Promise<string> {
  const all = await repositoriesIn(folder);
  const below = all.filter((name) => path === '' || name === path || name.startsWith(`${path}/`));
  const candidates = await candidatesIn(folder, below, signal);
  return (await theOne(candidates, `file://${path}`, signal)).name;
}

async function candidatesIn(
  folder: string,
  repositories: readonly string[],
  signal: AbortSignal,
): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const repository of repositories) {
    signal.throwIfAborted();
    const source = new OcDirectory(folder, repository);
    for (const tag of (await source.listTags(signal)) ?? []) {
      candidates.push({ source, tagOrDigest: tag, name: `file://${repository}:${tag}` });
    }
  }
  return candidates;
}

interface Candidate extends PlacedImage {
  readonly name: string;
}

/** Names that an error has room for. */
const mostNames = 10;

async function theOne(
  candidates: readonly Candidate[],
  place: string,
  signal: AbortSignal,
): Promise<Candidate> {
  const [first, ...others] = candidates;
  if (first === undefined) {
    throw new UserError('missing', t('{0} holds no image', place), { nextStep: t('check the folder') });
  }
  if (others.length === 0) return first;
  const found: Candidate[] = [];
  for (const candidate of candidates) {
    signal.throwIfAborted();
    const isIndex = await isIndexImage(candidate.source, candidate.tagOrDigest, signal).catch(notWhole);
    if (isIndex) found.push(candidate);
  }
  const [one, ...more] = found;
  if (one !== undefined && more.length === 0) return one;
  if (one === undefined) {
    throw new UserError(
      'noIndexImage',
      t('{0} holds {1} images, and none is an index image', place, candidates.length),
      {
        nextStep: t('name the image'),
      },
    );
  }
  const names = found.slice(0, mostNames).map(({ name }) => name);
  if (found.length > names.length) names.push('…');
  throw new UserError('ambiguous', t('{0} holds several index images: {1}', place, names.join(', ')), {
    nextStep: t('name the one that you mean'),
  });
}

/** Other images of a place may be damaged or incomplete: they are not the one. */
function notWhole(error: unknown): false {
  if (error instanceof UserError) return false;
  throw error;
}

/** Folders of the largest store that is searched. */
const mostFolders = 50_000;
/** As deep as a repository may be, and more. */
const deepest = 16;

/** The repositories of a `v2/` folder, sorted. Links are not followed. */
async function repositoriesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  const waiting: string[][] = [[]];
  for (let seen = 0; waiting.length > 0 && seen < mostFolders; seen++) {
    const names = waiting.pop() ?? [];
    const entries = await readdir(join(folder, 'v2', ...names), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      if (entry.name === 'manifests' && names.length > 0) found.push(names.join('/'));
      else if (entry.name !== 'blobs' && names.length < deepest) waiting.push([...names, entry.name]);
    }
  }
  return found.sort();
}
