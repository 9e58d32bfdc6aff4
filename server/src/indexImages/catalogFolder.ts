import { UserError } from '../base/errors.ts';
import { jsonIn } from '../base/json.ts';
import { t } from '../base/sentences.ts';
import { readAtMost, tooLarge } from '../content/boundedStream.ts';
import { isForeign } from '../content/descriptor.ts';
import { type ImageConfig, largestConfig, parseConfig } from '../content/imageConfig.ts';
import type { ReadableManifest } from '../content/manifest.ts';
import type { ImageSource } from '../stores/imageStore.ts';
import type { Layer } from './imageFiles.ts';

/** Where an index image says that its catalog is. */
const configsLabel = 'operators.operatorframework.io.index.configs.v1';
const databaseLabel = 'operators.operatorframework.io.index.database.v1';
const bundleLabel = 'operators.operatorframework.io.bundle.manifests.v1';

/** The manifest of one image, which is no list. */
export type SingleImage = Extract<ReadableManifest, { kind: 'image' }>;

/** Told while layers are read: bytes of the image, packed, of all that its layers have. */
export type Progress = (read: number, of: number) => void;

/** Where in an image its catalog is. */
export interface CatalogFolder {
  readonly form: 'file-based' | 'sqlite';
  /** Absolute: a folder of a file-based catalog, the file of a database. */
  readonly path: string;
}

/**
 * Reads the config of an image, which is JSON.
 * @param name how a person would name the image
 * @throws UserError `tooLarge`, `damaged`; the store's
 */
export async function readConfig(
  source: ImageSource,
  { config }: SingleImage,
  name: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const what = t('the config of {0}', name);
  if (config.size > largestConfig) throw tooLarge(what, largestConfig);
  const bytes = await readAtMost(await source.getBlob(config, signal), largestConfig, what);
  if (jsonIn(bytes) !== undefined) return bytes;
  throw new UserError('damaged', t('the config of {0} is no JSON, so nobody can tell what is in it', name), {
    nextStep: t('build the image again'),
  });
}

/**
 * Where the labels of an image say that its catalog is.
 * @throws UserError `noIndexImage` for an image of another kind; `refused` for a label that names no place of a catalog
 */
export function catalogFolderIn(config: Uint8Array, name: string): CatalogFolder {
  const { labels }: ImageConfig = parseConfig(config);
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

/** The layers of an image, as `readImageFiles` reads them. */
export function layersOf(
  source: ImageSource,
  { layers }: SingleImage,
  name: string,
  { signal, progress = () => {} }: { signal: AbortSignal; progress?: Progress | undefined },
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

export function notAnIndex(message: string): UserError {
  return new UserError('noIndexImage', message, {
    nextStep: t('name an index image, such as the image of a CatalogSource'),
  });
}
