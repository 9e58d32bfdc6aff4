import { UserError } from '../../base/errors.ts';
import { t } from '../../base/sentences.ts';
import { type Descriptor, isAttestation, type Manifest } from '../../content/descriptor.ts';
import { type ManifestNode, walkManifests } from '../../content/walkManifests.ts';
import {
  type CatalogFolder,
  catalogFolderIn,
  notAnIndex,
  readConfig,
  type SingleImage,
} from '../../indexImages/catalogFolder.ts';
import { findIndexImage } from '../../indexImages/indexImage.ts';
import type { ImageSource } from '../../stores/imageStore.ts';
import type { WrittenLayer } from './catalogLayer.ts';
import { type BaseConfig, baseConfig, rebuiltConfig, rebuiltIndex, rebuiltManifest } from './rebuiltImage.ts';

/** The image that a catalog is taken from and put back into, whole: one image, or a list of them. */
export interface BaseImage {
  readonly top: BaseNode;
  /** The one whose catalog is read: it is the same in all. */
  readonly usual: PlatformImage;
  readonly platforms: readonly PlatformImage[];
}

type BaseNode =
  | PlatformImage
  | { readonly kind: 'list'; readonly manifest: Manifest; readonly children: readonly BaseNode[] };

/** The image for one platform. */
export interface PlatformImage {
  readonly kind: 'image';
  readonly manifest: Manifest;
  readonly parsed: SingleImage;
  readonly config: BaseConfig;
  readonly folder: CatalogFolder;
}

/**
 * Reads the manifests and configs of an index image, all platforms. What a list has besides images, as BuildKit's attestations,
 * is left out: it speaks of the images that were there before.
 *
 * @throws UserError `missing`, `incomplete`, `noIndexImage`, `unsupportedManifest`, `damaged`, `refused`; the store's
 */
export async function readBaseImage(
  source: ImageSource,
  digest: string,
  signal: AbortSignal,
): Promise<BaseImage> {
  const usualDigest = (await findIndexImage(source, digest, signal)).digest;
  const platforms: PlatformImage[] = [];
  const read = async (child: Pick<Descriptor, 'digest'>): Promise<Manifest> => {
    const manifest = await source.getManifest(child.digest, signal);
    if (manifest !== undefined) return manifest;
    throw new UserError(
      'incomplete',
      t('{0} does not have {1}, which its list names', source.name, child.digest),
      {
        nextStep: t('copy the image again, with all its platforms'),
      },
    );
  };
  const top = await walkManifests<BaseNode>(await read({ digest }), {
    place: source.name,
    read,
    signal,
    async visit(node, below) {
      if (node.parsed.kind === 'index') {
        const children = await below(async (child) => !isAttestation(child));
        return { kind: 'list', manifest: node.manifest, children };
      }
      const image = await readPlatform(source, node, signal);
      platforms.push(image);
      return image;
    },
  });
  const usual = platforms.find(({ manifest }) => manifest.digest === usualDigest);
  if (usual === undefined) throw notAnIndex(t('{0}@{1} is a list without images', source.name, digest));
  for (const { folder, manifest } of platforms) {
    if (folder.form === usual.folder.form && folder.path === usual.folder.path) continue;
    throw new UserError(
      'unsupported',
      t(
        '{0}@{1} has its catalog at {2} and not at {3}, where the image for another platform has it',
        source.name,
        manifest.digest,
        folder.path,
        usual.folder.path,
      ),
      { nextStep: t('build the image in the same way for all its platforms') },
    );
  }
  return { top, usual, platforms };
}

async function readPlatform(
  source: ImageSource,
  { manifest, parsed }: ManifestNode,
  signal: AbortSignal,
): Promise<PlatformImage> {
  const name = `${source.name}@${manifest.digest}`;
  if (parsed.kind !== 'image') throw notAnIndex(t('{0} is no container image', name));
  const bytes = await readConfig(source, parsed, name, signal);
  return {
    kind: 'image',
    manifest,
    parsed,
    folder: catalogFolderIn(bytes, name),
    config: baseConfig(bytes, parsed.layers.length, name),
  };
}

/** What has to be written for an image that was rebuilt, besides the layers. */
export interface RebuiltImage {
  readonly top: Manifest;
  readonly manifests: readonly Manifest[];
  readonly configs: readonly Uint8Array[];
}

/**
 * The image with more layers on top of each platform.
 * @param name how a person would name the repository, in errors
 */
export function rebuilt({ top }: BaseImage, added: readonly WrittenLayer[], name: string): RebuiltImage {
  const manifests: Manifest[] = [];
  const configs: Uint8Array[] = [];
  const rebuild = (node: BaseNode): Manifest => {
    let manifest: Manifest;
    if (node.kind === 'image') {
      const config = rebuiltConfig(node.config, added, `${name}@${node.manifest.digest}`);
      configs.push(config);
      manifest = rebuiltManifest(node.manifest, config, added);
    } else {
      manifest = rebuiltIndex(
        node.manifest,
        new Map(node.children.map((child) => [child.manifest.digest, rebuild(child)])),
      );
    }
    manifests.push(manifest);
    return manifest;
  };
  return { top: rebuild(top), manifests, configs };
}
