import * as z from 'zod';
import { UserError } from '../../base/errors.ts';
import { jsonIn } from '../../base/json.ts';
import { t } from '../../base/sentences.ts';
import { digestOf } from '../../content/contentDigest.ts';
import type { Manifest } from '../../content/descriptor.ts';
import { manifestTypes } from '../../content/mediaTypes.ts';
import type { WrittenLayer } from './catalogLayer.ts';
import { type Command, withoutCache } from './serveCommand.ts';

/** Layers as they are named by the two kinds of images. */
const layerTypes = {
  docker: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  oci: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

/** Who made the layers that are added here, for the history of the image. */
const createdBy = 'operator-mirror';

const words = z.array(z.string()).nullish();
const runtime = z.looseObject({ Entrypoint: words, Cmd: words, WorkingDir: z.string().nullish() });
const described = z.looseObject({
  created: z.string().nullish(),
  config: runtime.nullish(),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
  history: z.array(z.unknown()).nullish(),
});

/** The config of an image, as far as a layer on top of it changes it. https://github.com/opencontainers/image-spec/blob/main/config.md */
export type BaseConfig = z.infer<typeof described>;

/**
 * @param layers of the image, as its manifest has them
 * @throws UserError `damaged` for a config that says something else of its image than its manifest
 */
export function baseConfig(bytes: Uint8Array, layers: number, name: string): BaseConfig {
  const parsed = described.safeParse(jsonIn(bytes));
  if (parsed.success && parsed.data.rootfs.diff_ids.length === layers) return parsed.data;
  throw new UserError(
    'damaged',
    t('the config of {0} does not name its {1} layers, so none can be added', name, layers),
    { nextStep: t('build the image again') },
  );
}

/** What the image runs when nobody says anything else. */
export function commandOf({ config }: BaseConfig): Command {
  return { entrypoint: config?.Entrypoint ?? [], arguments: config?.Cmd ?? [] };
}

/**
 * The config of the image with more layers on top, which starts without a cache (`serveCommand.ts`). All else stays, its time
 * too, so that it is the same whenever it is made.
 * @throws UserError `unsupported` for a command that nobody can change safely
 */
export function rebuiltConfig(base: BaseConfig, added: readonly WrittenLayer[], name: string): Uint8Array {
  const command = withoutCache(commandOf(base));
  if (command === undefined) {
    throw new UserError(
      'unsupported',
      t('{0} gives --cache-dir to opm through a shell, so a pruned catalog would not start with it', name),
      { nextStep: t('build it with opm itself as its command, as "opm generate dockerfile" does') },
    );
  }
  const { created, config, rootfs, history } = base;
  const entries = added.map(() => ({ ...(created ? { created } : {}), created_by: createdBy }));
  return jsonBytes({
    ...base,
    ...(config
      ? {
          config: {
            ...config,
            ...(config.Entrypoint ? { Entrypoint: command.entrypoint } : {}),
            ...(config.Cmd ? { Cmd: command.arguments } : {}),
          },
        }
      : {}),
    rootfs: { ...rootfs, diff_ids: [...rootfs.diff_ids, ...added.map(({ diffId }) => diffId)] },
    // One that says nothing of the other layers would be wrong about these.
    ...(history && history.length > 0 ? { history: [...history, ...entries] } : {}),
  });
}

const named = z.looseObject({ digest: z.string() });
const image = z.looseObject({ config: named, layers: z.array(z.unknown()).default([]) });
const index = z.looseObject({ manifests: z.array(named) });

/** The manifest of the image with another config and more layers on top; its kind and its annotations stay. */
export function rebuiltManifest(
  manifest: Manifest,
  config: Uint8Array,
  added: readonly WrittenLayer[],
): Manifest {
  const base = image.parse(jsonIn(manifest.bytes));
  const mediaType = manifest.mediaType === manifestTypes.dockerImage ? layerTypes.docker : layerTypes.oci;
  const layers = added.map(({ digest, size }) => ({ mediaType, digest, size }));
  return manifestOf(manifest.mediaType, {
    ...base,
    config: renamed(base.config, { digest: digestOf(config), size: config.length }),
    layers: [...base.layers, ...layers],
  });
}

/**
 * The index with other images in it; platforms, order and annotations stay.
 * @param replaced by the digest of the image that was there; one that is not among them goes
 */
export function rebuiltIndex(manifest: Manifest, replaced: ReadonlyMap<string, Manifest>): Manifest {
  const base = index.parse(jsonIn(manifest.bytes));
  return manifestOf(manifest.mediaType, {
    ...base,
    manifests: base.manifests.flatMap((entry) => {
      const child = replaced.get(entry.digest);
      return child === undefined ? [] : [renamed(entry, { digest: child.digest, size: child.bytes.length })];
    }),
  });
}

/** A descriptor of other content. Content that stands in it is the old one. */
function renamed<Entry extends object>(
  { data: _, ...entry }: Entry & { readonly data?: unknown },
  content: { readonly digest: string; readonly size: number },
): object {
  return { ...entry, ...content };
}

function manifestOf(mediaType: string, value: object): Manifest {
  const bytes = jsonBytes(value);
  return { digest: digestOf(bytes), mediaType, bytes };
}

function jsonBytes(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
