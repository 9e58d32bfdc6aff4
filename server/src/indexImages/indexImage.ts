import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import type { Catalog } from '../catalog/model.ts';
import { type Descriptor, isAttestation, type Manifest } from '../content/descriptor.ts';
import { inRole, successors } from '../content/successors.ts';
import { readable } from '../content/walkManifests.ts';
import type { ImageSource } from '../stores/imageStore.ts';
import { copyDatabase, readConfigs } from './catalogContent.ts';
import { catalogFolderIn, layersOf, notAnIndex, type Progress, readConfig } from './catalogFolder.ts';
import { type OnPackages, readFileCatalog } from './fileCatalog.ts';
import { readIndex } from './sqliteIndex.ts';

/** How a catalog was written where it was read. */
export type CatalogForm = 'file-based' | 'sqlite' | 'grpc';

/** Indexes in indexes. */
const deepest = 8;

/**
 * The manifest of the image whose catalog counts: of a list of images the one for linux/amd64, else the first, because the
 * catalog is the same in all of them.
 *
 * @throws UserError `missing`, `incomplete`, `unsupportedManifest`
 */
export async function findIndexImage(
  source: ImageSource,
  tagOrDigest: string,
  signal: AbortSignal,
): Promise<Manifest> {
  return (await findWholeIndexImage(source, tagOrDigest, signal)).usual;
}

/**
 * The same, and what was named: the list of images, where it is one.
 * @throws UserError as `findIndexImage`
 */
export async function findWholeIndexImage(
  source: ImageSource,
  tagOrDigest: string,
  signal: AbortSignal,
): Promise<{ readonly whole: Manifest; readonly usual: Manifest }> {
  const whole = await source.getManifest(tagOrDigest, signal);
  let manifest = whole;
  if (whole === undefined || manifest === undefined) {
    throw new UserError('missing', t('{0} does not have {1}', source.name, tagOrDigest), {
      nextStep: t('check the name and the tag or digest'),
    });
  }
  for (let depth = 0; depth < deepest; depth++) {
    const parsed = readable(manifest, source.name);
    if (parsed.kind !== 'index') return { whole, usual: manifest };
    const children = inRole(successors(parsed), 'child').filter((child) => !isAttestation(child));
    const child = children.find(isUsual) ?? children[0];
    if (child === undefined) {
      throw notAnIndex(t('{0}@{1} is a list without images', source.name, manifest.digest));
    }
    const found = await source.getManifest(child.digest, signal);
    if (found === undefined) {
      throw new UserError(
        'incomplete',
        t('{0}@{1} names {2}, which is not there', source.name, manifest.digest, child.digest),
        { nextStep: t('copy the image again, with all its platforms') },
      );
    }
    manifest = found;
  }
  throw notAnIndex(t('{0}@{1} is an index inside more than {2}', source.name, manifest.digest, deepest));
}

function isUsual({ platform }: Descriptor): boolean {
  return platform?.os === 'linux' && platform.architecture === 'amd64';
}

/**
 * The catalog in an index image, file-based or SQLite as its labels say.
 *
 * @param manifest as `findIndexImage` gives it
 * @throws UserError `noIndexImage` for an image of another kind; `refused` and `damaged`, as `readImageFiles`; `noSqlite`; the
 *   store's
 */
export async function readIndexImage(
  source: ImageSource,
  manifest: Manifest,
  signal: AbortSignal,
  progress: Progress = () => {},
  onPackages?: OnPackages,
): Promise<{ readonly catalog: Catalog; readonly form: CatalogForm }> {
  const name = `${source.name}@${manifest.digest}`;
  const parsed = readable(manifest, source.name);
  if (parsed.kind !== 'image') throw notAnIndex(t('{0} is no container image', name));
  const { form, path } = catalogFolderIn(await readConfig(source, parsed, name, signal), name);
  const layers = layersOf(source, parsed, name, { signal, progress });
  if (form === 'file-based') {
    const { files } = await readConfigs<Uint8Array>({ name, layers }, path, (_, bytes) => bytes);
    return { catalog: await readFileCatalog(files, signal, onPackages), form };
  }
  const { copy } = await copyDatabase({ name, layers }, path);
  try {
    return { catalog: await readIndex(copy.path, name, signal), form };
  } finally {
    await copy.remove();
  }
}

/**
 * Whether an image has a catalog in it, by its labels: reads its config and no layer.
 * @throws UserError as the store, and for what is no image that can be read
 */
export async function isIndexImage(
  source: ImageSource,
  tagOrDigest: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const manifest = await findIndexImage(source, tagOrDigest, signal);
    const parsed = readable(manifest, source.name);
    if (parsed.kind !== 'image') return false;
    const name = `${source.name}@${manifest.digest}`;
    catalogFolderIn(await readConfig(source, parsed, name, signal), name);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code === 'noIndexImage') return false;
    throw error;
  }
}
