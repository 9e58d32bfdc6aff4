import { UserError } from '../base/errors.ts';
import { jsonIn } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import type { Catalog } from '../catalog/model.ts';
import { readAtMost, tooLarge } from '../content/boundedStream.ts';
import { type Descriptor, isAttestation, isForeign, type Manifest } from '../content/descriptor.ts';
import { type ImageConfig, largestConfig, parseConfig } from '../content/imageConfig.ts';
import type { ReadableManifest } from '../content/manifest.ts';
import { inRole, successors } from '../content/successors.ts';
import { readable } from '../content/walkManifests.ts';
import type { TemporaryFile } from '../disk/temporaryFile.ts';
import type { ImageSource } from '../stores/imageStore.ts';
import {
  type CatalogBytes,
  largestCatalog,
  largestFile,
  type OnPackages,
  readFileCatalog,
} from './fileCatalog.ts';
import { type Keep, type Layer, readImageFiles } from './imageFiles.ts';
import { refused } from './layerEntries.ts';
import { copyIndex, largestDatabase, readIndex } from './sqliteIndex.ts';

/** Where an index image says that its catalog is. */
const configsLabel = 'operators.operatorframework.io.index.configs.v1';
const databaseLabel = 'operators.operatorframework.io.index.database.v1';
const bundleLabel = 'operators.operatorframework.io.bundle.manifests.v1';

/** How a catalog was written where it was read. */
export type CatalogForm = 'file-based' | 'sqlite' | 'grpc';

/** Told while layers are read: bytes of the image, packed, of all that its layers have. */
export type Progress = (read: number, of: number) => void;

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
  let manifest = await source.getManifest(tagOrDigest, signal);
  if (manifest === undefined) {
    throw new UserError('missing', t('{0} does not have {1}', source.name, tagOrDigest), {
      nextStep: t('check the name and the tag or digest'),
    });
  }
  for (let depth = 0; depth < deepest; depth++) {
    const parsed = readable(manifest, source.name);
    if (parsed.kind !== 'index') return manifest;
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
  const place = await placeOf(source, parsed, name, signal);
  const layers = layersOf(source, parsed, name, { signal, progress });
  if (place.form === 'sqlite') {
    const path = place.path;
    return { catalog: await readDatabase(layers, { path, name, signal }), form: 'sqlite' };
  }
  const files = await readConfigs(layers, place.path, name);
  return { catalog: await readFileCatalog(files, signal, onPackages), form: 'file-based' };
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
    await placeOf(source, parsed, `${source.name}@${manifest.digest}`, signal);
    return true;
  } catch (error) {
    if (error instanceof UserError && error.code === 'noIndexImage') return false;
    throw error;
  }
}

async function readConfigs(layers: readonly Layer[], path: string, name: string): Promise<CatalogBytes[]> {
  let total = 0;
  const keep: Keep<Uint8Array> = async (file, size, content) => {
    total += size;
    if (size > largestFile || total > largestCatalog) {
      throw refused(name, file, t('it has more bytes than any catalog has'));
    }
    const bytes = Buffer.allocUnsafeSlow(size);
    let at = 0;
    for await (const chunk of content) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    return bytes;
  };
  const files = await readImageFiles({ name, layers }, path, keep);
  if (files === undefined) throw nothingThere(name, path);
  const [first] = files;
  if (first?.path === '') {
    throw notAnIndex(t('{0} has a file at {1}, where its label says that a folder is', name, path));
  }
  return files;
}

