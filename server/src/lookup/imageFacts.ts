import { UserError } from '../base/errors.ts';
import { t } from '../base/sentences.ts';
import { readAtMost, tooLarge } from '../content/boundedStream.ts';
import { type Descriptor, isAttestation, type Manifest, platformName } from '../content/descriptor.ts';
import { type ImageConfig, largestConfig, parseConfig } from '../content/imageConfig.ts';
import { isImageConfigType } from '../content/mediaTypes.ts';
import { artifactTypeOf, inRole, successors } from '../content/successors.ts';
import { type ManifestNode, readable, walkManifests } from '../content/walkManifests.ts';
import type { ImageSource } from '../stores/imageStore.ts';
import type { ImageFacts } from '../workspace/facts.ts';

/**
 * What a store knows of one image; undefined when it is not there. Reads all manifests of an index, and one
 * config.
 * @throws UserError `unsupportedManifest`, `incomplete` when an index names what is not there, and the store's
 */
export async function readImageFacts(
  store: ImageSource,
  tagOrDigest: string,
  signal: AbortSignal,
): Promise<ImageFacts | undefined> {
  const top = await store.getManifest(tagOrDigest, signal);
  if (top === undefined) return undefined;
  const nodes = await walkManifests<ManifestNode[]>(top, {
    place: store.name,
    signal,
    read: async (child) => (await store.getManifest(child.digest, signal)) ?? incomplete(store, top, child),
    visit: async (node, below) => [node, ...(await below()).flat()],
  });
  const runnable = nodes.filter(
    ({ parsed, descriptor }) =>
      parsed.kind !== 'index' && (descriptor === undefined || !isAttestation(descriptor)),
  );
  const described = runnable.find(isUsual) ?? runnable[0];
  const config = described && (await configOf(store, described, signal));
  const platforms = new Set<string>();
  for (const node of runnable) {
    let platform = node.descriptor?.platform;
    if (node === described) platform ??= config?.platform;
    // An index need not name the platforms; then the images do.
    else platform ??= (await configOf(store, node, signal))?.platform;
    if (platform !== undefined) platforms.add(platformName(platform));
  }
  const sizes = sizesOf(nodes);
  return {
    digest: top.digest,
    mediaType: top.mediaType,
    artifactType: artifactTypeOf(readable(top, store.name)),
    size: [...sizes.values()].reduce((total, size) => total + size, 0),
    blobs: [...sizes].map(([digest, size]) => [beginning(digest), size]),
    platforms: [...platforms],
    created: config?.created,
    labels: config?.labels ?? {},
  };
}

function isUsual({ descriptor }: ManifestNode): boolean {
  return descriptor?.platform?.os === 'linux' && descriptor.platform.architecture === 'amd64';
}

/** Bytes of all blobs, each digest once. */
function sizesOf(nodes: readonly ManifestNode[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { parsed } of nodes) {
    for (const { digest, size } of inRole(successors(parsed), 'config', 'layer')) sizes.set(digest, size);
  }
  return sizes;
}

/** Enough of a digest to tell a blob among all that anybody has. */
function beginning(digest: string): string {
  const hex = digest.slice(digest.indexOf(':') + 1);
  return hex.slice(0, 16);
}

/** What the config of an image says; undefined for what is no image. */
async function configOf(
  store: ImageSource,
  { parsed }: ManifestNode,
  signal: AbortSignal,
): Promise<ImageConfig | undefined> {
  if (parsed.kind !== 'image' || !isImageConfigType(parsed.config.mediaType)) return undefined;
  const { config } = parsed;
  const place = t('the config {0}@{1}', store.name, config.digest);
  if (config.size > largestConfig) throw tooLarge(place, largestConfig);
  return parseConfig(await readAtMost(await store.getBlob(config, signal), largestConfig, place));
}

/** @throws UserError `incomplete` */
function incomplete(store: ImageSource, top: Manifest, child: Descriptor): never {
  const message =
    child.platform === undefined
      ? t('{0}@{1} names {2}, which is not there', store.name, top.digest, child.digest)
      : t(
          '{0}@{1} names {2} for {3}, which is not there',
          store.name,
          top.digest,
          child.digest,
          platformName(child.platform),
        );
  throw new UserError('incomplete', message, { nextStep: t('copy the image again, with all its platforms') });
}