async function readDatabase(
  layers: readonly Layer[],
  { path, name, signal }: { path: string; name: string; signal: AbortSignal },
): Promise<Catalog> {
  const copies: TemporaryFile[] = [];
  const keep: Keep<TemporaryFile> = async (file, size, content) => {
    if (size > largestDatabase || copies.length > mostCopies) {
      throw refused(name, file, t('it has more bytes than any catalog has'));
    }
    const copy = await copyIndex(content);
    copies.push(copy);
    return copy;
  };
  try {
    const files = await readImageFiles({ name, layers }, path, keep);
    if (files === undefined) throw nothingThere(name, path);
    const [file] = files;
    if (file === undefined || file.path !== '') {
      throw notAnIndex(t('{0} has a folder at {1}, where its label says that a database is', name, path));
    }
    return await readIndex(file.content.path, name, signal);
  } finally {
    for (const copy of copies) await copy.remove();
  }
}

/** Where a folder is in the place of the database, what is in it is no reason to fill the disk. */
const mostCopies = 4;

/** Where in an image its catalog is. */
interface CatalogFolder {
  readonly form: 'file-based' | 'sqlite';
  /** Absolute. */
  readonly path: string;
}

async function placeOf(
  source: ImageSource,
  { config }: Extract<ReadableManifest, { kind: 'image' }>,
  name: string,
  signal: AbortSignal,
): Promise<CatalogFolder> {
  const what = t('the config of {0}', name);
  if (config.size > largestConfig) throw tooLarge(what, largestConfig);
  const bytes = await readAtMost(await source.getBlob(config, signal), largestConfig, what);
  if (jsonIn(bytes) === undefined) {
    throw new UserError(
      'damaged',
      t('the config of {0} is no JSON, so nobody can tell what is in it', name),
      {
        nextStep: t('build the image again'),
      },
    );
  }
  return placeIn(parseConfig(bytes).labels, name);
}

function placeIn(labels: ImageConfig['labels'], name: string): CatalogFolder {
  const configs = labels[configsLabel];
  const database = labels[databaseLabel];
  if (configs !== undefined) return { form: 'file-based', path: checked(configs, configsLabel, name) };
  if (database !== undefined) return { form: 'sqlite', path: checked(database, databaseLabel, name) };
  throw notAnIndex(
    labels[bundleLabel] === undefined
      ? t('{0} is no index image: it has neither the label {1} nor {2}', name, configsLabel, databaseLabel)
      : t('{0} is a bundle image, which is one version of an operator, and no index image', name),
  );
}

/** @throws UserError `refused` for a path that is no place of a catalog */
function checked(path: string, label: string, name: string): string {
  const names = path.split('/').filter((part) => part !== '' && part !== '.');
  const problem = path.includes('\0')
    ? t('it holds a NUL character')
    : names.includes('..')
      ? t('it leads out of the image')
      : names.length === 0
        ? t('it names no folder')
        : undefined;
  if (problem === undefined) return `/${names.join('/')}`;
  throw new UserError('refused', t('{0} is refused for its label {1}: {2}', name, label, problem), {
    nextStep: t('check where the image comes from'),
  });
}

function layersOf(
  source: ImageSource,
  { layers }: Extract<ReadableManifest, { kind: 'image' }>,
  name: string,
  { signal, progress }: { signal: AbortSignal; progress: Progress },
): Layer[] {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  let read = 0;
  return layers.map((layer) => ({
    name: t('layer {0} of {1}', layer.digest, source.name),
    async open() {
      if (isForeign(layer)) {
        throw new UserError(
          'unsupported',
          t('{0} has a layer that no registry holds: {1}', name, layer.digest),
          {
            nextStep: t('no known index image has such a layer'),
          },
        );
      }
      return counted(await source.getBlob(layer, signal), (bytes) => {
        read += bytes;
        progress(read, total);
      });
    },
  }));
}

async function* counted(
  stream: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of stream) {
    count(chunk.length);
    yield chunk;
  }
}

function nothingThere(name: string, path: string): UserError {
  return notAnIndex(t('{0} has nothing at {1}, where its label says that its catalog is', name, path));
}

function notAnIndex(message: string): UserError {
  return new UserError('noIndexImage', message, {
    nextStep: t('name an index image, such as the image of a CatalogSource'),
  });
}
